#!/usr/bin/env node
// Damages small audio files and decodes them; allowed is a typed error or sound with warnings:  node tools/fuzz/main.mjs [--count 100000] [--seed 1]
// Needs a built @voxtune/audio. A find is printed with its seed and number, and kept in the folder named by --keep.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { AudioError, decodeFlac, decodeMp3, decodeWav, encodeWav } from '@voxtune/audio';
import { seeded } from '../bench/signals.mjs';

const { values } = parseArgs({ options: { count: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' }, keep: { type: 'string' } } });
const count = Number(values.count), random = seeded(Number(values.seed)), below = (n) => Math.floor(random() * n);
const decoders = { wav: decodeWav, flac: decodeFlac, mp3: decodeMp3 };
const { cases } = JSON.parse(readFileSync(new URL('../../libs/audio/src/file/files.golden.json', import.meta.url), 'utf8'));
const samples = Float32Array.from({ length: 900 }, () => random() - 0.5);
const files = [
  ...cases.filter(({ container }) => decoders[container] !== undefined).map(({ container, base64 }) => [container, Buffer.from(base64, 'base64')]),
  ...['pcm16', 'pcm24', 'float32'].map((format) => ['wav', Buffer.from(encodeWav({ sampleRateHz: 8000, channels: [samples, samples] }, { format }))]),
];
const MOST_SEC = 2, MOST_SAMPLES_A_BYTE = 200_000;

console.log(`fuzz: ${count} files, seed ${values.seed}`);
const outcomes = {};
let finds = 0;
process.on('uncaughtException', (error) => { console.error(error); process.exit(1); });
for (let i = 0; i < count; i++) {
  const [kind, good] = files[below(files.length)], bytes = damage(good), started = performance.now();
  let outcome, bad;
  try {
    const { channels, warnings } = await decoders[kind](bytes);
    outcome = warnings.length > 0 ? 'warned' : 'decoded';
    if (channels.some((channel) => channel.length !== channels[0].length || channel.some((x) => !Number.isFinite(x)))) bad = 'unequal channels or numbers that are none';
    if (channels[0].length > bytes.length * MOST_SAMPLES_A_BYTE) bad = `${channels[0].length} samples from ${bytes.length} bytes`;
  } catch (error) {
    outcome = error.code ?? error.name;
    if (!(error instanceof AudioError)) bad = String(error.stack);
  }
  if (performance.now() - started > MOST_SEC * 1000) bad = `took ${((performance.now() - started) / 1000).toFixed(1)} s`;
  outcomes[`${kind} ${outcome}`] = (outcomes[`${kind} ${outcome}`] ?? 0) + 1;
  if (bad === undefined) continue;
  finds += 1;
  console.error(`find: seed ${values.seed}, file ${i} (${kind}): ${bad}`);
  if (values.keep !== undefined) writeFileSync(join(values.keep, `seed-${values.seed}-${i}.${kind}`), bytes);
}
console.log(JSON.stringify(outcomes), `${finds} finds`);
process.exitCode = finds > 0 ? 1 : 0;

/** Cuts, flips, overwrites with extreme values, doubles or drops a stretch; headers more often than the rest. */
function damage(good) {
  let bytes = Uint8Array.from(good);
  for (let times = 1 + below(4); times > 0; times--) {
    const at = below(random() < 0.5 ? Math.min(64, bytes.length) : bytes.length);
    switch (below(6)) {
      case 0: bytes = bytes.slice(0, at); break;
      case 1: bytes[at] ^= 1 << below(8); break;
      case 2: bytes[at] = below(256); break;
      case 3: bytes.set([[0, 0, 0, 0], [255, 255, 255, 255], [255, 255, 255, 127], [0, 0, 0, 128]][below(4)].slice(0, Math.max(0, bytes.length - at)), at); break;
      case 4: { const n = below(64); bytes = Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(Math.min(bytes.length, at + n))]); break; }
      default: { const part = bytes.subarray(at, at + below(64)); bytes = Uint8Array.from([...bytes.subarray(0, at), ...part, ...bytes.subarray(at)]); }
    }
    if (bytes.length === 0) return bytes;
  }
  return bytes;
}
