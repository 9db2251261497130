/** The samples of a subframe; float64 where 32 bits are too few. */
export type Numbers = Int32Array | Float64Array;

/** Residuals, should 32 bits turn out too few; at most 65 535 of them. */
let spare = new Int32Array(4096);

/**
 * Adds to each residual what the samples before it predict (RFC 9639 §9.2.5, §9.2.6), in place.
 * @param out - `coefficients.length` samples, then residuals.
 * @param coefficients - Integers; the first weighs the sample just before. @param shift - The prediction is the sum times 2^−shift, rounded down.
 */
export function restore(out: Numbers, samples: number, coefficients: Float64Array, shift: number): void {
  if (coefficients.length === 0) return;
  if (out instanceof Int32Array && coefficients.length <= 12) {
    if (spare.length < samples) spare = new Int32Array(samples);
    spare.set(out.subarray(0, samples));
    if (restore32(out, samples, coefficients, shift)) return;
    out.set(spare.subarray(0, samples));
  }
  restore64(out, samples, coefficients, shift);
}

/** Exact for whatever a file holds: sums below 2^53. */
function restore64(out: Numbers, samples: number, coefficients: Float64Array, shift: number, from = coefficients.length): void {
  const order = coefficients.length, scale = 2 ** -shift;
  for (let i = from; i < samples; i++) {
    let sum = 0;
    for (let j = 0; j < order; j++) sum += coefficients[j]! * out[i - 1 - j]!;
    out[i]! += Math.floor(sum * scale);
  }
}

/**
 * With 32-bit sums, several times as fast, for up to 12 coefficients. Those wrap where the true sum has more bits; so the largest sample that came out tells
 * whether any could: while none was beyond it, no sum was beyond the coefficients' magnitudes times it.
 * @returns False where a sum may have wrapped: then `out` is not to be used.
 */
function restore32(out: Int32Array, samples: number, coefficients: Float64Array, shift: number): boolean {
  const order = coefficients.length, padded = Math.ceil(order / 4) * 4, start = Math.min(samples, padded);
  restore64(out, start, coefficients, shift);
  let seen = 0; // holds at least the magnitude's highest bit of each sample, less one for negative ones
  for (let i = 0; i < start; i++) seen |= out[i]! ^ (out[i]! >> 31);
  const [c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11] = Int32Array.from({ length: 12 }, (_, j) => coefficients[j] ?? 0) as unknown as readonly [number, number, number, number, number, number, number, number, number, number, number, number];
  const { imul } = Math;
  if (padded === 4) {
    for (let i = start; i < samples; i++) {
      const sum = imul(c3, out[i - 4]!) + imul(c2, out[i - 3]!) + imul(c1, out[i - 2]!) + imul(c0, out[i - 1]!);
      const x = (out[i]! + ((sum | 0) >> shift)) | 0;
      out[i] = x;
      seen |= x ^ (x >> 31);
    }
  } else if (padded === 8) {
    // The last four samples stay in registers: the newest is there before it is stored.
    let x1 = out[start - 1]!, x2 = out[start - 2]!, x3 = out[start - 3]!, x4 = out[start - 4]!;
    for (let i = start; i < samples; i++) {
      const old = (imul(c7, out[i - 8]!) + imul(c6, out[i - 7]!) + imul(c5, out[i - 6]!) + imul(c4, out[i - 5]!)) | 0;
      const near = (imul(c3, x4) + imul(c2, x3) + imul(c1, x2)) | 0;
      const x = (out[i]! + ((((old + near) | 0) + imul(c0, x1)) >> shift)) | 0;
      out[i] = x;
      seen |= x ^ (x >> 31);
      x4 = x3;
      x3 = x2;
      x2 = x1;
      x1 = x;
    }
  } else {
    for (let i = start; i < samples; i++) {
      const oldest = (imul(c11, out[i - 12]!) + imul(c10, out[i - 11]!) + imul(c9, out[i - 10]!) + imul(c8, out[i - 9]!)) | 0;
      const old = (imul(c7, out[i - 8]!) + imul(c6, out[i - 7]!) + imul(c5, out[i - 6]!) + imul(c4, out[i - 5]!)) | 0;
      const sum = ((oldest + old) | 0) + ((imul(c3, out[i - 4]!) + imul(c2, out[i - 3]!) + imul(c1, out[i - 2]!)) | 0) + imul(c0, out[i - 1]!);
      const x = (out[i]! + ((sum | 0) >> shift)) | 0;
      out[i] = x;
      seen |= x ^ (x >> 31);
    }
  }
  const magnitudes = coefficients.reduce((sum, c) => sum + Math.abs(c), 0);
  return magnitudes * (2 ** (32 - Math.clz32(seen))) < 2 ** 31;
}
