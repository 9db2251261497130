/** A mean with its percentile bootstrap interval; null where the count does not allow one. */
export type MeanInterval = { readonly mean: number | null; readonly low: number | null; readonly high: number | null; readonly n: number };

export type BootstrapOptions = {
  /** Start of the random sequence, a 32-bit integer; the same seed gives the same interval. @default 1 */
  readonly seed?: number;
  /** Times the values are drawn anew; 100 or more. @default 10000 */
  readonly resamples?: number;
  /** Share of resampled means inside the interval, between 0 and 1. @default 0.95 */
  readonly level?: number;
};

/**
 * The mean of some values and how far it could lie elsewhere, by drawing them anew with replacement.
 * Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), §13.3, the percentile interval.
 * @param values - Finite numbers; none gives nulls, one gives a mean without interval.
 * @throws {RangeError} when a value is not finite, the values are too large to be summed, or an option is outside its range.
 */
export function bootstrapMean(values: readonly number[], { seed = 1, resamples = 10_000, level = 0.95 }: BootstrapOptions = {}): MeanInterval {
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new RangeError(`values must be finite, got ${values[bad]} at ${bad}`);
  if (!Number.isInteger(seed)) throw new RangeError(`seed must be an integer, got ${seed}`);
  if (!Number.isInteger(resamples) || resamples < 100) throw new RangeError(`resamples must be an integer of 100 or more, got ${resamples}`);
  if (!(level > 0 && level < 1)) throw new RangeError(`level must lie between 0 and 1, got ${level}`);
  const n = values.length;
  if (!Number.isFinite(n * values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0))) throw new RangeError(`values must be small enough to be summed, got ${n} of up to ${Math.max(...values.map(Math.abs))}`);
  if (n === 0) return { mean: null, low: null, high: null, n };
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n === 1) return { mean, low: null, high: null, n };

  const random = createRandom(seed);
  const means = new Float64Array(resamples);
  for (let draw = 0; draw < resamples; draw += 1) {
    let sum = 0;
    for (let i = 0; i < n; i += 1) sum += values[Math.floor(random() * n)]!;
    means[draw] = sum / n;
  }
  means.sort();
  const tail = (1 - level) / 2;
  return { mean, low: quantile(means, tail), high: quantile(means, 1 - tail), n };
}

/**
 * A quantile of ascending values, interpolated between neighbours (type 7 of Hyndman and Fan, 1996).
 * @param sorted - Ascending, at least one.
 * @param share - 0…1.
 */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  if (sorted.length === 0) throw new RangeError('quantile needs at least one value');
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  const part = position - below;
  return Math.min(high, Math.max(low, low * (1 - part) + high * part)); // not low + (high − low) × part: the difference of two large numbers may be infinite
}

/** Uniform numbers in [0, 1). Source: mulberry32 of Tommy Ettinger (public domain). */
export function createRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
