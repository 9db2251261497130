#!/usr/bin/env node
// Damages small audio files and decodes them; allowed is a typed error or sound with warnings:  node tools/fuzz/main.mjs [--count 100000] [--seed 1]
// Needs a built @voxtune/audio. A find is printed with its seed and number, and kept in the folder named by --keep.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { AudioError, decodeFile, encodeWav, probeFile } from '@voxtune/audio';
import { damage } from '../../libs/audio/test/damage.mjs';
import { seeded } from '../bench/signals.mjs';

const { values } = parseArgs({ options: { count: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' }, keep: { type: 'string' } } });
const count = Number(values.count), random = seeded(Number(values.seed)), below = (n) => Math.floor(random() * n);
const folder = mkdtempSync(join(tmpdir(), 'voxtune-fuzz-')), path = join(folder, 'damaged');
const { cases } = JSON.parse(readFileSync(new URL('../../libs/audio/src/file/files.golden.json', import.meta.url), 'utf8'));
const samples = Float32Array.from({ length: 900 }, () => random() - 0.5);
const files = [
  ...cases.filter(({ container, codec }) => ['wav', 'flac', 'mp3'].includes(container) || codec === 'opus').map(({ container, base64 }) => [container, Buffer.from(base64, 'base64')]),
  ...['pcm16', 'pcm24', 'float32'].map((format) => ['wav', Buffer.from(encodeWav({ sampleRateHz: 8000, channels: [samples, samples] }, { format }))]),
];
/** CPU seconds that a file may take, and what its samples may take: small ones can say that they hold very much silence. */
const MOST_SEC = 2, OPTIONS = { ffmpegPath: null, maxDecodedBytes: 2 ** 26 };

console.log(`fuzz: ${count} files, seed ${values.seed}`);
const outcomes = {};
let finds = 0;
process.on('uncaughtException', (error) => { console.error(error); process.exit(1); });
for (let i = 0; i < count; i++) {
  const [kind, good] = files[below(files.length)], bytes = damage(kind, good, random), started = process.cpuUsage();
  let outcome, bad;
  try {
    writeFileSync(path, bytes);
    await probeFile(path, OPTIONS).catch((error) => { if (!(error instanceof AudioError)) throw error; });
    const { channels, warnings } = await decodeFile(path, OPTIONS);
    outcome = warnings.length > 0 ? 'warned' : 'decoded';
    if (channels.some((channel) => channel.length !== channels[0].length || channel.some((x) => !Number.isFinite(x)))) bad = 'unequal channels or numbers that are none';
  } catch (error) {
    outcome = error.code ?? error.name;
    if (!(error instanceof AudioError)) bad = String(error.stack);
  }
  const { user, system } = process.cpuUsage(started);
  if (user + system > MOST_SEC * 1e6) bad = `took ${((user + system) / 1e6).toFixed(1)} s`;
  outcomes[`${kind} ${outcome}`] = (outcomes[`${kind} ${outcome}`] ?? 0) + 1;
  if (bad === undefined) continue;
  finds += 1;
  console.error(`find: seed ${values.seed}, file ${i} (${kind}): ${bad}`);
  if (values.keep !== undefined) writeFileSync(join(values.keep, `seed-${values.seed}-${i}.${kind}`), bytes);
}
console.log(JSON.stringify(outcomes), `${finds} finds`);
rmSync(folder, { recursive: true, force: true });
process.exitCode = finds > 0 ? 1 : 0;
