import { CHUNK, loadMeasureKernel, type MeasureKernel } from './measure-kernel.js';

/** Sum, sum of squares, largest magnitude, and largest and smallest value of samples and 0. */
export type LevelSums = { readonly sum: number; readonly squares: number; readonly peak: number; readonly high: number; readonly low: number };

/** All in one pass; with and without SIMD to the bit. */
export function levelSums(samples: Float32Array, kernel = loadMeasureKernel()): LevelSums {
  let sum = 0, squares = 0, high = 0, low = 0;
  for (let from = 0; from < samples.length; from += CHUNK) {
    const part = samples.subarray(from, from + CHUNK), found = kernel === null ? plainLevels(part) : simdLevels(part, kernel);
    sum += found.sum;
    squares += found.squares;
    high = Math.max(high, found.high);
    low = Math.min(low, found.low);
  }
  return { sum, squares, peak: Math.max(high, -low), high, low };
}

function simdLevels(samples: Float32Array, kernel: MeasureKernel): LevelSums {
  const memory = kernel.memoryOf(64 + 4 * CHUNK), out = new Float64Array(memory, 0, 5);
  new Float32Array(memory, 64, samples.length).set(samples);
  kernel.levels(64, samples.length, 0);
  return { sum: out[0]!, squares: out[1]!, peak: out[2]!, high: out[3]!, low: out[4]! + 0 };
}

function plainLevels(samples: Float32Array): LevelSums {
  let s0 = 0, s1 = 0, s2 = 0, s3 = 0, q0 = 0, q1 = 0, q2 = 0, q3 = 0, high = 0, low = 0;
  for (let i = 0; i < samples.length; i += 4) {
    const a = samples[i]!, b = samples[i + 1] ?? 0, c = samples[i + 2] ?? 0, d = samples[i + 3] ?? 0;
    s0 += a; s1 += b; s2 += c; s3 += d;
    q0 += a * a; q1 += b * b; q2 += c * c; q3 += d * d;
    if (a > high) high = a; else if (a < low) low = a;
    if (b > high) high = b; else if (b < low) low = b;
    if (c > high) high = c; else if (c < low) low = c;
    if (d > high) high = d; else if (d < low) low = d;
  }
  return { sum: s0 + s1 + (s2 + s3), squares: q0 + q1 + (q2 + q3), peak: Math.max(high, -low), high, low };
}
