/** Inner product; the cosine of two vectors of unit length. */
export const dot = (a: Float32Array, b: Float32Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += a[i]! * b[i]!;
  return Math.max(-1, Math.min(1, sum));
};

/** Scales to length 1. @throws {RangeError} when the vector is zero or not finite. */
export function toUnit(vector: Float32Array): Float32Array {
  const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  if (!(norm > 0) || !Number.isFinite(norm)) throw new RangeError('embeddings must be finite and not all zeros');
  return vector.map((value) => value / norm);
}

/** The mean of vectors, scaled to length 1. */
export function meanOf(units: readonly Float32Array[]): Float32Array {
  const sum = new Float32Array(units[0]!.length);
  for (const unit of units) for (let i = 0; i < sum.length; i += 1) sum[i]! += unit[i]!;
  return toUnit(sum);
}
