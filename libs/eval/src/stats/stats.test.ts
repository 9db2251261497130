import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibrateSimilarity, equalErrorRate } from '../speaker/calibrate.js';
import { comparePaired, neededPairs } from './compare-paired.js';

describe('two systems on the same sentences', () => {
  const first = [0.5, 0.9, 0.2, 0.7, 0.4, 0.8, 0.3, 0.6];
  it('tells a small steady difference apart that a wide spread of sentences would hide', () => {
    const second = first.map((value, i) => value + 0.04 + (i % 2) * 0.02);
    expect(comparePaired(first, second, { seed: 1 })).toMatchObject({ better: 'second', wins: 8, losses: 0, n: 8 });
    expect(comparePaired(second, first, { seed: 1 })).toMatchObject({ better: 'first', losses: 8 });
    expect(comparePaired(first, second).mean).toBeCloseTo(0.05, 12);
  });
  it('does not decide by chance, one sentence or none', () => {
    expect(comparePaired([1, 2, 3, 4], [2, 1, 4, 3])).toMatchObject({ better: 'undecided', mean: 0, neededPairs: null });
    expect(comparePaired([1], [5])).toMatchObject({ better: 'undecided', low: null, neededPairs: null });
    expect(comparePaired([], [])).toMatchObject({ better: 'undecided', mean: null, n: 0 });
    expect(() => comparePaired([1], [])).toThrow('the same sentences');
  });
  it('needs as many pairs as the formula of the two quantiles says', () => {
    expect(neededPairs(0.5, 1)).toBe(32); // (2.801585 ÷ 0.5)² = 31.4
    expect(neededPairs(-0.1, 1)).toBe(785); // 784.9
    expect(neededPairs(10, 1)).toBe(2);
    expect(() => neededPairs(0, 1)).toThrow(RangeError);
    expect(() => neededPairs(1, 0)).toThrow(RangeError);
  });
});

describe('equal error rate', () => {
  it.each([[[0.9, 0.8], [0.1, 0.2], 0], [[0.1, 0.2], [0.8, 0.9], 1], [[0.9, 0.8, 0.7, 0.3], [0.1, 0.2, 0.4, 0.6], 0.25], [[0.5], [0.5], 0.5]])('of %j against %j is %d', (genuine, impostors, rate) => {
    expect(equalErrorRate(genuine, impostors).rate).toBe(rate);
  });
  it('lies within 0…1 and does not mind a change of scale', () => {
    const scores = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 20 });
    fc.assert(fc.property(scores, scores, (a, b) => {
      const { rate } = equalErrorRate(a, b);
      expect(rate).toBeGreaterThanOrEqual(0);
      expect(rate).toBeLessThanOrEqual(1);
      expect(equalErrorRate(a.map((x) => 2 * x + 1), b.map((x) => 2 * x + 1)).rate).toBe(rate);
    }), { numRuns: 200 });
  });
  it('refuses what has no rate', () => {
    expect(() => equalErrorRate([], [1])).toThrow('genuine must hold');
    expect(() => equalErrorRate([1], [Number.NaN])).toThrow('impostors must be finite');
  });
});

it('calibrated similarity is 0 at impostors and 1 at the speaker', () => {
  const scale = { genuine: 0.8, impostor: 0.4 };
  expect([0.4, 0.8, 0.6].map((cosine) => Number(calibrateSimilarity(cosine, scale).toFixed(9)))).toEqual([0, 1, 0.5]);
  expect(() => calibrateSimilarity(0.5, { genuine: 0.4, impostor: 0.4 })).toThrow(RangeError);
});
