import { CHUNK, loadMeasureKernel, type MeasureKernel } from './measure-kernel.js';
import { createPlainLook } from './true-peak-plain.js';
import { HALF, interpolation, type Look, OVERSAMPLING, TAPS, WORTH_FINISHING, WORTH_LOOKING, WORTH_REFINING } from './true-peak-points.js';

/** By WebAssembly SIMD with float32 sums, else in JavaScript. */
export function createLook(kernel = loadMeasureKernel()): Look {
  return kernel === null ? createPlainLook(interpolation()) : (samples, best) => simdLook(samples, best, kernel);
}

/** Where the kernel reads from: weights, then samples and a few more than it needs. */
const ROWS_AT = 4 * HALF;
const SAMPLES_AT = ROWS_AT + 4 * TAPS * (OVERSAMPLING - 2);
const HELD = CHUNK + TAPS + 8;

function simdLook(samples: Float32Array, best: number, kernel: MeasureKernel): number {
  if (best === 0) return 0; // not a sample so far is anything but 0
  const memory = kernel.memoryOf(SAMPLES_AT + 4 * HELD), held = new Float32Array(memory, SAMPLES_AT, HELD);
  new Float32Array(memory, 0, SAMPLES_AT / 4).set(interpolation().ordered);
  let most = best;
  for (let from = 0, spots = samples.length - TAPS + 1; from < spots; from += CHUNK) {
    const count = Math.min(CHUNK, spots - from);
    held.set(samples.subarray(from, from + count + TAPS - 1));
    most = kernel.truePeak(SAMPLES_AT, count, HALF, 0, ROWS_AT, WORTH_LOOKING, WORTH_REFINING, WORTH_FINISHING, most);
  }
  return most;
}
