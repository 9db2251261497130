import { expect, it } from 'vitest';
import { noise, tone } from '../../test/signals.js';
import { spectralDescriptors } from './spectral-descriptors.js';

const signal = noise(12000, 5).map((x, i) => Math.fround(x * Math.fround(0.02)) + Math.fround(0.4 * Math.sin((2 * Math.PI * (300 + i / 12) * i) / 16000))).fill(0, 5000, 9000);

it('a tone lies at its frequency, flat noise at half of the band', () => {
  const steady = spectralDescriptors(tone(1000, 16000, 1), 16000), flat = spectralDescriptors(noise(16000, 2), 16000), middle = 15;
  expect(steady.centroidHz[middle]).toBeCloseTo(1000, 0);
  expect(steady.flatness[middle]).toBeLessThan(1e-4);
  expect(Math.abs(flat.centroidHz[middle]! - 4000)).toBeLessThan(200);
  expect(flat.spreadHz[middle]! / (8000 / Math.sqrt(12))).toBeCloseTo(1, 1);
  expect(Math.abs(flat.rolloffHz[middle]! - 6800)).toBeLessThan(200);
  expect(flat.flatness[middle]).toBeCloseTo(Math.exp(-0.5772), 1); // Euler's constant: powers of noise bins are exponential
});
it('two tones: the mean of their frequencies by magnitude, and the spread around it', () => {
  const high = tone(3000, 16000, 1, 0.1), both = tone(1000, 16000, 1, 0.3).map((x, i) => x + high[i]!);
  const { centroidHz, spreadHz, rolloffHz } = spectralDescriptors(both, 16000, { rolloffShare: 0.7 });
  expect(Math.abs(centroidHz[15]! - 1500)).toBeLessThan(5); // (3 · 1000 + 3000) / 4
  expect(Math.abs(spreadHz[15]! - 866)).toBeLessThan(10); // √(3/4 · 500² + 1/4 · 1500²)
  expect(Math.abs(rolloffHz[15]! - 1000)).toBeLessThan(10);
  expect(Math.abs(spectralDescriptors(both, 16000, { rolloffShare: 0.8 }).rolloffHz[15]! - 3000)).toBeLessThan(10);
});
it('does not depend on the level', () => {
  const loud = spectralDescriptors(signal.map((x) => 2 * x), 16000), plain = spectralDescriptors(signal, 16000);
  plain.centroidHz.forEach((hz, f) => { expect(loud.centroidHz[f]).toBeCloseTo(hz, 6); });
  plain.spreadHz.forEach((hz, f) => { expect(loud.spreadHz[f]).toBeCloseTo(hz, 6); });
  expect(loud.rolloffHz).toEqual(plain.rolloffHz);
});
it('takes silence and nothing', () => {
  expect(spectralDescriptors(new Float32Array(1024), 16000)).toMatchObject({ frames: 3, centroidHz: new Float64Array(3), spreadHz: new Float64Array(3) });
  expect(spectralDescriptors(new Float32Array(0), 16000).frames).toBe(1);
});
it.each([
  [{ rolloffShare: 1 }, 16000, 'rolloffShare must be between 0 and 1, got 1'], [{ fftSize: 5 }, 16000, 'fftSize / 2 must be a positive integer'], [{}, 0, 'sampleRateHz must be a positive integer, got 0'],
])('refuses %j at %d Hz', (options, rate, message) => { expect(() => spectralDescriptors(signal, rate, options)).toThrow(message); });
it('refuses NaN', () => { expect(() => spectralDescriptors(Float32Array.of(0, NaN), 16000)).toThrow('sample 1 is NaN, not a finite number'); });
