import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { join, noise } from '../../test/signals.js';
import { createSlicer } from './create-slicer.js';
import { mergeShort, padRanges } from './join-slices.js';
import { createLevelCurve, levelCurve } from './level-curve.js';
import { planSlices } from './plan-slices.js';
import { sliceGrid } from './slice-options.js';
import { splitLong } from './split-long.js';

const RATE = 2000;
const sound = (ms: number, seed: number): Float32Array => noise((ms * RATE) / 1000, seed, 0.3);
const silence = (ms: number): Float32Array => new Float32Array((ms * RATE) / 1000);
/** Words of 100 to 900 ms and the pauses after them. */
const words = fc.array(fc.record({ word: fc.integer({ min: 10, max: 90 }), pause: fc.integer({ min: 0, max: 28 }) }), { minLength: 4, maxLength: 40 })
  .map((list) => join(...list.flatMap(({ word, pause }, k) => [sound(word * 10, k + 1), silence(pause * 10)])));

describe('the hard maximum', () => {
  /** Whether some plan puts every cut where 50 ms around a hop are below the threshold; by trying all of them. */
  function silentPlanExists(quiet: readonly boolean[], end: number, hop: number, least: number, most: number): boolean {
    const reachable = new Set([0]);
    for (let h = 1; h * hop < end; h++) {
      if (!quiet[h]) continue;
      for (const from of reachable) if (h * hop - from >= least && h * hop - from <= most) { reachable.add(h * hop); break; }
    }
    return [...reachable].some((from) => end - from >= least && end - from <= most);
  }
  it('cuts no word where a plan without that exists, and keeps to the limits', () => {
    let avoidable = 0;
    fc.assert(fc.property(words, fc.constantFrom(1500, 2500, 4000), (samples, maxLengthMs) => {
      const grid = sliceGrid(RATE, { minLengthMs: 1000, maxLengthMs });
      const levels = levelCurve(samples, grid.frameSamples, grid.hopSamples);
      const quiet = Array.from(levels, (_, h) => [-2, -1, 0, 1, 2].reduce((sum, by) => sum + (levels[h + by] ?? 0), 0) / 5 < grid.thresholdAmplitude);
      const pieces = splitLong({ start: 0, end: samples.length }, levels, grid);
      const cuts = pieces.slice(1).map(({ start }) => start);
      expect(pieces[0]!.start).toBe(0);
      expect(pieces.at(-1)!.end).toBe(samples.length);
      for (const { start, end } of pieces) expect(end - start).toBeLessThanOrEqual(grid.maxSamples!);
      if (pieces.length > 1) for (const { start, end } of pieces) expect(end - start).toBeGreaterThanOrEqual(grid.minPieceSamples);
      if (pieces.length > 1 && silentPlanExists(quiet, samples.length, grid.hopSamples, grid.minPieceSamples, grid.maxSamples!)) {
        avoidable++;
        for (const cut of cuts) expect(quiet[cut / grid.hopSamples]).toBe(true);
      }
    }), { numRuns: 150, seed: 4 });
    expect(avoidable).toBeGreaterThan(30); // the law was put to the test
  });
  it('prefers a pause between words to the closure inside one, and needs no more cuts than that', () => {
    // A closure of 100 ms at 5 s, a pause of 250 ms at 8 s; both would do.
    const samples = join(sound(5000, 1), silence(100), sound(2900, 2), silence(250), sound(4000, 3));
    const plan = planSlices(samples, RATE);
    expect(plan.length).toBe(2);
    expect(plan[1]!.start / RATE).toBeGreaterThan(8);
    expect(plan[1]!.start / RATE).toBeLessThan(8.25);
  });
  it('cuts unbroken sound where it is quietest', () => {
    const samples = join(sound(6200, 1), noise(200, 2, 0.05), sound(5000, 3));
    const plan = planSlices(samples, RATE);
    expect(plan.length).toBe(2);
    expect(plan[1]!.start / RATE).toBeGreaterThan(6.19);
    expect(plan[1]!.start / RATE).toBeLessThan(6.31);
  });
  it('looks ahead: an early cut is no reason for a later one inside a word', () => {
    // The quietest first would be 7.9 s, digital silence; 4.2 s and 12.8 s are quiet too.
    const samples = join(sound(4200, 1), noise(400, 2, 0.005), sound(3500, 3), silence(200), sound(4700, 4), noise(400, 5, 0.005), sound(9000, 6));
    const cuts = planSlices(samples, RATE, { minIntervalMs: 1000 }).slice(1).map(({ start }) => start / RATE);
    for (const cut of cuts) expect([[4.2, 4.4], [7.9, 8.1], [12.8, 13]].some(([from, to]) => cut >= from! && cut <= to!)).toBe(true);
  });
  it('makes even pieces where hops are coarser than the limit', () => {
    expect(splitLong({ start: 0, end: 100 }, new Float64Array(3), { ...sliceGrid(RATE, {}), hopSamples: 40, maxSamples: 30, minPieceSamples: 9 })).toEqual([
      { start: 0, end: 25 }, { start: 25, end: 50 }, { start: 50, end: 75 }, { start: 75, end: 100 },
    ]);
  });
});

describe('padding', () => {
  it('takes in at most half of each gap and nothing outside', () => {
    expect(padRanges([{ start: 5, end: 20 }, { start: 31, end: 40 }], 10, 45)).toEqual([{ start: 0, end: 25 }, { start: 26, end: 45 }]);
  });
  it('is off unless asked for', () => {
    const samples = join(silence(3000), sound(4000, 1), silence(3000));
    const [plain] = planSlices(samples, RATE), [padded] = planSlices(samples, RATE, { paddingMs: 250 });
    expect(padded).toEqual({ start: plain!.start - 500, end: plain!.end + 500 });
  });
});

