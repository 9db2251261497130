/** A predictor of a subframe: integer weights over 2^shift, the first for the sample just before. */
export type Predictor = { readonly kind: 'fixed' | 'lpc'; readonly weights: readonly number[]; readonly shift: number; readonly precision: number };

/** Fixed predictors of order 0…4 (RFC 9639 §9.2.5). */
export const FIXED_WEIGHTS: readonly (readonly number[])[] = [[], [1], [2, -1], [3, -3, 1], [4, -6, 4, -1]];
const FIXED: readonly Predictor[] = FIXED_WEIGHTS.map((weights) => ({ kind: 'fixed', weights, shift: 0, precision: 0 }));

/** Longest linear predictor, and bits of its weights for samples of up to 17 bits and beyond (the side channel has one more); 15 is the format's most. */
const MOST_ORDER = 8, PRECISION = 12, PRECISION_WIDE = 14, NARROW_BITS = 17;
/** Share of the window that rises and falls (a Tukey window, as flac's presets use by default). */
const TAPER = 0.5;

/** The fixed predictor whose residuals are smallest. */
export function bestFixed(x: Int32Array, samples: number): Predictor {
  const sums = [0, 0, 0, 0, 0];
  let a = 0, b = 0, c = 0, d = 0; // the newest value of each difference
  for (let i = 0; i < samples; i++) {
    const e0 = x[i]!, e1 = e0 - a, e2 = e1 - b, e3 = e2 - c, e4 = e3 - d;
    a = e0; b = e1; c = e2; d = e3;
    if (i < 4) continue;
    sums[0]! += Math.abs(e0); sums[1]! += Math.abs(e1); sums[2]! += Math.abs(e2); sums[3]! += Math.abs(e3); sums[4]! += Math.abs(e4);
  }
  return samples <= 4 ? FIXED[0]! : FIXED[sums.indexOf(Math.min(...sums))]!;
}

let window: Float64Array = new Float64Array(0), windowed: Float64Array = new Float64Array(0);

/**
 * A linear predictor by the autocorrelation method (J. Makhoul, "Linear prediction: a tutorial review", 1975), of the order that should take the fewest bits.
 * @param bits - Of a sample.
 * @returns Null where none can be had: silence, or too few samples.
 */
export function linearPredictor(x: Int32Array, samples: number, bits: number): Predictor | null {
  const most = Math.min(MOST_ORDER, samples - 1);
  if (samples <= 4 * MOST_ORDER) return null;
  if (window.length !== samples) { window = tukey(samples); windowed = new Float64Array(samples); }
  for (let i = 0; i < samples; i++) windowed[i] = x[i]! * window[i]!;
  const correlation = Float64Array.from({ length: most + 1 }, (_, lag) => {
    let s0 = 0, s1 = 0, i = lag;
    for (; i + 1 < samples; i += 2) { s0 += windowed[i]! * windowed[i - lag]!; s1 += windowed[i + 1]! * windowed[i + 1 - lag]!; }
    return s0 + s1 + (i < samples ? windowed[i]! * windowed[i - lag]! : 0);
  });
  if (!(correlation[0]! > 0)) return null;
  const precision = bits <= NARROW_BITS ? PRECISION : PRECISION_WIDE;
  let weights: Float64Array = new Float64Array(0), best: Float64Array | null = null, error = correlation[0]!, fewest = Infinity;
  for (let order = 1; order <= most; order++) { // Levinson and Durbin
    let reflection = correlation[order]!;
    for (let j = 0; j < order - 1; j++) reflection -= weights[j]! * correlation[order - 1 - j]!;
    reflection /= error;
    const next = new Float64Array(order);
    for (let j = 0; j < order - 1; j++) next[j] = weights[j]! - reflection * weights[order - 2 - j]!;
    next[order - 1] = reflection;
    weights = next;
    error *= 1 - reflection * reflection;
    if (!(error > 0)) break;
    // Bits of a Laplacian residual of this power, and of the weights and first samples.
    const cost = Math.max(0, 0.5 * Math.log2((error * Math.LN2 * Math.LN2) / 2 / samples)) * (samples - order) + order * (precision + bits);
    if (cost < fewest) { fewest = cost; best = weights; }
  }
  return best === null ? null : rounded(best, precision);
}

/** Weights as integers: each takes over the rounding error of those before it. */
function rounded(weights: Float64Array, precision: number): Predictor | null {
  const largest = weights.reduce((most, w) => Math.max(most, Math.abs(w)), 0), limit = 2 ** (precision - 1);
  const shift = Math.min(15, precision - 2 - Math.floor(Math.log2(largest)));
  if (!Number.isFinite(largest) || largest === 0 || shift < 0) return null;
  let carried = 0;
  const integers = Array.from(weights, (w) => {
    carried += w * 2 ** shift;
    const q = Math.max(-limit, Math.min(limit - 1, Math.round(carried)));
    carried -= q;
    return q;
  });
  return { kind: 'lpc', weights: integers, shift, precision };
}

/**
 * What a predictor leaves.
 * @param out - Residuals from `weights.length` on; before that nothing is written.
 * @returns False where a residual does not fit 32 bits.
 */
export function residuals(x: Int32Array, samples: number, bits: number, { weights, shift, precision, kind }: Predictor, out: Int32Array): boolean {
  const order = weights.length, w = Int32Array.from(weights);
  if (kind === 'fixed' ? bits <= 27 : bits + precision + 3 <= 32) { // no sum of up to 8 products has more than 32 bits
    for (let i = order; i < samples; i++) {
      let sum = 0;
      for (let j = 0; j < order; j++) sum = (sum + Math.imul(w[j]!, x[i - 1 - j]!)) | 0;
      out[i] = x[i]! - (sum >> shift);
    }
    return true;
  }
  const scale = 2 ** -shift;
  for (let i = order; i < samples; i++) {
    let sum = 0;
    for (let j = 0; j < order; j++) sum += w[j]! * x[i - 1 - j]!;
    const residual = x[i]! - Math.floor(sum * scale);
    if (Math.abs(residual) > 0x7fffffff) return false;
    out[i] = residual;
  }
  return true;
}

function tukey(samples: number): Float64Array {
  const edge = (TAPER * (samples - 1)) / 2;
  return Float64Array.from({ length: samples }, (_, i) => {
    const from = Math.min(i, samples - 1 - i);
    return from >= edge ? 1 : 0.5 - 0.5 * Math.cos((Math.PI * from) / edge);
  });
}
