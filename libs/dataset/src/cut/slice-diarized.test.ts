// sliceRecordings where a diarization tells who speaks when: what it does, and what becomes of a recording that it fails on.
import { join } from 'node:path';
import { encodeWav } from '@voxtune/audio';
import { expect, it } from 'vitest';
import { withFolder } from '../../test/make-audio.js';
import { DatasetError } from '../errors.js';
import { ingestRecordings } from '../ingest/ingest-recordings.js';
import type { Turn } from '../speaker/attribute-turns.js';
import type { Diarizer } from '../speaker/sherpa-diarizer.js';
import { sliceRecordings } from './slice-recordings.js';

const RATE = 8000;
const PITCHES = [200, 330] as const;
const embed = async (windows: readonly Float32Array[]) => windows.map((window) => Float32Array.from(PITCHES, (hz) => {
  let [re, im] = [0, 0];
  window.forEach((value, i) => { re += value * Math.cos((2 * Math.PI * hz * i) / RATE); im += value * Math.sin((2 * Math.PI * hz * i) / RATE); });
  return Math.hypot(re, im) + 1e-3;
}));
const TURNS: readonly Turn[] = [{ speaker: 0, startSec: 1, endSec: 6 }, { speaker: 1, startSec: 7, endSec: 15 }, { speaker: 0, startSec: 16, endSec: 21 }];
const call = (): Uint8Array => {
  const samples = new Float32Array(22 * RATE);
  for (const { speaker, startSec, endSec } of TURNS) for (let i = startSec * RATE; i < endSec * RATE; i += 1) samples[i]! += 0.2 * Math.sin((2 * Math.PI * PITCHES[speaker as 0 | 1] * i) / RATE);
  return encodeWav({ sampleRateHz: RATE, channels: [samples] });
};
const speaker = { embed, windowLength: 1.6 * RATE, sampleRateHz: RATE, enrolment: Float32Array.from([1, 0]) };

it('cuts by its turns and keeps what was cut; a failure is a finding, the recording is cut all the same and asked for again', { timeout: 60_000 }, () => withFolder(async (dir, write) => {
  await write('call.wav', call());
  const { recordings } = await ingestRecordings({ recordingsDir: dir });
  let asked = 0;
  const telling = (answer: () => readonly Turn[], id = 'told'): Diarizer => ({ id, diarize: async () => { asked += 1; return answer(); }, close: async () => undefined });
  const slice = (diarizer: Diarizer | undefined) => sliceRecordings({ recordings, recordingsDir: dir, clipsDir: join(dir, '.clips'), speaker, keep: { dir: join(dir, '.kept'), models: 'm' }, workers: 1, ...(diarizer === undefined ? {} : { diarizer }) });
  const failing = telling(() => { throw new DatasetError('DATASET_DIARIZER_FAILED', 'sherpa-onnx: it ended with SIGABRT'); });

  const own = await slice(undefined);
  const failed = await slice(failing);
  expect(failed.findings.filter(({ code }) => code === 'DIARIZATION_FAILED')).toMatchObject([{ level: 'warning', file: 'call.wav', message: expect.stringContaining('call.wav: sherpa-onnx: it ended with SIGABRT; who speaks was told without the diarization') as string }]);
  expect(failed.clips.map(({ id }) => id)).toEqual(own.clips.map(({ id }) => id));
  await slice(failing);
  expect(asked).toBe(2); // nothing that came of a failure is kept

  asked = 0;
  const told = await slice(telling(() => TURNS));
  expect(told.clips.map(({ startSec, endSec }) => [startSec, endSec])).toEqual([[expect.closeTo(1, 0), expect.closeTo(6, 0)], [expect.closeTo(16, 0), expect.closeTo(21, 0)]]);
  expect(told.findings.some(({ code }) => code === 'DIARIZATION_FAILED')).toBe(false);
  expect(told.accounting.in).toBe(told.accounting.kept + told.accounting.dropped.length);
  expect(await slice(telling(() => TURNS))).toEqual(told);
  expect(asked).toBe(1);
  await slice(telling(() => TURNS, 'another model'));
  expect(asked).toBe(2);

  const missing = telling(() => { throw new DatasetError('DATASET_DIARIZER_MISSING', 'the model cannot be opened'); }, 'none');
  await expect(slice(missing)).rejects.toMatchObject({ code: 'DATASET_DIARIZER_MISSING' });
}));
