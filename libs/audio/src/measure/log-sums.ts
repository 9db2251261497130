import { CHUNK, loadMeasureKernel, type MeasureKernel } from './measure-kernel.js';

/** Sum of magnitudes and of their natural logarithms, the largest magnitude, and how many samples count as zero: those are in neither sum. */
export type LogSums = { readonly magnitudes: number; readonly logarithms: number; readonly peak: number; readonly zeros: number };

/** What stands for zero samples, relative to the peak (Kim and Stern's programs); smaller ones count as zero. */
export const SMALLEST = 1e-10;
/** The smallest float32 that does not count as zero. */
const LEAST = Math.fround(SMALLEST);

/** With and without SIMD the same to 1e-12 of the sums. @param samples - Finite. */
export function logSums(samples: Float32Array, kernel = loadMeasureKernel()): LogSums {
  return kernel === null ? plainSums(samples) : simdSums(samples, kernel);
}

function simdSums(samples: Float32Array, kernel: MeasureKernel): LogSums {
  const memory = kernel.memoryOf(64 + 4 * CHUNK), out = new Float64Array(memory, 0, 5), held = new Float32Array(memory, 64, CHUNK);
  let magnitudes = 0, logarithms = 0, peak = 0, zeros = 0;
  for (let from = 0; from < samples.length; from += CHUNK) {
    const part = samples.subarray(from, from + CHUNK);
    held.set(part);
    kernel.logarithms(64, part.length, LEAST, 0);
    magnitudes += out[0]!;
    logarithms += Math.log(out[1]!) + out[2]! * Math.LN2;
    zeros += out[3]!;
    peak = Math.max(peak, out[4]!);
  }
  return { magnitudes, logarithms, peak, zeros };
}

function plainSums(samples: Float32Array): LogSums {
  let product = 1, magnitudes = 0, logarithms = 0, peak = 0, zeros = 0;
  for (let i = 0; i < samples.length; i++) {
    const x = Math.abs(samples[i]!);
    if (x < LEAST) { zeros += 1; continue; }
    if (x > peak) peak = x;
    magnitudes += x;
    product *= x;
    if (product < 1e-200 || product > 1e200) { logarithms += Math.log(product); product = 1; } // one logarithm for many samples
  }
  return { magnitudes, logarithms: logarithms + Math.log(product), peak, zeros };
}
