import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeWav } from '../wav/decode-wav.js';
import { hasShared, noise, SHARED, tone } from '../../test/signals.js';
import golden from './features.golden.json' with { type: 'json' };
import { createFft } from './fft.js';
import { kaldiFbank, type KaldiFbankOptions } from './kaldi-fbank.js';
import { createRealFft } from './real-fft.js';
import { istft, stft } from './stft.js';
import { whisperLogMel } from './whisper-log-mel.js';
import { makeWindow } from './windows.js';

const doubles = (count: number, seed: number): Float64Array => Float64Array.from(noise(count, seed));
const worst = (a: ArrayLike<number>, b: ArrayLike<number>): number => Array.from(a).reduce((most, x, i) => Math.max(most, Math.abs(x - b[i]!)), 0);

describe('FFT', () => {
  it.each(golden.fft)('agrees with numpy on $size points to 1e-10 of the largest bin', ({ size, bins, re, im, largest }) => {
    const r = doubles(size, 11), i = doubles(size, 12);
    createFft(size).forward(r, i);
    expect(worst(bins.map((k) => r[k]!), re) / largest).toBeLessThan(1e-10);
    expect(worst(bins.map((k) => i[k]!), im) / largest).toBeLessThan(1e-10);
  });
  it('keeps the energy (Parseval), and its inverse undoes it, at any length', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 1500 }), fc.integer(), (size, seed) => {
      const re = doubles(size, seed), im = doubles(size, seed + 1), r = re.slice(), i = im.slice(), fft = createFft(size);
      fft.forward(r, i);
      const power = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, k) => sum + x * x + b[k]! * b[k]!, 0);
      expect(power(r, i) / size / power(re, im)).toBeCloseTo(1, 10);
      fft.inverse(r, i);
      expect(Math.max(worst(r, re), worst(i, im))).toBeLessThan(1e-11);
    }), { numRuns: 60 });
  });
  it('of real signals is half of the complex one, and back', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 600 }), (half) => {
      const size = 2 * half, signal = doubles(size, half), re = signal.slice(), im = new Float64Array(size), r = new Float64Array(half + 1), i = new Float64Array(half + 1);
      createFft(size).forward(re, im);
      const real = createRealFft(size);
      real.forward(signal, r, i);
      expect(Math.max(worst(r, re), worst(i, im))).toBeLessThan(1e-9);
      const back = new Float64Array(size);
      real.inverse(r, i, back);
      expect(worst(back, signal)).toBeLessThan(1e-11);
    }), { numRuns: 40 });
  });
  it('refuses senseless sizes', () => {
    expect(() => createFft(0)).toThrow('size must be a positive integer, got 0');
    expect(() => createRealFft(7)).toThrow('size / 2 must be a positive integer, got 3.5');
    expect(() => createFft(8).forward(new Float64Array(8), new Float64Array(7))).toThrow('must have 8 values, got 8 and 7');
  });
});

describe('STFT', () => {
  it('comes back whole, for any signal, hop and window that sees every sample', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 3000 }), fc.constantFrom(64, 100, 256), fc.constantFrom(2, 3, 4), fc.constantFrom('hann', 'hamming', 'sine', 'blackman' as const), (length, fftSize, overlap, window) => {
      const options = { fftSize, hopSamples: Math.floor(fftSize / overlap), window } as const, signal = noise(length, length + 1);
      expect(worst(istft(stft(signal, options), options), signal)).toBeLessThan(1e-6);
    }), { numRuns: 60 });
  });
  it('refuses a hop that leaves gaps, and sizes that do not match', () => {
    const options = { fftSize: 64, hopSamples: 100 };
    expect(() => istft(stft(noise(1000, 1), options), options)).toThrow('hopSamples 100 leaves samples that no frame sees');
    expect(() => istft(stft(noise(1000, 1), { fftSize: 64 }), { fftSize: 128 })).toThrow('fftSize must be 64, as the transform has it, got 128');
  });
  it.each(golden.windows)('window $shape, as scipy has it', ({ shape, periodic, values }) => {
    expect(worst(makeWindow(shape as 'hann', values.length, { periodic }), values)).toBeLessThan(1e-12);
  });
});

