import { loadMeasureKernel } from './measure-kernel.js';

/** Makes a function that adds up the values of bands, for four frames side by side: `values[4 · bin + lane]` to `sums[4 · band + lane]`, valid until the next call. With and without SIMD the same to the bit. It keeps tables in the kernel's memory: nobody else may use that between calls. @param edges - First bins of the bands, and the end of the last. */
export function createBandSums(edges: readonly number[], kernel = loadMeasureKernel()): (values: Float32Array) => Float64Array {
  const bands = edges.length - 1, bins = edges[bands]!;
  if (kernel === null) {
    const sums = new Float64Array(4 * bands);
    return (values) => {
      for (let b = 0; b < bands; b++) {
        let s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        for (let k = 4 * edges[b]!, end = 4 * edges[b + 1]!; k < end; k += 4) { s0 += values[k]!; s1 += values[k + 1]!; s2 += values[k + 2]!; s3 += values[k + 3]!; }
        sums[4 * b] = s0; sums[4 * b + 1] = s1; sums[4 * b + 2] = s2; sums[4 * b + 3] = s3;
      }
      return sums;
    };
  }
  const edgesAt = 32 * bands, valuesAt = 16 * Math.ceil((edgesAt + 4 * edges.length) / 16), memory = kernel.memoryOf(valuesAt + 16 * bins);
  const sums = new Float64Array(memory, 0, 4 * bands), held = new Float32Array(memory, valuesAt, 4 * bins);
  new Int32Array(memory, edgesAt, edges.length).set(edges);
  return (values) => {
    held.set(values.subarray(0, 4 * bins));
    kernel.bandSums(valuesAt, edgesAt, bands, 0);
    return sums;
  };
}
