import { designPhases } from '../resample/design-filter.js';
import { resample } from '../resample/resample.js';
import { measurePeak } from './measure-level.js';
import { type MeterPart } from './meter-part.js';

/** Points per sample: ITU-R BS.1770-5 Annex 2 asks for at least 4 at 48 kHz; 8 serve lower rates. */
const OVERSAMPLING = 8;
/** Samples looked at together. */
const BLOCK = 64;
/** A block that stays below this share of the peak so far cannot hold the peak: speech overshoots by 1 to 3 dB. */
const WORTH_LOOKING = 0.35;
/** Twice oversampled, a tone of any frequency shows at least cos(π/4) of its peak. */
const WORTH_REFINING = 0.7;
/** Points weighed one by one before all points of a stretch are made at once: loud steady sound is near its peak everywhere. In units of one point; a few thousand, and so many a sample. */
const PATIENCE = 5000;
const PATIENCE_A_SAMPLE = 0.5;
/** Samples whose points are made at once. */
const CHUNK = 1 << 16;

/** The largest absolute value between and at the samples of all channels, linear; streamed. */
export function createTruePeakMeter(channels: number): MeterPart<number> {
  const { half, middle, weights } = interpolation();
  const taps = 2 * half;
  let best = 0;
  /** The last samples of each channel, before those that are new. */
  const tails = Array.from({ length: channels }, () => new Float32Array(taps));
  const window = new Float64Array(BLOCK + taps);

  /** Looks between the samples `half − 1 + k` and the next, for every k that leaves `half` samples on either side. */
  const look = (samples: Float32Array): void => {
    const spots = samples.length - taps + 1;
    let weighed = 0;
    for (let block = 0; block < spots; block += BLOCK) {
      if (weighed > PATIENCE + PATIENCE_A_SAMPLE * block) {
        best = Math.max(best, largestOfAll(samples, block, spots, half));
        return;
      }
      const count = Math.min(BLOCK, spots - block);
      if (measurePeak(samples, block + half - 1, block + half + count) < best * WORTH_LOOKING) continue;
      for (let i = 0; i < count + taps - 1; i++) window[i] = samples[block + i]!;
      for (let i = 0; i < count; i++) {
        const near = Math.max(Math.abs(window[i + half - 1]!), Math.abs(window[i + half]!));
        if (near < best * WORTH_LOOKING) continue;
        weighed += 1;
        let p0 = 0, p1 = 0, p2 = 0, p3 = 0;
        for (let j = 0; j < taps; j += 4) {
          p0 += middle[j]! * window[i + j]!;
          p1 += middle[j + 1]! * window[i + j + 1]!;
          p2 += middle[j + 2]! * window[i + j + 2]!;
          p3 += middle[j + 3]! * window[i + j + 3]!;
        }
        if (Math.max(near, Math.abs(p0 + p1 + p2 + p3)) < best * WORTH_REFINING) continue;
        weighed += OVERSAMPLING - 1;
        best = Math.max(best, largestBetween(window, i, taps, weights));
      }
    }
  };

  return {
    push(block) {
      for (const channel of block) best = Math.max(best, measurePeak(channel));
      block.forEach((channel, c) => {
        const joined = new Float32Array(taps - 1 + Math.min(channel.length, taps));
        joined.set(tails[c]!.subarray(1));
        joined.set(channel.subarray(0, taps), taps - 1);
        look(joined); // the seam, then the block itself
        if (channel.length > taps) look(channel.subarray(1));
        tails[c] = Float32Array.from({ length: taps }, (_, i) => { const at = channel.length - taps + i; return at >= 0 ? channel[at]! : tails[c]![taps + at]!; });
      });
    },
    end() {
      for (const tail of tails) {
        const joined = new Float32Array(2 * taps);
        joined.set(tail.subarray(1));
        look(joined);
      }
      return best;
    },
  };
}

/** The largest of all points between the spots `from` and `to`, by the resampler: slower for quiet sound, and never slower than this. */
function largestOfAll(samples: Float32Array, from: number, to: number, half: number): number {
  let largest = 0;
  for (let at = from; at < to; at += CHUNK) {
    const end = Math.min(to, at + CHUNK), points = resample(samples.subarray(at, end + 2 * half - 1), 1, OVERSAMPLING);
    largest = Math.max(largest, measurePeak(points.subarray((half - 1) * OVERSAMPLING, (half - 1 + end - at) * OVERSAMPLING + 1)));
  }
  return largest;
}

/** The seven points between two samples together: sums that do not wait for each other. */
function largestBetween(window: Float64Array, from: number, taps: number, weights: Float64Array): number {
  let p1 = 0, p2 = 0, p3 = 0, p4 = 0, p5 = 0, p6 = 0, p7 = 0;
  for (let j = from, w = 0, end = from + taps; j < end; j++, w += OVERSAMPLING - 1) {
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

type Interpolation = { readonly half: number; readonly middle: Float64Array; readonly weights: Float64Array };
let known: Interpolation | undefined;

/** Weights of the points between two samples, `[tap][point]`, and of the middle one alone, `[tap]`; designed once. */
function interpolation(): Interpolation {
  if (known !== undefined) return known;
  const { half, rows } = designPhases({ fromHz: 1, passHz: 0.475, stopHz: 0.5, attenuationDb: 70 }, OVERSAMPLING);
  const points = OVERSAMPLING - 1, taps = 2 * half;
  const weights = Float64Array.from({ length: taps * points }, (_, k) => rows[(1 + (k % points)) * taps + Math.floor(k / points)]!);
  known = { half, weights, middle: rows.slice((OVERSAMPLING / 2) * taps, (OVERSAMPLING / 2 + 1) * taps) };
  return known;
}
