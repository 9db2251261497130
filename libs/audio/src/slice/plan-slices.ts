import { findSilences } from './find-silences.js';
import { mergeShort, padRanges, type Slice } from './join-slices.js';
import { levelCurve } from './level-curve.js';
import { sliceGrid, type SliceGrid, type SliceOptions } from './slice-options.js';
import { splitLong } from './split-long.js';

/**
 * Plans where to cut a recording at its silences: exactly the cuts of GPT-SoVITS's slicer2 (48b1a01), widened by `paddingMs`, short ones merged where
 * `mergeShorterThanMs` asks for it, then no slice longer than `maxLengthMs`. The last slice may be shorter than `minLengthMs`; where upstream would
 * crash on a very short file, the whole file is one slice.
 * @param samples - One channel.
 * @param sampleRateHz - Its rate; a positive integer.
 * @returns Half-open ranges in samples, sorted, disjoint, inside the recording; empty for pure silence. Merged ones say of what.
 * @throws {AudioError} AUDIO_OPTION_INVALID for options that contradict each other.
 */
export function planSlices(samples: Float32Array, sampleRateHz: number, options: SliceOptions = {}): readonly Slice[] {
  const grid = sliceGrid(sampleRateHz, options);
  if (samples.length === 0) return [];
  return planFromLevels(levelCurve(samples, grid.frameSamples, grid.hopSamples), samples.length, grid);
}

/** `planSlices` when the levels are known. */
export function planFromLevels(levels: Float64Array, sampleCount: number, grid: SliceGrid): readonly Slice[] {
  const cuts = cutAtSilences(levels, sampleCount, grid).map(({ start, end }) => ({ start, end: Math.min(end, sampleCount) }));
  const padded = padRanges(cuts, grid.paddingSamples, sampleCount);
  const merged = mergeShort(padded, { shorterThan: grid.mergeShorterThanSamples, gap: grid.mergeGapSamples, longest: grid.maxSamples ?? Infinity });
  return merged.flatMap((slice) => (grid.maxSamples === null || slice.end - slice.start <= grid.maxSamples ? [slice] : splitLong(slice, levels, grid)));
}

/** slicer2's own cuts. The last may end past the recording, at the end of the last hop, as upstream counts. */
export function cutAtSilences(levels: Float64Array, sampleCount: number, grid: SliceGrid): { readonly start: number; readonly end: number }[] {
  if (sampleCount <= grid.minLength) return [{ start: 0, end: sampleCount }];
  const silences = findSilences(levels, grid);
  const last = silences.at(-1);
  const cuts: { start: number; end: number }[] = [];
  const add = (fromHop: number, toHop: number): void => {
    const start = fromHop * grid.hopSamples, end = toHop * grid.hopSamples;
    if (Math.min(end, sampleCount) > start) cuts.push({ start, end });
  };
  let from = 0;
  for (const silence of silences) {
    add(from, silence.from);
    from = silence.to;
  }
  if (last === undefined || last.to < levels.length) add(from, levels.length);
  return cuts;
}
