import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFile } from '../file/decode-file.js';
import { downmix } from '../mix/downmix.js';
import { hasShared, join, noise, SHARED, tone } from '../../test/signals.js';
import { levelCurve } from './level-curve.js';
import golden from './plan-slices.golden.json' with { type: 'json' };
import { planSlices } from './plan-slices.js';
import { SLICE_PRESETS, sliceGrid, type SliceOptions } from './slice-options.js';

type Params = { threshold: number; min_length: number; min_interval: number; hop_size: number; max_sil_kept: number };
const toOptions = (p: Params): SliceOptions => ({
  thresholdDbfs: p.threshold, minLengthMs: p.min_length, minIntervalMs: p.min_interval, hopSizeMs: p.hop_size, maxSilKeptMs: p.max_sil_kept, maxLengthMs: null,
});
const pairs = (ranges: readonly { start: number; end: number }[]): number[][] => ranges.map(({ start, end }) => [start, end]);

/** The signals of the golden, by their formulas. */
function generate(segments: readonly Record<string, number | string>[]): Float32Array {
  return join(...segments.map((segment) => {
    const n = Number(segment['n']), amp = Number(segment['amp']), half = Number(segment['half']);
    if (segment['type'] === 'noise') {
      let s = Number(segment['seed']) >>> 0;
      return Float32Array.from({ length: n }, () => { s = (Math.imul(s, 1664525) + 1013904223) >>> 0; return (((s >>> 16) - 32768) * amp) / 32768 / 32768; });
    }
    const sign = (i: number): number => (Math.floor(i / half) % 2 === 0 ? 1 : -1);
    if (segment['type'] === 'square') return Float32Array.from({ length: n }, (_, i) => (sign(i) * amp) / 32768);
    if (segment['type'] === 'ramp_square') {
      const a0 = Number(segment['a0']), a1 = Number(segment['a1']);
      return Float32Array.from({ length: n }, (_, i) => (sign(i) * (a0 + Math.floor((i * (a1 - a0)) / n))) / 32768);
    }
    return new Float32Array(n);
  }));
}

describe(`planSlices agrees with ${golden.madeBy} (${golden.version})`, () => {
  const byName = new Map(golden.cases.map((c) => [c.name, c]));
  it.each(golden.cases)('$name', (c) => {
    const segments = 'segmentsOf' in c && c.segmentsOf !== undefined ? byName.get(c.segmentsOf)!.segments! : c.segments;
    const samples = segments !== undefined ? generate(segments)
      : downmix({ sampleRateHz: c.sampleRateHz, channels: [generate(c.left!), generate(c.right!)] });
    expect(samples.length).toBe(c.samples);
    if (c.sumInt !== undefined) expect(samples.slice(0, 4096).reduce((sum, x) => sum + Math.round(x * 2 ** 30), 0)).toBe(c.sumInt);
    const grid = sliceGrid(c.sampleRateHz, toOptions(c.params));
    expect([grid.hopSamples, grid.frameSamples, grid.minLength, grid.minInterval, grid.maxSilKept])
      .toEqual([c.frames.hop, c.frames.win, c.frames.min_length, c.frames.min_interval, c.frames.max_sil_kept]);
    expect(pairs(planSlices(samples, c.sampleRateHz, toOptions(c.params)))).toEqual(c.cuts);
  });
});

describe.skipIf(!hasShared('vectors/slicer/recordings.json'))('with the reference recordings (skipped without ../shared/vectors/slicer)', () => {
  type Stored = { params: Record<string, Params>; files: Record<string, { native_sr: number; variants: { native_mean: { n: number; results: Record<string, { cuts: number[][] }>; rms?: unknown } } }> };
  const stored = hasShared('vectors/slicer/recordings.json')
    ? (JSON.parse(readFileSync(`${SHARED}vectors/slicer/recordings.json`, 'utf8')) as Stored) : { params: {}, files: {} };
  it.each(Object.keys(stored.files))('cuts %s as slicer2 does', async (file) => {
    const { variants } = stored.files[file]!;
    const audio = await decodeFile(`${SHARED}data/recordings/${file}`);
    const mono = downmix(audio);
    expect(mono.length).toBe(variants.native_mean.n);
    for (const [name, { cuts }] of Object.entries(variants.native_mean.results)) {
      expect([name, pairs(planSlices(mono, audio.sampleRateHz, toOptions(stored.params[name]!)))]).toEqual([name, cuts]);
    }
    const rms = readFileSync(`${SHARED}vectors/slicer/${file}.native.rms.f32`);
    const hop = Math.round(audio.sampleRateHz / 100);
    const levels = levelCurve(mono, 4 * hop, hop);
    expect(levels.length).toBe(rms.length / 4);
    // 1e-6: float32 pairwise sums of numpy against double sums
    expect(levels.reduce((worst, level, i) => Math.max(worst, Math.abs(level - rms.readFloatLE(i * 4))), 0)).toBeLessThan(1e-6);
  });
});

