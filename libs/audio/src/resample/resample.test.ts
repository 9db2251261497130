import fc from 'fast-check';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { fitTone, noise, tone } from '../../test/signals.js';
import { hasSimd, linearMemoryBytes } from './filter-simd.js';
import { KERNEL_WASM_BASE64 } from './kernel-wasm.js';
import { resample, resampleBy } from './resample.js';

/** Leaves out the ends, where the tone starts and stops. */
const middle = (samples: Float32Array): Float32Array => samples.slice(Math.floor(samples.length * 0.2), Math.floor(samples.length * 0.8));
const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
const db = (ratio: number): number => 20 * Math.log10(ratio);
const rms = (samples: Float32Array): number => Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length);

const PAIRS = [[44100, 32000], [48000, 16000], [22050, 32000], [48000, 32000], [44100, 16000], [8000, 32000], [48000, 8000]] as const;
// The bars: PERFORMANCE goals of soxr HQ and VHQ class. `fast` promises less.
const BARS = { fast: { to: 0.78, level: 0.02, snr: 85, alias: -90 }, high: { to: 0.9, level: 0.01, snr: 135, alias: -130 }, best: { to: 0.9, level: 0.01, snr: 148, alias: -150 } } as const;

const QUALITIES = ['fast', 'high', 'best'] as const;

describe.each((['auto', 'plain'] as const).flatMap((kernel) => QUALITIES.map((quality) => [kernel, quality] as const)))('kernel %s, quality %s', (kernel, quality) => {
  const bar = BARS[quality];
  it.each(PAIRS)('keeps tones of the passband, %d to %d Hz', (from, to) => {
    for (const share of [0.01, 0.3, 0.6, bar.to]) {
      const frequency = (share * Math.min(from, to)) / 2;
      const { amplitude, snrDb } = fitTone(middle(resampleBy(kernel, tone(frequency, from, 0.4), from, to, quality)), frequency, to);
      expect(Math.abs(db(amplitude / 0.5))).toBeLessThan(bar.level);
      expect(snrDb).toBeGreaterThan(bar.snr);
    }
  });
  it.each(PAIRS.filter(([from, to]) => to < from))('suppresses what would alias, %d to %d Hz', (from, to) => {
    for (const frequency of [0.51 * to, 0.55 * to, (0.55 * to + 0.49 * from) / 2, 0.49 * from].filter((f) => f < from / 2)) {
      expect(db(rms(middle(resampleBy(kernel, tone(frequency, from, 0.4), from, to, quality))) / rms(tone(frequency, from, 0.4)))).toBeLessThan(bar.alias);
    }
  });
});

describe('both kernels', () => {
  it('WebAssembly SIMD is what runs here: no test below compares a kernel with itself', () => { expect(hasSimd()).toBe(true); });
  it.each(PAIRS.flatMap(([from, to]) => QUALITIES.map((quality) => [from, to, quality] as const)))('give the same numbers to float rounding, %d to %d Hz, %s', (from, to, quality) => {
    for (const count of [1, 2, 7, 100, 4999, 50_000]) {
      const samples = noise(count, count);
      const simd = resampleBy('auto', samples, from, to, quality), plain = resampleBy('plain', samples, from, to, quality);
      expect(simd.length).toBe(plain.length);
      // Float32 sums err by a few 2^-24 of the loudest sample; float64 sums agree to the last bit or the one beside it.
      expect(simd.reduce((most, x, i) => Math.max(most, Math.abs(x - plain[i]!)), 0)).toBeLessThan(quality === 'best' ? 1.3e-7 : 1e-6);
    }
  });
  it.each([[3, 1], [48000, 11025], [96000, 8000], [1, 3], [7, 5], [44100, 44101], [32000, 31], [4096, 4095], [4097, 4096]])('agree for odd ratios, %d to %d', (from, to) => {
    const samples = noise(3000, 5);
    const simd = resampleBy('auto', samples, from, to, 'high'), plain = resampleBy('plain', samples, from, to, 'high');
    expect(simd.reduce((most, x, i) => Math.max(most, Math.abs(x - plain[i]!)), 0)).toBeLessThan(1e-6);
  });
  it('float32 sums are not float64 sums: the kernels differ', () => {
    const samples = noise(1000, 1);
    expect(resampleBy('auto', samples, 44100, 32000, 'high')).not.toEqual(resampleBy('plain', samples, 44100, 32000, 'high'));
  });
  it('a missing WebAssembly means the plain kernel', async () => {
    vi.resetModules();
    vi.stubGlobal('WebAssembly', undefined);
    try {
      const alone = await import('./resample.js'), samples = noise(1000, 1);
      expect(alone.resample(samples, 44100, 32000)).toEqual(resampleBy('plain', samples, 44100, 32000, 'high'));
    } finally { vi.unstubAllGlobals(); }
  });
  it('an engine without SIMD means the plain kernel', async () => {
    vi.resetModules();
    vi.stubGlobal('WebAssembly', { validate: () => false });
    try {
      const alone = await import('./resample.js'), samples = noise(1000, 1);
      expect(alone.resample(samples, 48000, 16000)).toEqual(resampleBy('plain', samples, 48000, 16000, 'high'));
    } finally { vi.unstubAllGlobals(); }
  });
  it('the stored WebAssembly is what its source compiles to', () => {
    execFileSync(process.execPath, [fileURLToPath(new URL('../../kernel/build.mjs', import.meta.url)), '--check']);
  });
  it('its base64 is below 50 kB', () => { expect(KERNEL_WASM_BASE64.length).toBeLessThan(50_000); });
  it('linear memory stays small, however long the signal', () => {
    resample(noise(2_000_000, 1), 44100, 32000);
    resample(noise(2_000_000, 1), 48000, 16000, { quality: 'best' });
    expect(linearMemoryBytes()).toBeLessThan(32 << 20); // the tests above used ratios of 4096 phases too
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
  it.each(PAIRS)('time turned round gives the output turned round, ends included, %d to %d Hz', (from, to) => {
    // A whole number of periods and one more sample: the last input falls on an output too.
    const period = from / gcd(from, to);
    const samples = noise(Math.ceil(600 / period) * period + 1, 9);
    const count = ((samples.length - 1) * to) / from + 1;
    const there = resample(samples, from, to).slice(0, count), back = resample(samples.slice().reverse(), from, to).slice(0, count).reverse();
    expect(there.reduce((most, x, i) => Math.max(most, Math.abs(x - back[i]!)), 0)).toBeLessThan(1e-6);
  });
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
