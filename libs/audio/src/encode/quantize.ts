import { type Dither } from './dither.js';

/** What rounding to integers met. */
export type QuantizeCounts = {
  /** Samples beyond the range, set to its end. */
  clipped: number;
  /** NaN samples, set to 0. */
  notNumbers: number;
};

/**
 * Rounds samples to integers of `bits` bits, half up after scaling by 2^(bits−1); clamps; NaN becomes 0.
 * @param out - Written from 0; at least `to − from` long.
 * @param counts - Added to.
 */
export function quantize(samples: Float32Array, from: number, to: number, bits: number, dither: Dither | null, out: Int32Array | Int16Array, counts: QuantizeCounts): void {
  const scale = 2 ** (bits - 1);
  if (dither === null) plain(samples, from, to, scale, out, counts); else dithered(samples, from, to, scale, dither, out, counts);
}

/** Loops of their own: engines compile them well. */
function plain(samples: Float32Array, from: number, to: number, scale: number, out: Int32Array | Int16Array, counts: QuantizeCounts): void {
  for (let i = from, o = 0; i < to; i++, o++) {
    const value = Math.floor(samples[i]! * scale + 0.5); // the sum is exact, so this is Math.round
    out[o] = value < scale && value >= -scale ? value : outside(value, scale, counts);
  }
}

function dithered(samples: Float32Array, from: number, to: number, scale: number, dither: Dither, out: Int32Array | Int16Array, counts: QuantizeCounts): void {
  for (let i = from, o = 0; i < to; i++, o++) {
    const value = Math.round(samples[i]! * scale + dither());
    out[o] = value < scale && value >= -scale ? value : outside(value, scale, counts);
  }
}

function outside(value: number, scale: number, counts: QuantizeCounts): number {
  if (value !== value) { counts.notNumbers += 1; return 0; }
  counts.clipped += 1;
  return value > 0 ? scale - 1 : -scale;
}