describe('Whisper log-mel', () => {
  it.each(golden.whisper)('agrees with transformers on noise and a tone: $melBins bins, $lengthSec s', ({ melBins, lengthSec, frames, at, values }) => {
    const signal = noise(24_011, 21, 0.1).map((x, i) => x + 0.3 * Math.sin((2 * Math.PI * 440 * i) / 16000));
    const mel = whisperLogMel(signal, { melBins, lengthSec });
    expect([mel.frames, mel.size]).toEqual([frames, melBins]);
    expect(worst(at.map(([f, m]) => mel.values[f! * melBins + m!]!), values)).toBeLessThan(1e-4); // float32 powers there
  });
});

describe('Kaldi fbank', () => {
  it.each(golden.kaldi)('agrees with kaldi-native-fbank: $name', ({ options, frames, size, rows, values }) => {
    const signal = noise(16_000, 31, 0.2).map((x, i) => x + 0.3 * Math.sin((2 * Math.PI * 300 * i) / 16000));
    const got = kaldiFbank(signal, 16000, options as KaldiFbankOptions);
    expect([got.frames, got.size]).toEqual([frames, size]);
    rows.forEach((row, r) => expect(worst(got.values.subarray(row * size, (row + 1) * size), values[r]!)).toBeLessThan(2e-3)); // float32 there
  });
  it('dither depends on its seed alone', () => {
    const silence = new Float32Array(8000), one = kaldiFbank(silence, 16000, { dither: 1 });
    expect(kaldiFbank(silence, 16000, { dither: 1 }).values).toEqual(one.values);
    expect(kaldiFbank(silence, 16000, { dither: 1, ditherSeed: 2 }).values).not.toEqual(one.values);
    expect(one.values.reduce((sum, x) => sum + x, 0) / one.values.length).toBeGreaterThan(0);
  });
  it('refuses frequencies beyond half the rate, and takes clips that are too short', () => {
    expect(() => kaldiFbank(tone(200, 16000, 1), 16000, { highHz: 9000 })).toThrow('must lie in 0…8000');
    expect(kaldiFbank(new Float32Array(399), 16000).frames).toBe(0);
    expect(kaldiFbank(new Float32Array(3), 16000, { snipEdges: false }).frames).toBe(0);
  });
  const vectors = hasShared('vectors/fbank/fbank.json')
    ? Object.entries((JSON.parse(readFileSync(`${SHARED}vectors/fbank/fbank.json`, 'utf8')) as { files: Record<string, { wav: string; shape: [number, number] }> }).files) : [];
  it.skipIf(vectors.length === 0)('agrees with the reference vectors: all within 1e-2, 99.5 % within 5e-4 (skipped without ../shared/vectors/fbank)', () => {
    expect(vectors.length).toBe(12);
    for (const [name, { wav, shape }] of vectors) {
      const bytes = readFileSync(`${SHARED}vectors/fbank/${name}`);
      const expected = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
      const audio = decodeWav(readFileSync(`${SHARED}vectors/fbank/${wav}`));
      const options: KaldiFbankOptions = { ...(name.includes('unit_scale') && { inputScale: 1 }), ...(name.includes('no_snip') && { snipEdges: false }), ...(name.includes('hamming') && { window: 'hamming' }) };
      const got = kaldiFbank(audio.channels[0]!, 16000, options);
      expect([got.frames, got.size]).toEqual(shape);
      const errors = Array.from(expected, (x, i) => Math.abs(x - got.values[i]!));
      expect(Math.max(...errors)).toBeLessThan(1e-2);
      expect(errors.filter((e) => e < 5e-4).length / errors.length).toBeGreaterThan(0.995);
    }
  });
});
