import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bootstrapMean, quantile } from './bootstrap.js';

/** Every mean of n values drawn n times with replacement: the exact distribution that resampling approaches. */
function allResampledMeans(values: readonly number[]): number[] {
  let sums = [0];
  for (let draw = 0; draw < values.length; draw += 1) sums = sums.flatMap((sum) => values.map((value) => sum + value));
  return sums.map((sum) => sum / values.length).sort((a, b) => a - b);
}

it.each([[[1, 2]], [[3.1, 3.9, 4.4]], [[0.2, 0.7, 0.71, 0.9, 1.4]], [[-1, 0, 0, 5, 6, 7.5]]])('approaches the exact interval of %j', (values) => {
  const exact = allResampledMeans(values);
  const point = (share: number): number => exact[Math.min(exact.length - 1, Math.floor(share * exact.length))]!; // of a stepped distribution
  const { low, high, mean, n } = bootstrapMean(values, { seed: 7, resamples: 40_000 });
  // the drawn 2.5 % point lies between the exact 2 % and 3 % points: 40 000 draws put its rank within ±0.1 % (about one sigma 0.08 %)
  expect(low).toBeGreaterThanOrEqual(point(0.02) - 1e-12);
  expect(low).toBeLessThanOrEqual(point(0.03) + 1e-12);
  expect(high).toBeGreaterThanOrEqual(point(0.97) - 1e-12);
  expect(high).toBeLessThanOrEqual(point(0.98) + 1e-12);
  expect(mean).toBeCloseTo(values.reduce((a, b) => a + b) / values.length, 12);
  expect(n).toBe(values.length);
});

it('approaches mean ± 1.96 s ÷ √n where many values make the mean normal', () => {
  const values = Array.from({ length: 400 }, (_, i) => Math.sin(i * 12.9898) * 2 + 3);
  const mean = values.reduce((a, b) => a + b) / 400;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 400);
  const { low, high } = bootstrapMean(values);
  expect(low! / (mean - (1.96 * deviation) / 20)).toBeCloseTo(1, 2);
  expect(high! / (mean + (1.96 * deviation) / 20)).toBeCloseTo(1, 2);
});

it('keeps the mean inside the interval and the interval inside the values, for any values', () => {
  fc.assert(fc.property(fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 12 }), fc.integer({ min: 0, max: 99 }), (values, seed) => {
    const { low, high } = bootstrapMean(values, { seed, resamples: 200 });
    expect(low).toBeGreaterThanOrEqual(Math.min(...values) - 1e-9);
    expect(high).toBeLessThanOrEqual(Math.max(...values) + 1e-9);
    expect(low).toBeLessThanOrEqual(high!);
  }), { numRuns: 50 });
});

it('gives another interval for another seed, and the same for the same', () => {
  const values = [1, 2, 3, 4, 5.5, 9];
  expect(bootstrapMean(values, { seed: 1, resamples: 100 })).toEqual(bootstrapMean(values, { seed: 1, resamples: 100 }));
  expect(bootstrapMean(values, { seed: 1, resamples: 100 })).not.toEqual(bootstrapMean(values, { seed: 2, resamples: 100 }));
});

it('makes nothing up from no value or one', () => {
  expect(bootstrapMean([])).toEqual({ mean: null, low: null, high: null, n: 0 });
  expect(bootstrapMean([4])).toEqual({ mean: 4, low: null, high: null, n: 1 });
});

it.each([
  [() => bootstrapMean([1, NaN]), 'values must be finite, got NaN at 1'],
  [() => bootstrapMean([1, 2], { seed: 0.5 }), 'seed must be an integer, got 0.5'],
  [() => bootstrapMean([1, 2], { resamples: 10 }), 'resamples must be an integer of 100 or more, got 10'],
  [() => bootstrapMean([1, 2], { level: 1 }), 'level must lie between 0 and 1, got 1'],
  [() => quantile([], 0.5), 'quantile needs at least one value'],
])('refuses misuse %#', (call, message) => {
  expect(call).toThrow(new RangeError(message));
});

it('a quantile lies between its neighbours, however far apart they are', () => {
  fc.assert(fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 5 }), fc.double({ min: 0, max: 1, noNaN: true }), (values, share) => {
    const sorted = [...values].sort((a, b) => a - b), position = share * (sorted.length - 1), value = quantile(sorted, share);
    return value >= sorted[Math.floor(position)]! && value <= sorted[Math.ceil(position)]!;
  }), { examples: [[[-Number.MAX_VALUE, Number.MAX_VALUE], 0.95]] });
  expect(quantile([1, 2, 4], 0.75)).toBe(3);
});
