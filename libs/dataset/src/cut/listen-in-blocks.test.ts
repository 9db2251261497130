import { join } from 'node:path';
import { decodeFile, decodeWav, downmix, encodeWav, planSlices, resample } from '@voxtune/audio';
import { expect, it } from 'vitest';
import { makeSpeech, withFolder } from '../../test/make-audio.js';
import { listenInBlocks } from './listen-in-blocks.js';

const RATE = 8000;
const job = (path: string) => ({ recording: { id: 'r0', path: 'a.wav' }, path, clipsDir: '', sampleRateHz: 11_025, slice: {}, cues: [], hasWholeText: false, cutsWordless: false, cueMarginMs: 200, channel: 'auto' as const, ffmpegPath: null });

it.each([['held', 40], ['decoded a second time', 320]])('cuts what the whole recording gives, sample for sample, of one that is %s', (_, seconds) => withFolder(async (dir, write) => {
  const left = decodeWav(makeSpeech(seconds, Array.from({ length: Math.floor(seconds / 8) }, (__, i) => [8 * i + 1, 8 * i + 6] as const), { sampleRateHz: RATE })).channels[0]!;
  await write('a.wav', Buffer.from(encodeWav({ sampleRateHz: RATE, channels: [left, left.map((value, i) => 0.5 * value * Math.sin(i / 50))] })));
  const audio = await decodeFile(join(dir, 'a.wav'));
  const whole = resample(downmix(audio), RATE, 11_025);
  const { plan, pieces, channels, choice } = await listenInBlocks(job(join(dir, 'a.wav')));
  expect(plan.cuts.map(({ start, end }) => ({ start, end }))).toEqual(planSlices(whole, 11_025).map(({ start, end }) => ({ start, end })));
  expect(plan.cuts.length).toBeGreaterThan(3);
  let at = 0;
  for await (const piece of pieces()) {
    const { start, end } = plan.cuts[at++]!;
    expect(Buffer.compare(Buffer.from(piece.buffer), Buffer.from(whole.slice(start, end).buffer))).toBe(0);
  }
  expect(at).toBe(plan.cuts.length);
  expect([channels, choice]).toEqual([2, { channel: 'mix', why: 'the channels differ, and no enrolment tells which is the speaker’s' }]);
}));
