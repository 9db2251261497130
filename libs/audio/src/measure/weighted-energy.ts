import { kWeighting } from './k-weighting.js';
import { CHUNK, loadMeasureKernel } from './measure-kernel.js';

/** Energy of samples behind the K-weighting filters, which keep their state from call to call. */
export type WeightedEnergy = (samples: Float32Array, from: number, to: number) => number;

/** First of the six numbers that a call renews, in the array that kernel/measure.ts describes at `weigh`. */
const STATE = 7;
const FILTER_BYTES = 8 * (STATE + 6);
const SAMPLES_AT = 128;

/** Both filters of one channel; with and without SIMD the same to the bit. */
export function createWeightedEnergy(sampleRateHz: number, kernel = loadMeasureKernel()): WeightedEnergy {
  const [shelf, highPass] = kWeighting(sampleRateHz);
  const filter = Float64Array.of(shelf.b0, shelf.b1, shelf.b2, shelf.a1, shelf.a2, highPass.a1, highPass.a2, 0, 0, 0, 0, 0, 0);
  const settle = (): void => { for (let i = STATE; i < filter.length; i++) if (Math.abs(filter[i]!) < 1e-30) filter[i] = 0; }; // denormal numbers are slow
  if (kernel === null) return (samples, from, to) => { const sum = plainWeigh(samples, from, to, filter); settle(); return sum; };
  return (samples, from, to) => {
    const memory = kernel.memoryOf(SAMPLES_AT + 4 * CHUNK), loaded = new Float64Array(memory, 0, FILTER_BYTES / 8), held = new Float32Array(memory, SAMPLES_AT, CHUNK);
    loaded.set(filter);
    let sum = 0;
    for (let at = from; at < to; at += CHUNK) {
      const end = Math.min(to, at + CHUNK);
      held.set(samples.subarray(at, end));
      sum += kernel.weigh(SAMPLES_AT, end - at, 0);
    }
    filter.set(loaded);
    settle();
    return sum;
  };
}

/** Two samples at a time, as the kernel does it. */
function plainWeigh(samples: Float32Array, from: number, to: number, filter: Float64Array): number {
  const b0 = filter[0]!, b1 = filter[1]!, b2 = filter[2]!, a1 = filter[3]!, a2 = filter[4]!, c1 = filter[5]!, c2 = filter[6]!;
  const aLast = a1 * a1 - a2, aOlder = a1 * a2, cLast = c1 * c1 - c2, cOlder = c1 * c2;
  let x2 = filter[7]!, x1 = filter[8]!, y2 = filter[9]!, y1 = filter[10]!, z2 = filter[11]!, z1 = filter[12]!, total = 0;
  for (let at = from; at < to; at += CHUNK) {
    const end = Math.min(to, at + CHUNK);
    let even = 0, odd = 0, i = at;
    for (; i < end - 1; i += 2) {
      const u0 = samples[i]!, u1 = samples[i + 1]!;
      const f0 = b0 * u0 + b1 * x1 + b2 * x2, f1 = b0 * u1 + b1 * u0 + b2 * x1;
      const v0 = f0 - a2 * y2 - a1 * y1, v1 = f1 - a1 * f0 + aOlder * y2 + aLast * y1;
      const g0 = v0 - 2 * y1 + y2, g1 = v1 - 2 * v0 + y1;
      const w0 = g0 - c2 * z2 - c1 * z1, w1 = g1 - c1 * g0 + cOlder * z2 + cLast * z1;
      even += w0 * w0; odd += w1 * w1;
      x2 = u0; x1 = u1; y2 = v0; y1 = v1; z2 = w0; z1 = w1;
    }
    let sum = even + odd;
    if (i < end) {
      const u = samples[i]!, v = b0 * u + b1 * x1 + b2 * x2 - a2 * y2 - a1 * y1, w = v - 2 * y1 + y2 - c2 * z2 - c1 * z1;
      sum += w * w;
      x2 = x1; x1 = u; y2 = y1; y1 = v; z2 = z1; z1 = w;
    }
    total += sum;
  }
  filter.set([x2, x1, y2, y1, z2, z1], STATE);
  return total;
}