const ranges = fc.array(fc.record({ gap: fc.integer({ min: 0, max: 50 }), length: fc.integer({ min: 1, max: 100 }) }), { maxLength: 12 }).map((list) => {
  let at = 0;
  return list.map(({ gap, length }) => ({ start: (at += gap), end: (at += length) }));
});
describe('merging', () => {
  it('says what became one', () => {
    expect(mergeShort([{ start: 0, end: 50 }, { start: 60, end: 70 }, { start: 75, end: 120 }], { shorterThan: 20, gap: 10, longest: 100 })).toEqual([
      { start: 0, end: 50 }, { start: 60, end: 120, mergedFrom: [{ start: 60, end: 70 }, { start: 75, end: 120 }] },
    ]);
  });
  it('keeps every range, inside the limits, and leaves none that could still be merged', () => {
    fc.assert(fc.property(ranges, fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 40 }), fc.integer({ min: 60, max: 250 }), (list, shorterThan, gap, longest) => {
      const merged = mergeShort(list, { shorterThan, gap, longest });
      expect(merged.flatMap(({ start, end, mergedFrom }) => mergedFrom ?? [{ start, end }])).toEqual(list);
      for (const { start, end, mergedFrom } of merged) {
        if (mergedFrom === undefined) continue;
        expect([start, end]).toEqual([mergedFrom[0]!.start, mergedFrom.at(-1)!.end]);
        expect(end - start).toBeLessThanOrEqual(longest);
        mergedFrom.slice(1).forEach((part, k) => { expect(part.start - mergedFrom[k]!.end).toBeLessThanOrEqual(gap); });
      }
      merged.slice(1).forEach((b, k) => {
        const a = merged[k]!, short = Math.min(a.end - a.start, b.end - b.start) < shorterThan;
        expect(short && b.start - a.end <= gap && b.end - a.start <= longest).toBe(false);
      });
    }), { numRuns: 300 });
  });
  it('of a recording: the short last slice joins the one before it', () => {
    const samples = join(sound(4000, 1), silence(400), sound(800, 2));
    expect(planSlices(samples, RATE).length).toBe(2);
    const plan = planSlices(samples, RATE, { mergeShorterThanMs: 2000 });
    expect(plan.map(({ start, end }) => [start, end])).toEqual([[0, samples.length]]);
    expect(plan[0]!.mergedFrom!.length).toBe(2);
  });
});

describe('block by block', () => {
  const blocks = fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 6 });
  it('the level curve has the same bits, for frames of whole hops and others', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 5000 }), blocks, fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 400 }), fc.boolean(), (count, sizes, hop, frame, whole) => {
      const samples = noise(count, count + 1), frameSamples = whole ? 4 * hop : frame, curve = createLevelCurve(frameSamples, hop);
      for (let at = 0, k = 0; at < count; at += sizes[k++ % sizes.length]!) curve.push(samples.slice(at, at + sizes[k % sizes.length]!));
      expect(curve.end()).toEqual(levelCurve(samples, frameSamples, hop));
      const direct = Array.from({ length: Math.max(0, Math.floor((count + 2 * Math.floor(frameSamples / 2) - frameSamples) / hop) + 1) }, (_, i) => {
        const from = i * hop - Math.floor(frameSamples / 2);
        return Math.sqrt(samples.slice(Math.max(0, from), Math.max(0, from + frameSamples)).reduce((sum, x) => sum + x * x, 0) / frameSamples);
      });
      const levels = levelCurve(samples, frameSamples, hop);
      expect(levels.length).toBe(direct.length);
      expect(levels.every((level, i) => Math.abs(level - direct[i]!) < 1e-12)).toBe(true);
    }), { numRuns: 200 });
  });
  it('the plan is the same', () => {
    fc.assert(fc.property(words, blocks, fc.constantFrom(0, 1500), (samples, sizes, mergeShorterThanMs) => {
      const options = { minLengthMs: 1000, minIntervalMs: 100, mergeShorterThanMs, paddingMs: 30, maxLengthMs: 3000 };
      const slicer = createSlicer({ sampleRateHz: RATE, ...options });
      for (let at = 0, k = 0; at < samples.length; at += sizes[k++ % sizes.length]!) slicer.push(samples.slice(at, at + sizes[k % sizes.length]!));
      expect(slicer.end()).toEqual(planSlices(samples, RATE, options));
    }), { numRuns: 40 });
  });
  it('keeps a level for each hop and no samples', () => {
    const slicer = createSlicer({ sampleRateHz: 32_000, maxLengthMs: null }), block = noise(320_000, 1, 0.3), pause = new Float32Array(32_000);
    const before = process.memoryUsage().arrayBuffers;
    for (let k = 0; k < 360; k++) { slicer.push(block); slicer.push(pause); } // 66 minutes
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 << 20); // the samples would be 506 MB
    expect(slicer.end().length).toBe(360);
  });
  it('takes nothing after the end', () => {
    const slicer = createSlicer({ sampleRateHz: 8000 });
    expect(slicer.end()).toEqual([]);
    expect(() => slicer.push(new Float32Array(1))).toThrow('a slicer takes nothing after its end');
    expect(() => slicer.end()).toThrow('a slicer takes nothing after its end');
  });
});

it.each([[{ paddingMs: -1 }, 'paddingMs must be 0 or more, got -1'], [{ mergeShorterThanMs: NaN }, 'mergeShorterThanMs must be 0 or more, got NaN'], [{ mergeGapMs: Infinity }, 'mergeGapMs must be 0 or more, got Infinity']] as const)('refuses %j', (options, message) => {
  expect(() => planSlices(new Float32Array(9), 8000, options)).toThrow(message);
});
