import { type SampleRange } from '../pcm.js';
import { findSilences } from './find-silences.js';
import { levelCurve } from './level-curve.js';
import { sliceGrid, type SliceOptions } from './slice-options.js';
import { splitLong } from './split-long.js';

/**
 * Plans where to cut a recording at its silences: exactly the cuts of GPT-SoVITS's slicer2 (48b1a01), then no slice longer than `maxLengthMs`.
 * The last slice may be shorter than `minLengthMs`; where upstream would crash on a very short file, the whole file is one slice.
 * @param samples - One channel.
 * @param sampleRateHz - Its rate; a positive integer.
 * @returns Half-open ranges in samples, sorted, disjoint, inside the recording; empty for pure silence.
 * @throws {AudioError} AUDIO_OPTION_INVALID for options that contradict each other.
 */
export function planSlices(samples: Float32Array, sampleRateHz: number, options: SliceOptions = {}): readonly SampleRange[] {
  const grid = sliceGrid(sampleRateHz, options);
  if (samples.length === 0) return [];
  const levels = levelCurve(samples, grid.frameSamples, grid.hopSamples);
  const whole = { start: 0, end: samples.length };
  const slices = samples.length <= grid.minLength ? [whole] : between(levels, samples.length, grid);
  return slices.flatMap((range) => splitLong(range, levels, grid));
}

function between(levels: Float64Array, sampleCount: number, grid: ReturnType<typeof sliceGrid>): SampleRange[] {
  const silences = findSilences(levels, grid);
  const last = silences.at(-1);
  const slices: SampleRange[] = [];
  const add = (fromHop: number, toHop: number): void => {
    const start = fromHop * grid.hopSamples, end = Math.min(toHop * grid.hopSamples, sampleCount);
    if (end > start) slices.push({ start, end });
  };
  let from = 0;
  for (const silence of silences) {
    add(from, silence.from);
    from = silence.to;
  }
  if (last === undefined || last.to < levels.length) add(from, levels.length);
  return slices;
}
