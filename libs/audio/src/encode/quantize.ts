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
  for (let i = from, o = 0; i < to; i++, o++) {
    const exact = samples[i]! * scale;
    const value = Math.round(dither === null ? exact : exact + dither());
    if (value < scale && value >= -scale) out[o] = value;
    else if (value >= scale) { out[o] = scale - 1; counts.clipped += 1; }
    else if (value < -scale) { out[o] = -scale; counts.clipped += 1; }
    else { out[o] = 0; counts.notNumbers += 1; }
  }
}
