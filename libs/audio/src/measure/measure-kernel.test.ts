import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noise } from '../../test/signals.js';
import { createBandSums } from './band-sums.js';
import { frameLevels } from './frame-levels.js';
import { levelSums } from './level-sums.js';
import { logSums } from './log-sums.js';
import { loadMeasureKernel } from './measure-kernel.js';
import { nthSmallest } from './measure-snr.js';
import { pieceMoments } from './piece-moments.js';
import { createPeakFinder } from './pitch-peaks.js';
import { createRuns } from './run-sums.js';
import { createTruePeakMeter } from './true-peak-meter.js';
import { createLook } from './true-peak-look.js';
import { createWeightedEnergy } from './weighted-energy.js';

/** Lengths around the widths of vectors, of chunks and of what is looked at together. */
const LENGTHS = [0, 1, 2, 3, 4, 5, 7, 801, 16_383, 16_384, 16_385, 40_001];
const signal = (length: number, seed: number): Float32Array => noise(length, seed, 0.9).map((x, i) => (i % 97 === 5 ? 0 : i % 31 === 3 ? x * 1e-9 : x * Math.sin(i / 5000) ** 2));

describe('the kernel for measuring', () => {
  it('runs here', () => expect(loadMeasureKernel()).not.toBeNull());

  it.each(LENGTHS)('level sums of %i samples: the bits of the plain sums', (length) => {
    const samples = signal(length, 3);
    expect(levelSums(samples)).toEqual(levelSums(samples, null));
    expect(levelSums(samples).peak).toBe(samples.reduce((most, x) => Math.max(most, Math.abs(x)), 0));
    const naive = samples.reduce((sum, x) => sum + x * x, 0);
    expect(Math.abs(levelSums(samples).squares - naive)).toBeLessThanOrEqual(1e-12 * naive);
  });

  it('runs: the same bits with SIMD and without, however the samples are cut, and the sums are right', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 700 }), fc.array(fc.integer({ min: 0, max: 4000 }), { maxLength: 6 }), fc.constantFrom('energies' as const, 'sums' as const), (length, cuts, kind) => {
      const total = cuts.reduce((sum, cut) => sum + cut, 0), samples = signal(total, length), whole = createRuns(kind, length, null), parts = createRuns(kind, length);
      const expected = Array.from(whole.push(samples)), found: number[] = [];
      let at = 0;
      for (const cut of cuts) { found.push(...parts.push(samples.subarray(at, at + cut))); at += cut; }
      expect(found).toEqual(expected);
      expect(parts.rest()).toEqual(whole.rest());
      expect(found.length).toBe(Math.floor(total / length));
      found.forEach((value, run) => expect(value).toBeCloseTo(samples.subarray(run * length, (run + 1) * length).reduce((sum, x) => sum + (kind === 'sums' ? x : x * x), 0), 9));
    }), { numRuns: 60 });
  });

  it.each(LENGTHS)('logarithms of %i samples: those that Math.log gives', (length) => {
    const samples = signal(length, 5), simd = logSums(samples), plain = logSums(samples, null);
    let logarithms = 0, zeros = 0;
    for (const x of samples) if (Math.abs(x) < 1e-10) zeros += 1; else logarithms += Math.log(Math.abs(x));
    for (const found of [simd, plain]) {
      expect(found.zeros).toBe(zeros);
      expect(Math.abs(found.logarithms - logarithms)).toBeLessThanOrEqual(1e-11 * Math.abs(logarithms));
    }
    expect(simd.peak).toBe(plain.peak);
    expect(Math.abs(simd.magnitudes - plain.magnitudes)).toBeLessThanOrEqual(1e-12 * plain.magnitudes);
  });

  it.each([8000, 32_000, 44_100])('weighted energies at %i Hz: the bits of the plain filters, in pieces of odd lengths too', (rate) => {
    const samples = signal(60_000, 7), simd = createWeightedEnergy(rate), plain = createWeightedEnergy(rate, null);
    for (let at = 0, step = 1; at < samples.length; at += step, step = (step * 7 + 3) % 20_011) {
      const end = Math.min(samples.length, at + step);
      expect(simd(samples, at, end)).toBe(plain(samples, at, end));
    }
  });

  it.each([100, 5000, 40_000])('true peaks of %i samples: those of the plain points to float32 rounding', (length) => {
    for (const seed of [1, 2, 3]) {
      const samples = signal(length, seed), [simd, plain] = [createTruePeakMeter(1), createTruePeakMeter(1, createLook(null))].map((meter) => { meter.push([samples]); return meter.end(); });
      expect(Math.abs(simd! / plain! - 1)).toBeLessThan(1e-5);
    }
  });

  it('moments of pieces: those of the plain sums to rounding', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 9000 }), { minLength: 1, maxLength: 12 }), fc.integer({ min: 0, max: 500 }), (lengths, from) => {
      let at = from;
      const corners = Int32Array.from([from, ...lengths.map((length) => (at += length))]), samples = signal(at, 11), simd = pieceMoments(samples, corners), plain = pieceMoments(samples, corners, null);
      for (const name of ['energy', 'moment'] as const) simd[name].forEach((value, p) => expect(Math.abs(value - plain[name][p]!)).toBeLessThanOrEqual(1e-12 * plain[name][p]!));
    }), { numRuns: 60 });
  });

  it('levels of frames, ends included: those of the plain loop to rounding', () => {
    const samples = signal(30_000, 13), window = Float64Array.from({ length: 142 }, (_, i) => Math.sin((Math.PI * (i + 0.5)) / 142));
    const middles = Int32Array.from({ length: 140 }, (_, f) => f * 215 - 20), simd = frameLevels(samples, middles, 141, window), plain = frameLevels(samples, middles, 141, window, null);
    for (const name of ['means', 'peaks'] as const) simd[name].forEach((value, f) => expect(value).toBeCloseTo(plain[name][f]!, 14));
    expect(Math.max(...simd.peaks)).toBeGreaterThan(0.5);
  });

  it('peaks of four curves: those of the plain search to rounding', () => {
    const lags = 180, correction = Float64Array.from({ length: lags }, (_, lag) => 1 + lag / 300), search = { correction, shortest: 17, longest: 154, threshold: 0.2 };
    const values = Float32Array.from({ length: 4 * lags }, (_, i) => { const lane = i % 4, lag = (i - lane) / 4; return lane === 3 ? 0 : (2 + lane) * (Math.cos(lag / (3 + 4 * lane)) * Math.exp(-lag / 150) + 0.3 * Math.cos(lag / 5)); });
    const simd = createPeakFinder(search)(values, 4), plain = createPeakFinder(search, null)(values, 4);
    expect(Array.from(simd.counts)).toEqual(Array.from(plain.counts));
    expect(simd.counts[0]).toBeGreaterThan(2);
    expect(simd.counts[3]).toBe(0); // silence has none
    for (let lane = 0; lane < 4; lane++) for (let k = 2 * lane * plain.most, end = k + 2 * plain.counts[lane]!; k < end; k++) expect(simd.peaks[k]).toBeCloseTo(plain.peaks[k]!, 11);
  });

  it('sums of bands: the bits of the plain sums', () => {
    const edges = [0, 2, 4, 5, 20, 33], values = signal(4 * 33, 17);
    expect(Array.from(createBandSums(edges)(values))).toEqual(Array.from(createBandSums(edges, null)(values)));
  });
});

it('the nth smallest is what sorting gives', () => {
  fc.assert(fc.property(fc.array(fc.double({ noNaN: true, min: 0, max: 3 }), { minLength: 1, maxLength: 60 }), fc.double({ noNaN: true, min: 0, max: 0.999 }), (values, share) => {
    const rank = Math.floor(values.length * share);
    expect(nthSmallest(Float64Array.from(values), rank)).toBe(Float64Array.from(values).sort()[rank]);
  }), { numRuns: 300 });
});
