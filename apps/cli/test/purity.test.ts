// Foreign clips among one speaker's: the customers of the shared calls, planted among LJSpeech clips by known shares.
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeFile, decodeWav, downmix } from '@voxtune/audio';
import { siftClips, type ClipEntry } from '@voxtune/dataset';
import { createSpeakerEncoder } from '@voxtune/eval';
import { expect, it } from 'vitest';
import { SHARED } from './cli.js';

const [CALLS, WAVS, MODEL] = [join(SHARED, 'data/calls'), join(SHARED, 'data/ljspeech/wavs'), join(SHARED, 'models/speaker-ge2e/ge2e.onnx')];
const present = existsSync(join(CALLS, 'turns.tsv')) && existsSync(WAVS) && existsSync(MODEL);
/** Turns of at least and at most so many seconds are planted. */
const [LEAST_SEC, MOST_SEC] = [2, 10];

it.skipIf(!present)('of 2, 5, 10 and 20 % planted clips all are found, and nothing of the speaker is dropped (skipped where ../shared has no calls, LJSpeech or speaker model)', { timeout: 300_000 }, async ({ annotate }) => {
  const encoder = await createSpeakerEncoder({ model: MODEL });
  const own: Float32Array[] = [];
  for (const name of (await readdir(WAVS)).filter((file) => file.endsWith('.wav')).sort()) {
    const audio = decodeWav(await readFile(join(WAVS, name)));
    own.push(await encoder.embed(downmix(audio), audio.sampleRateHz));
  }
  const rows = (await readFile(join(CALLS, 'turns.tsv'), 'utf8')).trim().split('\n').slice(1).map((line) => line.split('\t')).map(([call = '', party, , start, end]) => ({ call, party, start: Number(start), end: Number(end) }));
  const foreign: Float32Array[] = [];
  for (const file of (await readdir(CALLS)).filter((name) => /\.(wav|mp3|flac|m4a)$/.test(name)).sort()) {
    const turns = rows.filter(({ call }) => file.startsWith(`${call}.`));
    const alone = turns.filter((turn) => turn.party === 'customer' && turn.end - turn.start >= LEAST_SEC && !turns.some((other) => other !== turn && other.start < turn.end && other.end > turn.start));
    const audio = await decodeFile(join(CALLS, file));
    const mono = downmix(audio);
    for (const { start, end } of alone) foreign.push(await encoder.embed(mono.slice(Math.round(start * audio.sampleRateHz), Math.round(Math.min(end, start + MOST_SEC) * audio.sampleRateHz)), audio.sampleRateHz));
  }
  await encoder.dispose();
  const clip = (id: number): ClipEntry => ({ v: 1, id: `${id}`, path: '', recordingId: '', recordingPath: '', startSec: 0, endSec: 5, cut: 'slicer', measurements: null, findings: [], kept: true, reason: null });
  const told: string[] = [];
  for (const share of [0.02, 0.05, 0.1, 0.2]) {
    const planted = Math.max(1, Math.round((share * own.length) / (1 - share)));
    let [found, lost, draws] = [0, 0, 0];
    for (let first = 0; first < foreign.length; first += 1) { // every window of the foreign clips, around the end
      const embeddings = [...own, ...Array.from({ length: planted }, (_, i) => foreign[(first + i) % foreign.length]!)];
      const sifted = siftClips(embeddings.map((_, i) => clip(i)), embeddings);
      lost += sifted.slice(0, own.length).filter(({ kept }) => !kept).length;
      found += sifted.slice(own.length).filter(({ kept }) => !kept).length;
      draws += 1;
    }
    told.push(`${100 * share} %: ${found} of ${planted * draws} found, ${lost} of ${own.length * draws} of the speaker dropped`);
  }
  await annotate(told.join('; '));
  expect(foreign.length).toBeGreaterThanOrEqual(10);
  for (const line of told) expect(line).toMatch(/(\d+) of \1 found, 0 of/);
});
