import { bootstrapMean, type BootstrapOptions, type MeanInterval } from '../bootstrap.js';

/** Two systems on the same sentences: how far the second lies above the first. */
export type PairedComparison = MeanInterval & {
  /** Sentences where the second is higher, lower, equal. */
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
  /** Which is higher when the interval leaves 0 out; `undecided` otherwise, and for fewer than two pairs. */
  readonly better: 'first' | 'second' | 'undecided';
  /** Pairs that would show this difference with 80 % power; null where there is no spread to judge by. */
  readonly neededPairs: number | null;
};

/** Quantiles of the standard normal distribution: two-sided 5 %, and power of 80 %. Source: Cohen, Statistical Power Analysis for the Behavioral Sciences (1988), §2.4. */
const Z_ALPHA = 1.959964;
const Z_POWER = 0.841621;

/**
 * Compares two systems sentence by sentence: what makes a sentence hard then counts for both, so fewer sentences tell them apart.
 * @param first - One value a sentence, finite.
 * @param second - The same sentences in the same order.
 * @throws {RangeError} when the lengths differ or a value is not finite.
 */
export function comparePaired(first: readonly number[], second: readonly number[], options: BootstrapOptions = {}): PairedComparison {
  if (first.length !== second.length) throw new RangeError(`both systems need the same sentences, got ${first.length} and ${second.length} values`);
  const differences = second.map((value, i) => value - first[i]!);
  const interval = bootstrapMean(differences, options);
  const count = (of: (difference: number) => boolean): number => differences.filter(of).length;
  const better = interval.low !== null && interval.low > 0 ? 'second' : interval.high !== null && interval.high < 0 ? 'first' : 'undecided';
  const spread = standardDeviation(differences);
  return { ...interval, wins: count((d) => d > 0), losses: count((d) => d < 0), ties: count((d) => d === 0), better, neededPairs: interval.mean === null || interval.mean === 0 || spread === null || spread === 0 ? null : pairsFor(interval.mean, spread) };
}

/**
 * Pairs needed to show a mean difference at 5 % (two-sided) with 80 % power, by the normal approximation: ((z₁ + z₂) · spread ÷ difference)².
 * @param difference - To be shown, not 0.
 * @param spread - Standard deviation of the differences between pairs, above 0.
 * @throws {RangeError} for other values.
 */
export function neededPairs(difference: number, spread: number): number {
  if (!Number.isFinite(difference) || difference === 0) throw new RangeError(`difference must be finite and not 0, got ${difference}`);
  if (!(spread > 0) || !Number.isFinite(spread)) throw new RangeError(`spread must be finite and above 0, got ${spread}`);
  const pairs = pairsFor(difference, spread);
  if (pairs === null) throw new RangeError(`difference ${difference} is too small beside a spread of ${spread}: no count of pairs would show it`);
  return pairs;
}

/** @returns null where the count is beyond what can be counted. */
function pairsFor(difference: number, spread: number): number | null {
  const pairs = Math.max(2, Math.ceil((((Z_ALPHA + Z_POWER) * spread) / difference) ** 2));
  return Number.isSafeInteger(pairs) ? pairs : null;
}

/** Of a sample (n − 1); null for fewer than two values. */
function standardDeviation(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}
