import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitTone, noise, tone } from '../../test/signals.js';
import { resample } from './resample.js';

/** Leaves out the ends, where the tone starts and stops. */
const middle = (samples: Float32Array): Float32Array => samples.slice(Math.floor(samples.length * 0.2), Math.floor(samples.length * 0.8));
const db = (ratio: number): number => 20 * Math.log10(ratio);
const rms = (samples: Float32Array): number => Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length);

const PAIRS = [[44100, 32000], [48000, 16000], [22050, 32000], [48000, 32000], [44100, 16000], [8000, 32000]] as const;
// The bars: PERFORMANCE goals of soxr HQ and VHQ class. `fast` promises less.
const BARS = { fast: { to: 0.78, level: 0.02, snr: 85, alias: -90 }, high: { to: 0.9, level: 0.01, snr: 135, alias: -130 }, best: { to: 0.9, level: 0.01, snr: 148, alias: -150 } } as const;

describe.each(['fast', 'high', 'best'] as const)('quality %s', (quality) => {
  const bar = BARS[quality];
  it.each(PAIRS)('keeps tones of the passband, %d to %d Hz', (from, to) => {
    for (const share of [0.01, 0.3, 0.6, bar.to]) {
      const frequency = (share * Math.min(from, to)) / 2;
      const { amplitude, snrDb } = fitTone(middle(resample(tone(frequency, from, 0.4), from, to, { quality })), frequency, to);
      expect(Math.abs(db(amplitude / 0.5))).toBeLessThan(bar.level);
      expect(snrDb).toBeGreaterThan(bar.snr);
    }
  });
  it.each(PAIRS.filter(([from, to]) => to < from))('suppresses what would alias, %d to %d Hz', (from, to) => {
    for (const frequency of [0.51 * to, 0.55 * to, (0.55 * to + 0.49 * from) / 2, 0.49 * from].filter((f) => f < from / 2)) {
      expect(db(rms(middle(resample(tone(frequency, from, 0.4), from, to, { quality }))) / rms(tone(frequency, from, 0.4)))).toBeLessThan(bar.alias);
    }
  });
});

describe('time', () => {
  it.each(PAIRS)('has no delay, %d to %d Hz', (from, to) => {
    const { phase } = fitTone(resample(tone(100, from, 0.5), from, to), 100, to);
    expect(Math.abs(phase) / (2 * Math.PI * 100)).toBeLessThan(1e-6); // seconds
  });
  it('gives ceil(n · to / from) samples', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 200 }), (n, from, to) => {
      expect(resample(new Float32Array(n), from, to, { quality: 'fast' }).length).toBe(Math.ceil((n * to) / from));
    }), { numRuns: 60 });
  });
});

describe('laws', () => {
  it('a constant keeps its value', () => {
    const errors = middle(resample(new Float32Array(20000).fill(0.25), 44100, 32000)).map((x) => Math.abs(x - 0.25));
    expect(Math.max(...errors)).toBeLessThan(1e-6);
  });
  it('is linear', () => {
    const a = noise(3000, 1, 0.3), b = noise(3000, 2, 0.3);
    const sum = resample(a.map((x, i) => x + b[i]!), 44100, 32000), left = resample(a, 44100, 32000), right = resample(b, 44100, 32000);
    expect(Math.max(...sum.map((x, i) => Math.abs(x - left[i]! - right[i]!)))).toBeLessThan(1e-6);
  });
  it('a long signal equals its parts away from the seams: blocks do not show', () => {
    const long = noise(120000, 3, 0.5);
    const whole = resample(long, 44100, 32000), head = resample(long.slice(0, 60000), 44100, 32000);
    expect(whole.slice(0, 43000).findIndex((x, i) => x !== head[i])).toBe(-1);
  });
  it('rates without a common divisor are interpolated nearly as well', () => {
    const { amplitude, snrDb } = fitTone(middle(resample(tone(3000, 44100, 0.3), 44100, 31991)), 3000, 31991);
    expect(Math.abs(db(amplitude / 0.5))).toBeLessThan(0.001);
    expect(snrDb).toBeGreaterThan(125);
  });
  it('the same rate gives a copy', () => {
    const samples = noise(10, 1);
    const copy = resample(samples, 8000, 8000);
    expect(copy).toEqual(samples);
    expect(copy.buffer).not.toBe(samples.buffer);
  });
});

describe('refusals', () => {
  it.each([[0, 8000, 'fromHz must be a positive integer, got 0'], [8000, 1.5, 'toHz must be a positive integer, got 1.5'], [8000, NaN, 'got NaN']])('%d to %d', (from, to, message) => {
    expect(() => resample(new Float32Array(1), from, to)).toThrow(message);
  });
  it('an unknown quality', () => { expect(() => resample(new Float32Array(1), 1, 2, { quality: 'ultra' as 'best' })).toThrow('quality must be fast, high or best, got ultra'); });
});
