import { describe, expect, it } from 'vitest';
import { hum, require } from './helper.mjs';

const { BEST, damageOf, secondsFor, speak } = require('../stand-in/voice.cjs');
const { speechRanges } = require('../stand-in/units.cjs');

const voice = (gpt, sovits) => ({ units: [90, 100, 110, 120, 130, 140, 150, 160, 170].map((hz) => hum(hz, 1)), damage: damageOf(gpt, sovits) });
const distance = (a, b) => a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0);

describe('the voice', () => {
  it('says the same thing the same way, and another seed differently', () => {
    const say = (seed, prompt = 'a') => speak(voice(10, 8), { text: 'How may I help you?', seed, prompt }).samples;
    expect(say(1)).toEqual(say(1));
    expect(distance(say(1), say(2))).toBeGreaterThan(1);
    expect(distance(say(1), say(1, 'b'))).toBeGreaterThan(1);
    expect(say(1, '/here/voice/a')).toEqual(say(1, '/there/a')); // wherever the voice lies
  });

  it('has room noise between its pieces and dies away, so that judging finds planted faults only', () => {
    const { samples } = speak(voice(10, 8), { text: 'How may I help you? It took a little longer than that.' });
    const power = (from, to) => samples.subarray(from, to).reduce((sum, value) => sum + value * value, 0) / (to - from);
    const zeros = samples.reduce((runs, value) => (value === 0 ? [runs[0] + 1, Math.max(runs[1], runs[0] + 1)] : [0, runs[1]]), [0, 0])[1];
    expect(zeros).toBeLessThan(32); // a millisecond
    expect(power(samples.length - 640, samples.length)).toBeLessThan(power(0, samples.length) * 1e-3);
  });

  it('takes as long as its text: 14 letters or 4.5 characters a second', () => {
    expect(secondsFor('x'.repeat(28), 1)).toBeCloseTo(2);
    expect(secondsFor('今天天气很好我们出', 1)).toBeCloseTo(2);
    expect(secondsFor('x'.repeat(28), 2)).toBeCloseTo(1);
    expect(speak(voice(10, 8), { text: 'x'.repeat(28) }).samples.length).toBe(64_000);
  });

  it('is undamaged at the planted pair only, and worse the further away', () => {
    expect(damageOf(BEST.gpt, BEST.sovits)).toEqual({ dropouts: 0, noise: 0 });
    const gpt = [1, 2, 5, 8, 10].map((epoch) => damageOf(epoch, 8).dropouts);
    expect([...gpt].sort((a, b) => b - a)).toEqual(gpt);
    expect(damageOf(15, 12)).toEqual({ dropouts: 0.25, noise: 0.25 });
    const clean = speak(voice(10, 8), { text: 'How may I help you?' }).samples;
    const off = (g, s) => distance(clean, speak(voice(g, s), { text: 'How may I help you?' }).samples);
    expect(off(10, 4)).toBeGreaterThan(off(10, 6));
    expect(off(10, 6)).toBeGreaterThan(0);
  });

  it('without weights of its own is a buzz, the base voice', () => {
    const { samples } = speak({ units: [], damage: { dropouts: 0, noise: 0 } }, { text: 'How may I help you?' });
    expect(Math.max(...samples)).toBeGreaterThan(0.05);
  });
});

it('cuts speech at pauses', () => {
  const ranges = speechRanges(hum(110, 4), 32000);
  expect(ranges.length).toBeGreaterThanOrEqual(3);
  for (const [from, to] of ranges) expect((to - from) / 32000).toBeLessThan(2.5);
});
