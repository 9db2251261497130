import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attributeSpeakers } from './attribute-speakers.js';
import { chooseChannel } from './choose-channel.js';
import { findSpeechByLevel, type Span } from './find-speech-by-level.js';

const RATE = 8000;
const LENGTH = 1.6 * RATE;

/** A sound of one pitch is one "speaker"; the embedding is the strength of each pitch in the window's last half second, as a recurrent encoder hears it. */
const PITCHES = [200, 330, 470] as const;
const embed = async (windows: readonly Float32Array[]) => windows.map((window) => {
  const end = window.subarray(window.length - RATE / 2);
  return Float32Array.from(PITCHES, (hz) => {
    let [re, im] = [0, 0];
    end.forEach((value, i) => { re += value * Math.cos((2 * Math.PI * hz * i) / RATE); im += value * Math.sin((2 * Math.PI * hz * i) / RATE); });
    return Math.hypot(re, im) + 1e-3;
  });
});
const call = (totalSec: number, turns: readonly (readonly [speaker: number, startSec: number, endSec: number])[]): Float32Array => {
  const samples = new Float32Array(Math.round(totalSec * RATE));
  for (const [speaker, startSec, endSec] of turns) for (let i = Math.round(startSec * RATE); i < Math.min(samples.length, endSec * RATE); i += 1) samples[i]! += 0.2 * Math.sin((2 * Math.PI * PITCHES[speaker]! * i) / RATE);
  return samples;
};
const enrolment = (speaker: number): Float32Array => Float32Array.from(PITCHES, (_, i) => (i === speaker ? 1 : 0.1));
const inside = (spans: readonly Span[], sec: number): boolean => spans.some((s) => s.startSec <= sec && s.endSec > sec);
const TURNS = [[1, 1, 5], [0, 6, 11], [1, 10.4, 15], [0, 16, 21], [1, 22, 28]] as const;

describe('attributeSpeakers', () => {
  it('keeps what the enrolled speaker says alone, and drops the overlap', async () => {
    const samples = call(30, TURNS);
    for (const speaker of [0, 1]) {
      const { kept, speakers, chosenBy } = await attributeSpeakers({ samples, sampleRateHz: RATE, embed, windowLength: LENGTH, enrolment: enrolment(speaker) });
      expect([speakers, chosenBy]).toEqual([2, 'enrolment']);
      expect([3, 25].map((sec) => inside(kept, sec))).toEqual([speaker === 1, speaker === 1]);
      expect([8, 18].map((sec) => inside(kept, sec))).toEqual([speaker === 0, speaker === 0]);
      expect([10.5, 10.7, 10.9].map((sec) => inside(kept, sec))).toEqual([false, false, false]);
    }
  });
  it('takes whoever speaks most where no enrolment is given, and says so', async () => {
    const { kept, chosenBy, similarity } = await attributeSpeakers({ samples: call(30, TURNS), sampleRateHz: RATE, embed, windowLength: LENGTH });
    expect([chosenBy, similarity, inside(kept, 25), inside(kept, 18)]).toEqual(['dominant', null, true, false]);
  });
  it('accounts for every moment: kept and dropped tile the recording, in order', async () => {
    const anyTurn = fc.tuple(fc.nat(2), fc.double({ min: 0, max: 12, noNaN: true }), fc.double({ min: 0.05, max: 5, noNaN: true })).map(([who, at, length]) => [who, at, at + length] as const);
    await fc.assert(fc.asyncProperty(fc.array(anyTurn, { maxLength: 6 }), fc.double({ min: 0.1, max: 14, noNaN: true }), async (turns, totalSec) => {
      const samples = call(totalSec, turns);
      const { kept, dropped } = await attributeSpeakers({ samples, sampleRateHz: RATE, embed, windowLength: LENGTH, enrolment: enrolment(0) });
      const all = [...kept, ...dropped].sort((a, b) => a.startSec - b.startSec);
      let at = 0;
      for (const { startSec, endSec } of all) {
        expect(startSec).toBeCloseTo(at, 9);
        expect(endSec).toBeGreaterThan(startSec);
        at = endSec;
      }
      expect(at).toBeCloseTo(samples.length / RATE, 9);
    }), { numRuns: 25 });
  });
  it('drops what the other side of a stereo call says at the same time, but not its crosstalk', async () => {
    const options = { samples: call(12, [[1, 1, 11]]), sampleRateHz: RATE, embed, windowLength: LENGTH, enrolment: enrolment(1) };
    const faint = call(12, [[1, 1, 11]]).map((value) => value * 0.05);
    const both = call(12, [[0, 5, 6]]);
    const keptAt = async (otherSide: Float32Array) => { const { kept } = await attributeSpeakers({ ...options, otherSide }); return [3, 5.5, 8].map((sec) => inside(kept, sec)); };
    expect(await keptAt(faint)).toEqual([true, true, true]);
    expect(await keptAt(both)).toEqual([true, false, true]);
  });
  it('finds no speech in silence', async () => {
    expect(findSpeechByLevel(new Float32Array(RATE), RATE)).toEqual([]);
    expect(await attributeSpeakers({ samples: new Float32Array(RATE), sampleRateHz: RATE, embed, windowLength: LENGTH })).toMatchObject({ kept: [], speakers: 0, dropped: [{ startSec: 0, endSec: 1, why: 'no speech' }] });
  });
});

describe('chooseChannel', () => {
  const known = { embed, windowLength: LENGTH, sampleRateHz: RATE, enrolment: enrolment(1) };
  const stereo = { sampleRateHz: RATE, channels: [call(12, [[0, 1, 5]]), call(12, [[1, 6, 11]])] };
  it('finds the side of the enrolled speaker, and says by what', async () => {
    expect(await chooseChannel(stereo, 'auto', known)).toMatchObject({ channel: 'right', why: expect.stringMatching(/similarity to the enrolment 0\.\d\d on the left, (1\.00|0\.9\d) on the right/) as string });
    expect((await chooseChannel(stereo, 'auto', known)).samples).toEqual(stereo.channels[1]);
  });
  it('mixes two sides that are alike, one side, and sides that nothing tells apart', async () => {
    const twice = { sampleRateHz: RATE, channels: [stereo.channels[0]!, stereo.channels[0]!] };
    expect((await chooseChannel(twice, 'auto', known)).why).toBe('both channels hold the same sound');
    expect((await chooseChannel({ ...twice, channels: [stereo.channels[0]!] }, 'auto', known)).channel).toBe('mix');
    expect(await chooseChannel(stereo, 'auto', null)).toMatchObject({ channel: 'mix', why: expect.stringContaining('no enrolment') as string });
    expect((await chooseChannel(stereo, 'left', null)).samples).toEqual(stereo.channels[0]);
  });
});
