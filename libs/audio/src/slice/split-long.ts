import { type SampleRange } from '../pcm.js';
import { type SliceGrid } from './slice-options.js';

/** Hops over which levels are averaged before the quietest is sought: a pause, not a zero crossing. */
const SMOOTHED_HOPS = 5;
/** Silence shorter than this, ms, may be the closure of a stop inside a word (closures are mostly shorter: Crystal and House 1988, J. Acoust. Soc. Am. 83). */
const CLOSURE_MS = 150;
/**
 * What a cut costs, whatever its level. One in sound costs more than any number of cuts in pauses that a slice has room for, so a word is cut only where
 * no plan avoids it; every cut costs something, so that there are no more than needed. Our own choice.
 */
const CUT_COST = { pause: 1, closure: 30, sound: 1e6 } as const;
/** What the level of a cut adds, relative to the threshold; in sound a much quieter place is worth one more cut. Our own choice. */
const LEVEL_COST = { quiet: 1, sound: 1e5 } as const;

/**
 * Splits a range longer than the limit where it is quietest, so that no piece is too long or too short: of all ways to cut it, the one of least cost.
 * @param range - Samples.
 * @param levels - RMS per hop of the whole recording.
 * @returns Adjoining ranges, each at most `maxSamples`; the range itself when it is short enough.
 */
export function splitLong(range: SampleRange, levels: Float64Array, grid: SliceGrid): SampleRange[] {
  const { maxSamples, minPieceSamples, hopSamples } = grid;
  if (maxSamples === null || range.end - range.start <= maxSamples) return [range];
  const cuts = cheapestCuts(range, cutCosts(range, levels, grid), hopSamples, minPieceSamples, maxSamples) ?? evenCuts(range, maxSamples);
  return [range.start, ...cuts].map((start, k) => ({ start, end: cuts[k] ?? range.end }));
}

/** The first hop after `start`. */
const firstHop = ({ start }: SampleRange, hop: number): number => Math.floor(start / hop) + 1;

/** What a cut at each hop inside the range costs. */
function cutCosts(range: SampleRange, levels: Float64Array, { hopSamples, hopMs, thresholdAmplitude }: SliceGrid): Float64Array {
  const first = firstHop(range, hopSamples), count = Math.max(0, Math.ceil(range.end / hopSamples) - first);
  const costs = new Float64Array(count), reach = SMOOTHED_HOPS >> 1;
  let runEnd = -1, runHops = 0; // the silence at hand: its first hop after it, and its length
  for (let k = 0; k < count; k++) {
    const hop = first + k;
    if (hop >= runEnd && levels[hop]! < thresholdAmplitude) {
      let from = hop;
      while (from > 0 && levels[from - 1]! < thresholdAmplitude) from--;
      for (runEnd = hop; runEnd < levels.length && levels[runEnd]! < thresholdAmplitude;) runEnd++;
      runHops = runEnd - from;
    }
    let sum = 0;
    for (let h = hop - reach; h <= hop + reach; h++) sum += levels[h] ?? 0;
    const level = sum / SMOOTHED_HOPS / thresholdAmplitude;
    if (level >= 1) costs[k] = CUT_COST.sound + LEVEL_COST.sound * level;
    else costs[k] = (hop < runEnd && runHops * hopMs >= CLOSURE_MS ? CUT_COST.pause : CUT_COST.closure) + LEVEL_COST.quiet * level;
  }
  return costs;
}

/** Cuts on the hops, of least cost in sum, that leave no piece outside `[least, most]` samples; null where hops are too coarse for that. */
function cheapestCuts(range: SampleRange, costs: Float64Array, hop: number, least: number, most: number): number[] | null {
  const { start, end } = range, first = firstHop(range, hop), last = costs.length + 1;
  const timeOf = (at: number): number => (at === 0 ? start : at === last ? end : (first + at - 1) * hop);
  const best = new Float64Array(last + 1).fill(Infinity), from = new Int32Array(last + 1).fill(-1);
  best[0] = 0;
  // Candidates to come from, by rising cost: the cheapest of a window that moves along.
  const window = new Int32Array(last + 1);
  let head = 0, tail = 0, entered = 0;
  for (let at = 1; at <= last; at++) {
    for (; entered < at && timeOf(at) - timeOf(entered) >= least; entered++) {
      if (best[entered] === Infinity) continue;
      while (tail > head && best[window[tail - 1]!]! > best[entered]!) tail--;
      window[tail++] = entered;
    }
    while (head < tail && timeOf(at) - timeOf(window[head]!) > most) head++;
    if (head === tail) continue;
    from[at] = window[head]!;
    best[at] = best[window[head]!]! + (costs[at - 1] ?? 0);
  }
  if (from[last] === -1) return null;
  const cuts: number[] = [];
  for (let at = from[last]!; at > 0; at = from[at]!) cuts.push(timeOf(at));
  return cuts.reverse();
}

function evenCuts({ start, end }: SampleRange, most: number): number[] {
  const pieces = Math.ceil((end - start) / most);
  return Array.from({ length: pieces - 1 }, (_, k) => start + Math.floor(((k + 1) * (end - start)) / pieces));
}
