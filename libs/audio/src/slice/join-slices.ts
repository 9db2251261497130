import { type SampleRange } from '../pcm.js';

/** A planned clip. */
export type Slice = SampleRange & {
  /** The slices that were merged into this one, in order; absent where none were. The gaps between them are inside. */
  readonly mergedFrom?: readonly SampleRange[];
};

/** Widens every range by `padding` samples on both sides: at most half of a gap, never out of the recording. */
export function padRanges(ranges: readonly SampleRange[], padding: number, sampleCount: number): readonly SampleRange[] {
  if (padding === 0) return ranges;
  return ranges.map(({ start, end }, k) => {
    const before = k === 0 ? start : Math.floor((start - ranges[k - 1]!.end) / 2);
    const after = k === ranges.length - 1 ? sampleCount - end : Math.floor((ranges[k + 1]!.start - end) / 2);
    return { start: start - Math.min(padding, before), end: end + Math.min(padding, after) };
  });
}

/** When two neighbours may become one, in samples. */
export type MergeLimits = { readonly shorterThan: number; readonly gap: number; readonly longest: number };

/** Merges each range shorter than the limit with the neighbour across the smaller gap, where gap and length allow it. None that is left could still be merged. */
export function mergeShort(ranges: readonly SampleRange[], { shorterThan, gap, longest }: MergeLimits): readonly Slice[] {
  const merged: Slice[] = [];
  const gapOf = (a: Slice | undefined, b: Slice | undefined): number => {
    if (a === undefined || b === undefined || b.end - a.start > longest) return Infinity;
    return b.start - a.end <= gap ? b.start - a.end : Infinity;
  };
  let current: Slice | undefined = ranges[0];
  for (let k = 0; current !== undefined; k++) {
    const next: Slice | undefined = ranges[k + 1], previous = merged.at(-1);
    const short = current.end - current.start < shorterThan;
    const before = short ? gapOf(previous, current) : Infinity, after = short ? gapOf(current, next) : Infinity;
    if (before <= after && before < Infinity) merged[merged.length - 1] = joined(previous!, current);
    else if (after < Infinity) {
      current = joined(current, next!);
      continue;
    } else merged.push(current);
    current = next;
  }
  return merged;
}

const partsOf = ({ start, end, mergedFrom }: Slice): readonly SampleRange[] => mergedFrom ?? [{ start, end }];
const joined = (a: Slice, b: Slice): Slice => ({ start: a.start, end: b.end, mergedFrom: [...partsOf(a), ...partsOf(b)] });
