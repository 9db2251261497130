import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasSegments, lossesOf, RECORDINGS } from '../../test/segments.js';
import { hasShared, noise, SHARED } from '../../test/signals.js';
import { decodeFile } from '../file/decode-file.js';
import { downmix } from '../mix/downmix.js';
import { resample } from '../resample/resample.js';
import { detectSpeech, speechProbabilities, type VadRuntime } from './detect-speech.js';
import { findSpeech, type SpeechOptions } from './find-speech.js';
import { planVadSlices } from './plan-vad-slices.js';
import golden from './vad.golden.json' with { type: 'json' };

const MODEL = 'models/silero-vad/silero_vad.onnx';
const pairs = (ranges: readonly { start: number; end: number }[]): number[][] => ranges.map(({ start, end }) => [start, end]);

/** The probabilities of the golden, by their formula: a walk that lingers, on a grid of 1/1024. */
function walk(count: number, seed: number): number[] {
  const raw = Array.from(noise(count + 7, seed), (x) => (x + 1) / 2);
  return Array.from({ length: count }, (_, i) => {
    let sum = 0;
    for (let k = 0; k < 8; k++) sum += raw[i + k]! / 8;
    return Math.min(1, Math.max(0, Math.floor((0.5 + 3 * (sum - 0.5)) * 1024) / 1024));
  });
}
const ms = (value: number | undefined): number | undefined => (value === undefined ? undefined : value * 1000);
const named = (o: Partial<Record<string, number>>): SpeechOptions => ({
  threshold: o['threshold'], endThreshold: o['neg_threshold'], minSpeechMs: o['min_speech_duration_ms'], minSilenceMs: o['min_silence_duration_ms'],
  maxSpeechMs: ms(o['max_speech_duration_s']), minSilenceAtMaxMs: o['min_silence_at_max_speech'], paddingMs: o['speech_pad_ms'],
});

describe(`findSpeech agrees with ${golden.version}`, () => {
  it.each(golden.synthetic)('$options, seed $seed', ({ seed, options, samples, speech }) => {
    expect(speech.length).toBeGreaterThan(0);
    expect(pairs(findSpeech(walk(600, seed), samples, named(options as Partial<Record<string, number>>)))).toEqual(speech);
  });
  it('gives sorted, disjoint ranges inside the recording, whatever the probabilities', () => {
    fc.assert(fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 80 }), fc.integer({ min: 0, max: 511 }), fc.constantFrom(Infinity, 900), fc.constantFrom(0, 30, 400), (list, cut, maxSpeechMs, paddingMs) => {
      const count = Math.max(0, list.length * 512 - (list.length > 0 ? cut : 0));
      let last = 0;
      for (const { start, end } of findSpeech(list, count, { maxSpeechMs: maxSpeechMs + 2 * paddingMs, paddingMs })) {
        expect(start).toBeGreaterThanOrEqual(last);
        expect(end).toBeGreaterThan(start);
        last = end;
      }
      expect(last).toBeLessThanOrEqual(count);
    }), { numRuns: 200 });
  });
  it.each([[{ threshold: 1.5 }, 'threshold must be 0 to 1, got 1.5'], [{ paddingMs: -1 }, 'paddingMs must be 0 or more, got -1'], [{}, '600 samples need 2 probabilities, got 1']] as const)('refuses %j', (options, message) => {
    expect(() => findSpeech([0], 600, options)).toThrow(message);
  });
});

/** A runtime that listens to levels: it shows what the model is fed. */
function levelRuntime(): { runtime: VadRuntime; fed: { input: number[]; dims: readonly number[]; rate: bigint; state: number }[] } {
  type Tensor = { data: Float32Array | BigInt64Array; dims: readonly number[] };
  const fed: { input: number[]; dims: readonly number[]; rate: bigint; state: number }[] = [];
  class FakeTensor implements Tensor {
    readonly data: Float32Array | BigInt64Array;
    readonly dims: readonly number[];
    constructor(_type: string, data: Float32Array | BigInt64Array, dims: readonly number[]) { this.data = data; this.dims = dims; }
  }
  const session = {
    run(feeds: Record<string, unknown>): Promise<Record<string, Tensor>> {
      const { input, state, sr } = feeds as Record<'input' | 'state' | 'sr', Tensor>;
      fed.push({ input: Array.from(input.data, Number), dims: input.dims, rate: sr.data[0] as bigint, state: Number(state.data[0]) });
      const loud = input.data.some((x) => Math.abs(Number(x)) > 0.1);
      return Promise.resolve({ output: new FakeTensor('float32', Float32Array.of(loud ? 0.9 : 0.1), [1, 1]), stateN: new FakeTensor('float32', new Float32Array(256).fill(fed.length), [2, 1, 128]) });
    },
  };
  return { runtime: { session, Tensor: FakeTensor }, fed };
}

describe('the model is fed', () => {
  it('windows of 512 samples behind the 64 before them, its own state, zeros at the end', async () => {
    const { runtime, fed } = levelRuntime(), samples = Float32Array.from({ length: 1100 }, (_, i) => (i + 1) / 4096);
    expect((await speechProbabilities(samples, runtime)).length).toBe(3);
    expect(fed.map(({ dims, rate, state }) => [dims, rate, state])).toEqual([[[1, 576], 16000n, 0], [[1, 576], 16000n, 1], [[1, 576], 16000n, 2]]);
    const padded = [...new Array<number>(64).fill(0), ...samples, ...new Array<number>(436).fill(0)];
    fed.forEach(({ input }, i) => { expect(input).toEqual(padded.slice(i * 512, i * 512 + 576)); });
  });
  it('nothing after an abort, and nothing when an option is wrong', async () => {
    const { runtime, fed } = levelRuntime();
    await expect(detectSpeech(noise(9000, 1), runtime, { signal: AbortSignal.abort(new Error('stop')) })).rejects.toThrow('stop');
    await expect(detectSpeech(noise(9000, 1), runtime, { threshold: 2 })).rejects.toThrow('threshold must be 0 to 1');
    expect(fed).toEqual([]);
  });
});

