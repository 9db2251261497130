#!/usr/bin/env node
// Damages small audio files and decodes them; allowed is a typed error, or sound that is what the file says, or a warning.
//   node tools/fuzz/main.mjs [--count 100000] [--seed 1] [--keep FOLDER]     random damage, checksums made good where a format has them
//   node tools/fuzz/main.mjs --truncate                                      every file cut off at every byte
// Needs a built @voxtune/audio. A find is printed with its seed and number; --keep names a folder for it.
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { decodeFile, encodeWav } from '@voxtune/audio';
import { damage } from '../../libs/audio/test/damage.mjs';
import { outcomeOf } from '../../libs/audio/test/outcome.mjs';
import { sampleFiles } from '../../libs/audio/test/sample-files.mjs';
import { seeded } from '../bench/signals.mjs';

const { values: { count, seed, keep, truncate } } = parseArgs({ options: { count: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' }, keep: { type: 'string' }, truncate: { type: 'boolean', default: false } } });
const files = sampleFiles(JSON.parse(readFileSync(new URL('../../libs/audio/src/file/files.golden.json', import.meta.url), 'utf8')), encodeWav);
const folder = mkdtempSync(join(tmpdir(), 'voxtune-fuzz-')), path = join(folder, 'damaged');
/** CPU seconds that a file may take. */
const MOST_SEC = 2;
const outcomes = {}, began = process.cpuUsage();
let tried = 0, finds = 0;
process.on('uncaughtException', (error) => { console.error(`find: file ${tried} crashed the process:`, error); process.exit(1); });

console.log(truncate ? `${files.length} files, each cut off at every byte` : `fuzz: ${count} files of ${files.length} kinds, seed ${seed}`);
if (truncate) await cutEverywhere();
else await damageAtRandom();
const { user, system } = process.cpuUsage(began);
console.log(JSON.stringify(Object.fromEntries(Object.entries(outcomes).sort()), null, 1));
console.log(`${tried} files, ${finds} finds; ${((user + system) / 1e6).toFixed(0)} CPU s, ${(process.resourceUsage().maxRSS / 1000).toFixed(0)} MB at most`);
rmSync(folder, { recursive: true, force: true });
process.exitCode = finds > 0 ? 1 : 0;

async function damageAtRandom() {
  const random = seeded(Number(seed)), below = (n) => Math.floor(random() * n);
  for (let i = 0; i < Number(count); i++) {
    const { kind, bytes: good } = files[below(files.length)], bytes = damage(kind, good, random);
    writeFileSync(path, bytes);
    await judge(kind, `seed ${seed}, file ${i} (${kind})`, `seed-${seed}-${i}.${kind}`, () => bytes);
  }
}

async function cutEverywhere() {
  for (const { name, kind, bytes, lengthless } of files) {
    writeFileSync(path, bytes);
    const samples = await decodeFile(path, { ffmpegPath: null }).then(({ channels }) => channels[0].length, () => Infinity); // Infinity: needs ffmpeg
    for (let end = bytes.length - 1; end >= 0; end--) {
      truncateSync(path, end);
      await judge(kind, `${name} cut at byte ${end}`, `${name}-${end}.${kind}`, () => bytes.slice(0, end), { samples, lengthless });
    }
  }
}

async function judge(kind, title, name, bytes, whole) {
  tried += 1;
  const started = process.cpuUsage(), { outcome, bad } = await outcomeOf(path, whole), { user, system } = process.cpuUsage(started);
  outcomes[`${kind} ${outcome}`] = (outcomes[`${kind} ${outcome}`] ?? 0) + 1;
  const wrong = bad ?? (user + system > MOST_SEC * 1e6 ? `took ${((user + system) / 1e6).toFixed(1)} s` : null);
  if (wrong === null) return;
  finds += 1;
  if (finds <= 50) console.error(`find: ${title}: ${wrong}`);
  if (keep !== undefined) writeFileSync(join(keep, name), bytes());
}
