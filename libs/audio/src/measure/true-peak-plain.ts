import { resample } from '../resample/resample.js';
import { measurePeak } from './measure-level.js';
import { HALF, type Interpolation, type Look, OVERSAMPLING, TAPS, WORTH_LOOKING, WORTH_REFINING } from './true-peak-points.js';

/** Samples looked at together. */
const BLOCK = 64;
/** Points weighed one by one before all points of a stretch are made at once: loud steady sound is near its peak everywhere. In units of one point; a few thousand, and so many a sample. */
const PATIENCE = 5000;
const PATIENCE_A_SAMPLE = 0.5;
/** Samples whose points are made at once. */
const STRETCH = 1 << 16;

/** Without SIMD: the same points, with float64 sums. */
export function createPlainLook({ middle, weights }: Interpolation): Look {
  const window = new Float64Array(BLOCK + TAPS);
  return (samples, before) => {
    const spots = samples.length - TAPS + 1;
    let best = before, weighed = 0;
    for (let block = 0; block < spots; block += BLOCK) {
      if (weighed > PATIENCE + PATIENCE_A_SAMPLE * block) return Math.max(best, largestOfAll(samples, block, spots));
      const count = Math.min(BLOCK, spots - block);
      if (measurePeak(samples, block + HALF - 1, block + HALF + count) < best * WORTH_LOOKING) continue;
      for (let i = 0; i < count + TAPS - 1; i++) window[i] = samples[block + i]!;
      for (let i = 0; i < count; i++) {
        const near = Math.max(Math.abs(window[i + HALF - 1]!), Math.abs(window[i + HALF]!));
        if (near < best * WORTH_LOOKING) continue;
        weighed += 1;
        let p0 = 0, p1 = 0, p2 = 0, p3 = 0;
        for (let j = 0; j < TAPS; j += 4) {
          p0 += middle[j]! * window[i + j]!;
          p1 += middle[j + 1]! * window[i + j + 1]!;
          p2 += middle[j + 2]! * window[i + j + 2]!;
          p3 += middle[j + 3]! * window[i + j + 3]!;
        }
        if (Math.max(near, Math.abs(p0 + p1 + p2 + p3)) < best * WORTH_REFINING) continue;
        weighed += OVERSAMPLING - 1;
        best = Math.max(best, largestBetween(window, i, weights));
      }
    }
    return best;
  };
}

/** The largest of all points between the spots `from` and `to`, by the resampler: slower for quiet sound, and never slower than this. */
function largestOfAll(samples: Float32Array, from: number, to: number): number {
  let largest = 0;
  for (let at = from; at < to; at += STRETCH) {
    const end = Math.min(to, at + STRETCH), points = resample(samples.subarray(at, end + 2 * HALF - 1), 1, OVERSAMPLING);
    largest = Math.max(largest, measurePeak(points.subarray((HALF - 1) * OVERSAMPLING, (HALF - 1 + end - at) * OVERSAMPLING + 1)));
  }
  return largest;
}

/** The seven points between two samples together: sums that do not wait for each other. */
function largestBetween(window: Float64Array, from: number, weights: Float64Array): number {
  let p1 = 0, p2 = 0, p3 = 0, p4 = 0, p5 = 0, p6 = 0, p7 = 0;
  for (let j = from, w = 0, end = from + TAPS; j < end; j++, w += OVERSAMPLING - 1) {
    const x = window[j]!;
    p1 += weights[w]! * x;
    p2 += weights[w + 1]! * x;
    p3 += weights[w + 2]! * x;
    p4 += weights[w + 3]! * x;
    p5 += weights[w + 4]! * x;
    p6 += weights[w + 5]! * x;
    p7 += weights[w + 6]! * x;
  }
  return Math.max(Math.abs(p1), Math.abs(p2), Math.abs(p3), Math.abs(p4), Math.abs(p5), Math.abs(p6), Math.abs(p7));
}