describe('planVadSlices', () => {
  const at = (...sec: number[]): { start: number; end: number }[] => Array.from({ length: sec.length / 2 }, (_, k) => ({ start: sec[2 * k]! * 16_000, end: sec[2 * k + 1]! * 16_000 }));
  const planned: typeof planVadSlices = (samples, rate, speech, options) => planVadSlices(samples, rate, speech, { paddingMs: 200, ...options });
  const plan = (speech: readonly { start: number; end: number }[], options = {}): number[][] => pairs(planned(noise(40 * 8000, 1, 0.3), 8000, speech, options)).map((pair) => pair.map((x) => x / 8000));
  it('pads, joins what is close, cuts at longer pauses', () => {
    expect(plan(at(1, 5, 5.2, 8, 9, 13))).toEqual([[0.8, 8.2], [8.8, 13.2]]);
    expect(plan(at(1, 5, 5.2, 8, 9, 13), { minIntervalMs: 150, minLengthMs: 1000, paddingMs: 50 })).toEqual([[0.95, 5.05], [5.15, 8.05], [8.95, 13.05]]);
  });
  it('merges the short with the nearest, and says so', () => {
    const [first, second] = planned(noise(40 * 8000, 1, 0.3), 8000, at(1, 5, 6, 7, 7.7, 12));
    expect([first, second].map((s) => [s!.start / 8000, s!.end / 8000, s!.mergedFrom?.length])).toEqual([[0.8, 5.2, undefined], [5.8, 12.2, 2]]);
  });
  it('does not join beyond the limit, and splits what is too long', () => {
    expect(plan(at(1, 6, 6.2, 12))).toEqual([[0.8, 6.1], [6.1, 12.2]]);
    const long = plan(at(1, 24));
    expect([long[0]![0], long.at(-1)![1]]).toEqual([0.8, 24.2]);
    for (const [start, end] of long) { expect(end! - start!).toBeLessThanOrEqual(10); expect(end! - start!).toBeGreaterThanOrEqual(3); }
  });
  it('covers all speech and keeps to the limit, for any speech', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 120 })), { maxLength: 10 }), (list) => {
      let t = 0;
      const speech = list.map(([gap, length]) => ({ start: (t += gap * 1600), end: (t += length * 1600) }));
      const slices = planVadSlices(noise(t / 2 + 999, 1, 0.3), 8000, speech);
      slices.forEach(({ start, end }, k) => { expect(start).toBeGreaterThanOrEqual(slices[k - 1]?.end ?? 0); expect(end - start).toBeLessThanOrEqual(80_000); expect(end).toBeGreaterThan(start); });
      for (const { start, end } of speech) {
        let covered = start / 2;
        for (const slice of slices) if (slice.start <= covered) covered = Math.max(covered, slice.end);
        expect(covered).toBeGreaterThanOrEqual(end / 2);
      }
    }), { numRuns: 60 });
  });
  it('refuses speech out of order', () => { expect(() => plan(at(3, 5, 4, 6))).toThrow('speech must be sorted and disjoint'); });
});

/** Some of the files: all of them are ten minutes of speech. */
const PICKED = /^(recordings|zh)\/|LJ001-000[345]/;
const once = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
};
const runnable = hasSegments && hasShared(MODEL);
describe.skipIf(!runnable)('with the Silero model (skipped without ../shared/models/silero-vad and ../shared/data)', () => {
  const open = once(async (): Promise<VadRuntime> => {
    const { InferenceSession, Tensor } = await import('onnxruntime-node');
    return { session: await InferenceSession.create(SHARED + MODEL, { intraOpNumThreads: 1, interOpNumThreads: 1 }), Tensor };
  });
  it.each(golden.files.filter(({ file }) => PICKED.test(file)))(`$file: speech begins and ends within a window of where ${golden.version} says`, async ({ file, samples, speech }) => {
    const audio = await decodeFile(`${SHARED}data/${file}`);
    const mono = downmix(audio), at16k = resample(mono, audio.sampleRateHz, 16_000);
    expect(at16k.length).toBe(samples);
    const found = await detectSpeech(at16k, await open());
    expect(found.length).toBe(speech.length);
    const worst = Math.max(...found.flatMap(({ start, end }, k) => [Math.abs(start - speech[k]![0]!), Math.abs(end - speech[k]![1]!)]));
    expect(worst).toBeLessThanOrEqual(512);
    const recording = RECORDINGS.find((name) => file.endsWith(name));
    if (recording === undefined) return;
    const plan = planVadSlices(mono, audio.sampleRateHz, found);
    for (const { utterance, startSec, endSec, insideDbfs } of lossesOf(recording, plan, mono, audio.sampleRateHz)) {
      expect(Math.max(startSec, endSec), utterance).toBeLessThanOrEqual(0.02);
      expect(insideDbfs, utterance).toBeLessThan(-40);
    }
    for (const { start, end } of plan) expect((end - start) / audio.sampleRateHz).toBeLessThanOrEqual(10);
  });
});