const speech = fc.array(fc.record({ seconds: fc.double({ min: 0.02, max: 6, noNaN: true }), amplitude: fc.constantFrom(0, 0.001, 0.02, 0.3) }), { maxLength: 8 })
  .map((parts) => join(...parts.map(({ seconds, amplitude }, i) => noise(Math.round(seconds * 2000), i + 1, amplitude))));

describe('laws', () => {
  it('ranges are sorted, disjoint, inside the recording, and none exceeds the limit', () => {
    fc.assert(fc.property(speech, fc.constantFrom(3000, 4500, 10000), (samples, maxLengthMs) => {
      let last = 0;
      for (const { start, end } of planSlices(samples, 2000, { maxLengthMs })) {
        expect(start).toBeGreaterThanOrEqual(last);
        expect(end).toBeGreaterThan(start);
        expect(end - start).toBeLessThanOrEqual(maxLengthMs * 2);
        last = end;
      }
      expect(last).toBeLessThanOrEqual(samples.length);
    }), { numRuns: 60 });
  });
  it('the limit only splits: both plans cover the same samples', () => {
    const covered = (ranges: readonly { start: number; end: number }[]): number[][] => ranges.reduce<number[][]>((all, { start, end }) => {
      if (all.at(-1)?.[1] === start) all.at(-1)![1] = end; else all.push([start, end]);
      return all;
    }, []);
    fc.assert(fc.property(speech, (samples) => {
      expect(covered(planSlices(samples, 2000))).toEqual(covered(planSlices(samples, 2000, { maxLengthMs: null })));
    }), { numRuns: 60 });
  });
});

describe('the limit', () => {
  it('splits a long slice in its pause, though the pause is too short for the slicer', () => {
    const rate = 16000;
    const samples = join(noise(6 * rate, 1, 0.3), new Float32Array(0.1 * rate), noise(5 * rate, 2, 0.3));
    const [first, second] = planSlices(samples, rate);
    expect(second!.start).toBe(first!.end);
    expect(first!.end / rate).toBeGreaterThan(6);
    expect(first!.end / rate).toBeLessThan(6.1);
  });
  it.each([10.5, 19.9, 20.1, 29.9, 47])('leaves no piece of %d s of unbroken sound under 3 s', (seconds) => {
    const ranges = planSlices(tone(200, 8000, seconds), 8000);
    for (const { start, end } of ranges) { expect((end - start) / 8000).toBeGreaterThanOrEqual(3); expect((end - start) / 8000).toBeLessThanOrEqual(10); }
    expect(ranges.at(-1)!.end).toBe(Math.round(seconds * 8000));
  });
});

describe('refusals', () => {
  it.each([
    [{ minLengthMs: 100 }, 'minLengthMs ≥ minIntervalMs ≥ hopSizeMs > 0 is needed, got 100, 300, 10'],
    [{ maxSilKeptMs: 5 }, 'maxSilKeptMs ≥ hopSizeMs is needed, got 5, 10'],
    [{ maxLengthMs: 2000 }, 'maxLengthMs ≥ minLengthMs is needed, got 2000, 3000'],
    [{ thresholdDbfs: NaN }, 'slicing options must be finite numbers'],
  ] as const)('%j', (options, message) => { expect(() => planSlices(new Float32Array(9), 8000, options)).toThrow(message); });
  it('a rate that is no positive integer', () => { expect(() => planSlices(new Float32Array(9), 0)).toThrow('sampleRateHz must be a positive integer, got 0'); });
  it('nothing gives nothing', () => { expect(planSlices(new Float32Array(0), 8000)).toEqual([]); });
});

it('pins the presets', () => {
  expect(SLICE_PRESETS).toEqual({
    guide: { thresholdDbfs: -40, minLengthMs: 3000, minIntervalMs: 300, hopSizeMs: 10, maxSilKeptMs: 500, maxLengthMs: 10000 },
    webui: { thresholdDbfs: -34, minLengthMs: 4000, minIntervalMs: 300, hopSizeMs: 10, maxSilKeptMs: 500, maxLengthMs: null },
  });
});
