import { expect, it } from 'vitest';
import { decodeWav } from '../wav/decode-wav.js';
import { encodeWav } from '../wav/encode-wav.js';
import { createDither } from './dither.js';

const COUNT = 200_000;
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
/** Errors in steps of 16 bits of a constant that lies between two of them. */
const errors = (fraction: number, ditherSeed?: number): number[] => {
  const level = (100 + fraction) / 32768;
  const [back] = decodeWav(encodeWav({ sampleRateHz: 8000, channels: [new Float32Array(COUNT).fill(level)] }, { ditherSeed })).channels;
  return Array.from(back!, (x) => (x - level) * 32768);
};

it('makes the error independent of the signal in mean and power: 0 and a quarter of a step squared', () => {
  for (const fraction of [0, 0.2, 0.5, 0.77]) {
    const error = errors(fraction, 7);
    expect(Math.abs(mean(error))).toBeLessThan(0.005); // 4.5 standard errors of a mean of 200 000 values
    expect(Math.abs(mean(error.map((x) => x * x)) - 0.25)).toBeLessThan(0.005);
  }
  expect(mean(errors(0.2))).toBeCloseTo(-0.2, 3); // without dither the level itself is lost
});
it('lets a tone below half a step through', () => {
  const samples = Float32Array.from({ length: COUNT }, (_, i) => (0.4 / 32768) * Math.sin(i / 3));
  const correlation = (ditherSeed?: number): number => decodeWav(encodeWav({ sampleRateHz: 8000, channels: [samples] }, { ditherSeed })).channels[0]!.reduce((sum, x, i) => sum + x * samples[i]!, 0) / samples.reduce((sum, x) => sum + x * x, 0);
  expect(correlation()).toBe(0);
  expect(correlation(1)).toBeGreaterThan(0.97);
  expect(correlation(1)).toBeLessThan(1.03);
});
it('is triangular: density falls evenly from 0 to ±1', () => {
  const next = createDither(3, 0), bins = new Array<number>(8).fill(0);
  for (let i = 0; i < COUNT; i++) bins[Math.floor((next() + 1) * 4)]! += 1;
  const share = (k: number): number => { const lower = Math.abs(k / 4 - 1), upper = Math.abs((k + 1) / 4 - 1); return (1 - (lower + upper) / 2) / 4; };
  bins.forEach((count, k) => { expect(Math.abs(count / COUNT - share(k))).toBeLessThan(0.004); });
});
it('depends on seed and channel alone', () => {
  const take = (seed: number, channel: number): number[] => { const next = createDither(seed, channel); return Array.from({ length: 5 }, () => next()); };
  expect(take(1, 0)).toEqual(take(1, 0));
  expect(take(1, 0)).not.toEqual(take(2, 0));
  expect(take(1, 0)).not.toEqual(take(1, 1));
});
it('refuses a seed that is no integer', () => { expect(() => errors(0, 0.5)).toThrow('ditherSeed must be an integer, got 0.5'); });
