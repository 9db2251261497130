import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attributeSpeakers } from './attribute-speakers.js';
import { planAlone, type Turn } from './attribute-turns.js';
import type { Span } from './find-speech-by-level.js';

const RATE = 4000;
const PITCHES = [200, 330, 470] as const;
/** A pitch is a voice; its embedding is the strength of each pitch. */
const embed = async (windows: readonly Float32Array[]) => windows.map((window) => Float32Array.from(PITCHES, (hz) => {
  let [re, im] = [0, 0];
  window.forEach((value, i) => { re += value * Math.cos((2 * Math.PI * hz * i) / RATE); im += value * Math.sin((2 * Math.PI * hz * i) / RATE); });
  return Math.hypot(re, im) + 1e-3;
}));
const turn = (speaker: number, startSec: number, endSec: number): Turn => ({ speaker, startSec, endSec });
/** Each turn sounds at the pitch of its voice, by default its number. */
const sound = (totalSec: number, turns: readonly Turn[], voiceOf = (speaker: number) => speaker): Float32Array => {
  const samples = new Float32Array(Math.round(totalSec * RATE));
  for (const { speaker, startSec, endSec } of turns) for (let i = Math.round(startSec * RATE); i < Math.min(samples.length, endSec * RATE); i += 1) samples[i]! += 0.2 * Math.sin((2 * Math.PI * PITCHES[voiceOf(speaker)]! * i) / RATE);
  return samples;
};
const enrolment = (voice: number): Float32Array => Float32Array.from(PITCHES, (_, i) => (i === voice ? 1 : 0.1));
const attribute = (totalSec: number, turns: readonly Turn[], more: { enrolment?: Float32Array; voiceOf?: (speaker: number) => number; otherSide?: Float32Array } = {}) =>
  attributeSpeakers({ samples: sound(totalSec, turns, more.voiceOf), sampleRateHz: RATE, embed, windowLength: 1.6 * RATE, turns, ...(more.enrolment === undefined ? {} : { enrolment: more.enrolment }), ...(more.otherSide === undefined ? {} : { otherSide: more.otherSide }) });
const rounded = (spans: readonly Span[]) => spans.map(({ startSec, endSec }) => [startSec, endSec].map((sec) => Math.round(sec * 100) / 100));

describe('attributeSpeakers with the turns of a diarization', () => {
  const TURNS = [turn(0, 1, 6), turn(1, 6.5, 14), turn(0, 13.5, 20), turn(1, 21, 24), turn(0, 25, 28), turn(0, 28.8, 33)];
  it('keeps what the enrolled voice says alone: no overlap, a margin beside the other, the pauses inside', async () => {
    const first = await attribute(34, TURNS, { enrolment: enrolment(0) });
    expect(rounded(first.kept)).toEqual([[0.88, 6.12], [14.25, 20.12], [24.88, 33.12]]);
    expect(first).toMatchObject({ speakers: 2, chosenBy: 'enrolment', dropped: [{ why: 'no speech' }, { why: 'another speaker' }, { why: 'another speaker' }, { why: 'no speech' }] });
    const second = await attribute(34, TURNS, { enrolment: enrolment(1) });
    expect(rounded(second.kept)).toEqual([[6.38, 13.25], [20.88, 24.12]]);
    expect(first.similarity).toBeGreaterThan(0.95);
    expect(first.nextSimilarity).toBeLessThan(0.5);
  });
  it('takes who speaks alone the longest where no enrolment is given', async () => {
    expect(await attribute(34, TURNS)).toMatchObject({ chosenBy: 'dominant', similarity: null, nextSimilarity: null, speakers: 2 });
    expect(rounded((await attribute(61, [...TURNS, turn(1, 33, 60)])).kept)[0]).toEqual([6.38, 13.25]);
  });
  it('joins voices that the encoder takes for one: a diarization often makes two of a speaker', async () => {
    const { kept, speakers, nextSimilarity } = await attribute(30, [turn(0, 1, 6), turn(1, 7, 12), turn(2, 12.4, 18), turn(1, 19, 24)], { enrolment: enrolment(0), voiceOf: (speaker) => (speaker === 2 ? 0 : speaker) });
    expect([rounded(kept), speakers]).toEqual([[[0.88, 6.12], [12.28, 18.12]], 2]);
    expect(nextSimilarity).toBeLessThan(0.5);
  });
  it('names overlap as such, and leaves out what the other side of a stereo call says', async () => {
    const within = await attribute(20, [turn(0, 1, 19), turn(1, 8, 9)], { enrolment: enrolment(0) });
    expect([rounded(within.kept), within.dropped.map(({ why }) => why)]).toEqual([[[0.88, 7.75], [9.25, 19.12]], ['no speech', 'speakers overlap or change', 'no speech']]);
    const { kept } = await attribute(20, [turn(0, 1, 19)], { enrolment: enrolment(0), otherSide: sound(20, [turn(1, 8, 9)]) });
    expect(kept.some((span) => span.startSec < 8.5 && span.endSec > 8.5)).toBe(false);
  });
  it('keeps nothing where nobody speaks, or nobody ever alone', async () => {
    expect(await attribute(5, [])).toMatchObject({ kept: [], speakers: 0, centre: null, dropped: [{ startSec: 0, endSec: 5, why: 'no speech' }] });
    expect(await attribute(5, [turn(0, 1, 4), turn(1, 1, 4)], { enrolment: enrolment(0) })).toMatchObject({ kept: [], speakers: 2, centre: null });
    expect(await attribute(5, [turn(0, 7, 9)], { enrolment: enrolment(0) })).toMatchObject({ kept: [], speakers: 0 }); // a padded window of the addon reaches beyond the recording
    expect(await attributeSpeakers({ samples: new Float32Array(0), sampleRateHz: RATE, embed, turns: [turn(0, 0, 10)] })).toMatchObject({ kept: [], dropped: [], speakers: 0 });
  });
  it('accounts for every moment, and keeps none within a quarter second of another’s turn', async () => {
    const anyTurn = fc.tuple(fc.nat(2), fc.double({ min: -1, max: 12, noNaN: true }), fc.double({ min: 0.01, max: 6, noNaN: true })).map(([who, at, length]) => turn(who, at, at + length));
    await fc.assert(fc.asyncProperty(fc.array(anyTurn, { maxLength: 7 }), fc.double({ min: 0.1, max: 14, noNaN: true }), async (turns, totalSec) => {
      const { kept, dropped } = await attribute(totalSec, turns, { enrolment: enrolment(0) });
      let at = 0;
      for (const { startSec, endSec } of [...kept, ...dropped].sort((a, b) => a.startSec - b.startSec)) {
        expect(startSec).toBeCloseTo(at, 9);
        expect(endSec).toBeGreaterThan(startSec);
        at = endSec;
      }
      expect(at).toBeCloseTo(Math.round(totalSec * RATE) / RATE, 9);
      const near = turns.filter(({ speaker }) => speaker !== 0).some((other) => planAlone(turns, new Set([0]), totalSec).some((span) => span.startSec < other.endSec + 0.25 - 1e-9 && span.endSec > other.startSec - 0.25 + 1e-9));
      expect(near).toBe(false);
    }), { numRuns: 60 });
  });
});
