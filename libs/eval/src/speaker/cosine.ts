/**
 * Cosine of two speaker embeddings, −1…1; their length does not matter.
 * @param a - Embedding, shape `[dimension]`, not all zeros.
 * @param b - The same shape.
 * @throws {RangeError} when the shapes differ, or one is empty, zero or not finite: such a pair has no angle.
 */
export function cosine(a: Float32Array | readonly number[], b: Float32Array | readonly number[]): number {
  if (a.length !== b.length || a.length === 0) throw new RangeError(`embeddings must have one length above 0, got ${a.length} and ${b.length}`);
  let dot = 0;
  let squareA = 0;
  let squareB = 0;
  for (let i = 0; i < a.length; i += 1) {
    dot += a[i]! * b[i]!;
    squareA += a[i]! * a[i]!;
    squareB += b[i]! * b[i]!;
  }
  const norm = Math.sqrt(squareA) * Math.sqrt(squareB);
  if (!(norm > 0) || !Number.isFinite(norm)) throw new RangeError('embeddings must be finite and not all zeros');
  return Math.max(-1, Math.min(1, dot / norm));
}

/**
 * The direction in the middle of some embeddings: their mean, scaled to unit length.
 * @param embeddings - At least one, each of shape `[dimension]`.
 * @throws {RangeError} when there is none, or their mean is zero.
 */
export function centroid(embeddings: readonly Float32Array[]): Float32Array {
  const first = embeddings[0];
  if (first === undefined) throw new RangeError('centroid needs at least one embedding');
  const sum = new Float64Array(first.length);
  for (const embedding of embeddings) {
    if (embedding.length !== sum.length) throw new RangeError(`embeddings must have one length, got ${sum.length} and ${embedding.length}`);
    for (let i = 0; i < sum.length; i += 1) sum[i]! += embedding[i]!;
  }
  return unitLength(sum);
}

/** Scales a vector to length 1. @throws {RangeError} when it is zero or not finite. */
export function unitLength(vector: Float64Array): Float32Array {
  let square = 0;
  for (const value of vector) square += value * value;
  const norm = Math.sqrt(square);
  if (!(norm > 0) || !Number.isFinite(norm)) throw new RangeError('a vector of unit length needs finite numbers that are not all zero');
  return Float32Array.from(vector, (value) => value / norm);
}
