import { designPhases } from '../resample/design-filter.js';

/** Points per sample: ITU-R BS.1770-5 Annex 2 asks for at least 4 at 48 kHz; 8 serve lower rates. */
export const OVERSAMPLING = 8;
/** A sample that stays below this share of the peak so far has no peak beside it: speech overshoots by 1 to 3 dB. */
export const WORTH_LOOKING = 0.35;
/** Twice oversampled, a tone of any frequency shows at least cos(π/4) of its peak, four times cos(π/8): with a little room, for the filter ends before the band does. */
export const WORTH_REFINING = 0.7;
export const WORTH_FINISHING = 0.9;
/** Samples that a point weighs, half before and half after it. */
export const HALF = 88;
export const TAPS = 2 * HALF;

/** Looks between the samples `TAPS / 2 − 1 + k` and the next, for every k that leaves half of the taps on either side; gives the largest magnitude there, or the largest so far. */
export type Look = (samples: Float32Array, best: number) => number;

export type Interpolation = {
  /** Weights of the point in the middle, `[TAPS]`, and of all seven points between two samples, `[TAPS][7]`. */
  readonly middle: Float64Array;
  readonly weights: Float64Array;
  /** As the kernel reads them: half of the middle's, then the points 2 6 1 3 5 7. */
  readonly ordered: Float32Array;
};
let known: Interpolation | undefined;

/** Designed once. */
export function interpolation(): Interpolation {
  if (known !== undefined) return known;
  const { half, rows } = designPhases({ fromHz: 1, passHz: 0.475, stopHz: 0.5, attenuationDb: 70 }, OVERSAMPLING);
  if (half !== HALF) throw new RangeError(`the filter has 2 · ${half} taps, not ${TAPS}`);
  const points = OVERSAMPLING - 1, row = (point: number): Float64Array => rows.subarray(point * TAPS, (point + 1) * TAPS);
  const ordered = new Float32Array(HALF + TAPS * (OVERSAMPLING - 2));
  ordered.set(row(OVERSAMPLING / 2).subarray(0, HALF));
  [2, 6, 1, 3, 5, 7].forEach((point, at) => ordered.set(row(point), HALF + at * TAPS));
  known = { middle: row(OVERSAMPLING / 2), weights: Float64Array.from({ length: TAPS * points }, (_, k) => row(1 + (k % points))[Math.floor(k / points)]!), ordered };
  return known;
}
