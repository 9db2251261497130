import { loadMeasureKernel } from './measure-kernel.js';

/** Samples on either side that interpolate the autocorrelation, and steps between two of its samples. */
export const SINC_DEPTH = 24;
const SINC_STEPS = 16;

/** Peaks of up to four curves: `counts[lane]` of them, and for peak k their lags at `2 · (lane · most + k)` of `peaks`, their heights behind. Valid until the next call. */
export type Peaks = { readonly counts: Int32Array; readonly peaks: Float64Array; readonly most: number };

export type PeakSearch = {
  /** What the curve divides by at each lag; shape `[lags]`, more than {@link SINC_DEPTH} beyond `longest`. */
  readonly correction: Float64Array;
  /** Lags `shortest` … `longest − 1` are looked at. */
  readonly shortest: number;
  readonly longest: number;
  /** A peak is higher. */
  readonly threshold: number;
};

/**
 * Makes a function that finds the peaks of the curves `r[lag] = values[4 · lag + lane] / values[lane] · correction[lag]`. With and without SIMD the same to rounding.
 * It keeps tables in the kernel's memory: nobody else may use that between calls.
 */
export function createPeakFinder({ correction, shortest, longest, threshold }: PeakSearch, kernel = loadMeasureKernel()): (values: Float32Array, lanes: number) => Peaks {
  const lags = correction.length, most = Math.max(1, Math.ceil((longest - shortest) / 2) + 1);
  if (kernel === null) {
    const counts = new Int32Array(4), peaks = new Float64Array(8 * most), r = new Float64Array(lags);
    return (values, lanes) => {
      for (let lane = 0; lane < lanes; lane++) {
        const scale = 1 / values[lane]!;
        for (let lag = 0; lag < lags; lag++) r[lag] = values[4 * lag + lane]! * scale * correction[lag]!;
        let count = 0;
        for (let lag = shortest; lag < longest; lag++) {
          const here = r[lag]!, before = r[lag - 1]!, after = r[lag + 1]!;
          if (!(here > threshold && here > before && here >= after)) continue;
          const { at, height } = refine(r, lag + (0.5 * (after - before)) / (2 * here - before - after)), to = 2 * (lane * most + count++);
          peaks[to] = at;
          peaks[to + 1] = height;
        }
        counts[lane] = count;
      }
      return { counts, peaks, most };
    };
  }
  const countsAt = 0, sincAt = 64, correctionAt = sincAt + SINC.byteLength, rAt = correctionAt + correction.byteLength, peaksAt = rAt + 8 * (SINC_DEPTH + lags), valuesAt = 16 * Math.ceil((peaksAt + 64 * most) / 16);
  const memory = kernel.memoryOf(valuesAt + 16 * lags), counts = new Int32Array(memory, countsAt, 4), peaks = new Float64Array(memory, peaksAt, 8 * most), held = new Float32Array(memory, valuesAt, 4 * lags);
  new Float64Array(memory, sincAt, SINC.length).set(SINC);
  new Float64Array(memory, correctionAt, lags).set(correction);
  return (values) => {
    held.set(values.subarray(0, 4 * lags));
    kernel.findPeaks(valuesAt, lags, correctionAt, shortest, longest, threshold, sincAt, SINC_STEPS, SINC_DEPTH, rAt, countsAt, peaksAt, most);
    return { counts, peaks, most };
  };
}

/** The top of a peak: a parabola through three points of the band-limited curve near the guess. */
function refine(r: Float64Array, guess: number): { readonly at: number; readonly height: number } {
  const middle = Math.round(guess * SINC_STEPS);
  const a = sincAt(r, middle - 1), b = sincAt(r, middle), c = sincAt(r, middle + 1), curve = a - 2 * b + c;
  const shift = curve < 0 ? Math.max(-1, Math.min(1, (0.5 * (a - c)) / curve)) : 0;
  return { at: (middle + shift) / SINC_STEPS, height: b + 0.25 * (c - a) * shift };
}

/** The even curve `r` at `position / SINC_STEPS`. */
function sincAt(r: Float64Array, position: number): number {
  const whole = Math.floor(position / SINC_STEPS), phase = position - whole * SINC_STEPS;
  if (phase === 0) return r[whole] ?? 0;
  const base = phase * 2 * SINC_DEPTH;
  let sum = 0;
  for (let k = 0, at = whole - SINC_DEPTH + 1; k < 2 * SINC_DEPTH; k++, at++) sum += SINC[base + k]! * (at < 0 ? r[-at]! : r[at]!);
  return sum;
}

/** Hann-windowed sinc, `[phase][tap]`. */
const SINC = Float64Array.from({ length: SINC_STEPS * 2 * SINC_DEPTH }, (_, i) => {
  const phase = Math.floor(i / (2 * SINC_DEPTH)) / SINC_STEPS, x = (i % (2 * SINC_DEPTH)) - SINC_DEPTH + 1 - phase;
  return x === 0 ? 1 : (Math.sin(Math.PI * x) / (Math.PI * x)) * (0.5 + 0.5 * Math.cos((Math.PI * x) / (SINC_DEPTH + 0.5)));
});
