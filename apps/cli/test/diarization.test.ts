// `diarization` in voxtune.yaml with the real addon and small models of ours (tools/golden/sherpa-models.py): a tone of 400 Hz is one speaker, one of 1600 Hz another.
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { encodeWav } from '@voxtune/audio';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { cli, REPOSITORY, SHARED, temporaryFolder } from './cli.js';
import { demoVoice, run, stageOf } from './voices.js';

const MODELS = join(REPOSITORY, 'libs/dataset/test/sherpa');
const present = existsSync(join(SHARED, 'models/speaker-ge2e/ge2e.onnx')) && (() => { try { createRequire(join(REPOSITORY, 'libs/dataset/package.json')).resolve('sherpa-onnx-node'); return true; } catch { return false; } })();
const RATE = 16_000;
type Said = readonly [hz: 400 | 1600, startSec: number, endSec: number];
const CALLS: Readonly<Record<string, readonly Said[]>> = {
  'one.wav': [[400, 1, 7], [1600, 8, 15], [400, 14.5, 22], [1600, 23, 27], [400, 28, 36]],
  'two.wav': [[1600, 1, 9], [400, 10, 18], [1600, 19, 24], [400, 25, 33]],
};
const wav = (turns: readonly Said[], totalSec: number): Uint8Array => {
  const samples = new Float32Array(totalSec * RATE);
  for (const [hz, startSec, endSec] of turns) for (let i = Math.round(startSec * RATE); i < endSec * RATE; i += 1) samples[i]! += 0.2 * Math.sin((2 * Math.PI * hz * i) / RATE);
  return encodeWav({ sampleRateHz: RATE, channels: [samples] }, { format: 'pcm16' });
};

it.skipIf(!present)('cuts what the enrolled speaker says alone by the turns of sherpa-onnx, and says what is missing (skipped without ../shared or sherpa-onnx-node)', { timeout: 180_000 }, async () => {
  const parent = await temporaryFolder();
  const recordings = join(parent, 'recordings');
  await mkdir(recordings);
  for (const [name, turns] of Object.entries(CALLS)) await writeFile(join(recordings, name), wav(turns, 37));
  await writeFile(join(parent, 'enrolment.wav'), wav([[400, 0, 6]], 6));
  const path = await demoVoice(parent, { recordings, transcripts: null });
  const file = join(path, 'voxtune.yaml');
  const before = (await readFile(file, 'utf8')).replace(/^(enrolment|models):.*\n/gm, '');
  const configure = (more: object) => writeFile(file, `${before}\n${stringify({ models: join(SHARED, 'models/speaker-ge2e'), enrolment: '../enrolment.wav', ...more })}`);
  const sliced = async () => {
    const { outcome, stdout } = await run(path, ['--until', 'slice'], { env: { VOXTUNE_MODELS: join(parent, 'none') } });
    const findings = await readFile(join(path, 'work/findings/slice.json'), 'utf8').then((text) => JSON.parse(text) as { findings: { code: string; message: string }[] }, () => ({ findings: [] }));
    return { slice: stageOf(outcome, 'slice'), stdout, findings: findings.findings };
  };

  await configure({ diarization: { segmentation: join(MODELS, 'segmentation.onnx'), embedding: join(MODELS, 'embedding.onnx') } });
  const told = await sliced();
  expect(told.slice, told.stdout.slice(-1500)).toMatchObject({ state: 'done' });
  const clips = (await readFile(join(path, 'work/clips.jsonl'), 'utf8')).trim().split('\n').map((line) => JSON.parse(line) as { recordingPath: string; startSec: number; endSec: number });
  for (const { recordingPath, startSec, endSec } of clips) {
    const turns = CALLS[recordingPath]!;
    expect(turns.some(([hz, start, end]) => hz === 1600 && start < endSec && end > startSec), `${recordingPath} ${startSec}–${endSec}`).toBe(false);
  }
  const aloneSec = Object.values(CALLS).flatMap((turns) => turns.filter(([hz]) => hz === 400).map(([, start, end]) => end - start)).reduce((sum, sec) => sum + sec, -0.5 - 0.25);
  expect(clips.reduce((sum, { startSec, endSec }) => sum + endSec - startSec, 0)).toBeGreaterThan(0.95 * aloneSec);
  expect(told.findings.filter(({ code }) => code === 'SPEAKERS_FOUND').map(({ message }) => message)).toEqual([expect.stringContaining('one.wav: 2 speakers'), expect.stringContaining('two.wav: 2 speakers')]);
  expect((await sliced()).stdout).toContain('"stage":"slice","why":"unchanged"');

  await configure({ diarization: { segmentation: join(MODELS, 'segmentation.onnx'), embedding: join(MODELS, 'embedding-refuses.onnx') } });
  const crashed = await sliced(); // the native code aborts on every recording
  expect(crashed.slice).toMatchObject({ state: 'done' });
  expect(crashed.findings.filter(({ code }) => code === 'DIARIZATION_FAILED').map(({ message }) => message)).toEqual(['one.wav', 'two.wav'].map((name) => expect.stringMatching(new RegExp(`^${name}: sherpa-onnx: it ended with .*; who speaks was told without the diarization$`, 's')) as string));

  await configure({ diarization: { segmentation: 'pyannote-segmentation', embedding: join(MODELS, 'embedding.onnx') } });
  expect((await sliced()).slice).toMatchObject({ state: 'skipped', reason: expect.stringContaining('the model pyannote-segmentation is not here yet — Get it: voxtune models pull pyannote-segmentation') as string });
  await configure({ diarization: { segmentation: join(MODELS, 'embedding.onnx'), embedding: join(MODELS, 'embedding.onnx') } });
  expect((await sliced()).slice).toMatchObject({ state: 'skipped', reason: expect.stringContaining('is no segmentation model: its metadata has no num_speakers') as string });
  await configure({ enrolment: null, diarization: { segmentation: join(MODELS, 'segmentation.onnx'), embedding: join(MODELS, 'embedding.onnx') } });
  expect((await sliced()).findings.filter(({ code }) => code === 'DIARIZATION_UNUSED')).toMatchObject([{ message: expect.stringContaining('there is no enrolment') as string }]);
  await configure({ diarization: { segmentation: 'pyannote-segmentation' } });
  const half = await cli(['run', path, '--json']);
  expect([half.code, half.stdout]).toEqual([2, expect.stringContaining('segmentation and embedding belong together') as string]);
});
