/**
 * Makes a power-of-two complex FFT (radix 2, in place, decimation in time).
 * @param size - Points; a power of two.
 * @returns A function that transforms `re` and `im`, shape `[size]` each.
 * @throws {RangeError} when `size` is no power of two.
 */
export function makeFft(size: number): (re: Float64Array, im: Float64Array) => void {
  if (!Number.isInteger(size) || size < 2 || (size & (size - 1)) !== 0) throw new RangeError(`size must be a power of two, got ${size}`);
  const cos = Float64Array.from({ length: size / 2 }, (_, k) => Math.cos((2 * Math.PI * k) / size));
  const sin = Float64Array.from({ length: size / 2 }, (_, k) => -Math.sin((2 * Math.PI * k) / size));
  const reversed = new Uint32Array(size);
  for (let i = 1; i < size; i++) reversed[i] = (reversed[i >> 1]! >> 1) | (i & 1 ? size >> 1 : 0);
  return (re, im) => {
    for (let i = 0; i < size; i++) {
      const j = reversed[i]!;
      if (j <= i) continue;
      const r = re[i]!, m = im[i]!;
      re[i] = re[j]!; im[i] = im[j]!; re[j] = r; im[j] = m;
    }
    for (let width = 2; width <= size; width *= 2) {
      const half = width / 2, step = size / width;
      for (let start = 0; start < size; start += width) {
        for (let k = 0, w = 0; k < half; k++, w += step) {
          const a = start + k, b = a + half;
          const r = re[b]! * cos[w]! - im[b]! * sin[w]!;
          const m = re[b]! * sin[w]! + im[b]! * cos[w]!;
          re[b] = re[a]! - r; im[b] = im[a]! - m;
          re[a]! += r; im[a]! += m;
        }
      }
    }
  };
}
