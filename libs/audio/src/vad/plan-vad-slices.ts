import { AudioError } from '../errors.js';
import { type SampleRange } from '../pcm.js';
import { mergeShort, padRanges, type Slice } from '../slice/join-slices.js';
import { levelCurve } from '../slice/level-curve.js';
import { sliceGrid, type SliceOptions } from '../slice/slice-options.js';
import { splitLong } from '../slice/split-long.js';
import { VAD_RATE_HZ } from './find-speech.js';

/** How speech becomes slices. */
export type VadSliceOptions = Pick<SliceOptions, 'maxLengthMs' | 'thresholdDbfs'> & {
  /** Slices shorter than this are merged with a neighbour, ms. @default 3000 */
  readonly minLengthMs?: number | undefined;
  /** Pauses shorter than this stay inside a slice, unless it would exceed `maxLengthMs`, ms. @default 300 */
  readonly minIntervalMs?: number | undefined;
  /** Longest pause that merging takes in, ms. @default 1000 */
  readonly mergeGapMs?: number | undefined;
  /** Speech is widened by this on both sides, at most to the middle of a pause, ms: quiet beginnings and ends of words are no speech to a detector. @default 300 */
  readonly paddingMs?: number | undefined;
  /** Rate that `speech` counts in, hertz. @default 16000 */
  readonly speechRateHz?: number | undefined;
};

/**
 * Plans slices around speech that a detector found.
 * @param samples - One channel, any rate; only its levels are used, to split what is too long where it is quietest.
 * @param sampleRateHz - Its rate; a positive integer.
 * @param speech - What {@link detectSpeech} gave, at `speechRateHz`.
 * @returns Half-open ranges in samples of `samples`, sorted, disjoint, inside the recording; merged ones say of what. Speech is never dropped.
 * @throws {AudioError} AUDIO_OPTION_INVALID for options that contradict each other, or speech that is not sorted.
 */
export function planVadSlices(samples: Float32Array, sampleRateHz: number, speech: readonly SampleRange[], options: VadSliceOptions = {}): readonly Slice[] {
  const { minLengthMs = 3000, minIntervalMs = 300, mergeGapMs = 1000, paddingMs = 300, speechRateHz = VAD_RATE_HZ, maxLengthMs, thresholdDbfs } = options;
  const grid = sliceGrid(sampleRateHz, { minLengthMs, minIntervalMs, mergeGapMs, paddingMs, maxLengthMs, thresholdDbfs });
  speech.forEach(({ start, end }, k) => {
    if (!(start >= (speech[k - 1]?.end ?? 0) && end > start)) throw new AudioError('AUDIO_OPTION_INVALID', `speech must be sorted and disjoint, got [${start}, ${end}) at ${k}`);
  });
  const atRate = (sample: number): number => Math.min(samples.length, Math.round((sample * sampleRateHz) / speechRateHz));
  const ranges = speech.map(({ start, end }) => ({ start: atRate(start), end: atRate(end) })).filter(({ start, end }) => end > start);
  const padded = padRanges(ranges, grid.paddingSamples, samples.length);
  const longest = grid.maxSamples ?? Infinity;
  const joined = joinClose(ranges, padded, Math.round((sampleRateHz * minIntervalMs) / 1000), longest);
  const merged = mergeShort(joined, { shorterThan: Math.round((sampleRateHz * minLengthMs) / 1000), gap: grid.mergeGapSamples, longest });
  const levels = merged.some(({ start, end }) => end - start > longest) ? levelCurve(samples, grid.frameSamples, grid.hopSamples) : new Float64Array(0);
  return merged.flatMap((slice) => (slice.end - slice.start <= longest ? [slice] : splitLong(slice, levels, grid)));
}

/** Joins padded ranges whose pause, before padding, is shorter than the limit. */
function joinClose(ranges: readonly SampleRange[], padded: readonly SampleRange[], shortest: number, longest: number): SampleRange[] {
  const joined: SampleRange[] = [];
  padded.forEach((range, k) => {
    const last = joined.at(-1);
    if (last !== undefined && ranges[k]!.start - ranges[k - 1]!.end < shortest && range.end - last.start <= longest) joined[joined.length - 1] = { start: last.start, end: range.end };
    else joined.push(range);
  });
  return joined;
}
