import { type SampleRange } from '../pcm.js';
import { type SliceGrid } from './slice-options.js';

/** Hops over which levels are averaged before the quietest is sought: a pause, not a zero crossing. */
const SMOOTHED_HOPS = 5;
/** Where pieces would fill more than this share of their limit, one more piece gives room to choose the cuts. */
const CROWDED_SHARE = 0.85;

/**
 * Splits a range longer than the limit at the quietest points that leave no piece too long or too short.
 * @param range - Samples.
 * @param levels - RMS per hop of the whole recording.
 * @returns Adjoining ranges, each at most `maxSamples`; the range itself when it is short enough.
 */
export function splitLong(range: SampleRange, levels: Float64Array, grid: SliceGrid): SampleRange[] {
  const { maxSamples, minPieceSamples } = grid;
  const length = range.end - range.start;
  if (maxSamples === null || length <= maxSamples) return [range];
  let pieces = Math.ceil(length / maxSamples);
  if (length > CROWDED_SHARE * pieces * maxSamples && length >= (pieces + 1) * minPieceSamples) pieces += 1;
  const earliest = range.start + Math.max(minPieceSamples, length - (pieces - 1) * maxSamples);
  const latest = range.start + Math.min(maxSamples, length - (pieces - 1) * minPieceSamples);
  const cut = quietestSample(levels, earliest, latest, grid.hopSamples);
  return [{ start: range.start, end: cut }, ...splitLong({ start: cut, end: range.end }, levels, grid)];
}

function quietestSample(levels: Float64Array, earliest: number, latest: number, hop: number): number {
  let best = Infinity, at = latest;
  for (let h = Math.ceil(earliest / hop); h * hop <= latest; h++) {
    let sum = 0;
    for (let k = h - (SMOOTHED_HOPS >> 1); k <= h + (SMOOTHED_HOPS >> 1); k++) sum += levels[k] ?? 0;
    if (sum < best) { best = sum; at = h * hop; }
  }
  return at;
}
