import { createFrameSpectra } from '../features/frame-spectra.js';
import { findBandwidth } from './find-bandwidth.js';
import { meanChannel, type MeterPart } from './meter-part.js';

const FFT_SIZE = 2048;
/** Looked at before the stride doubles: ten hours cost little more than three minutes. */
const MOST_FRAMES = 4096;
const LEVELS = 40;
/** Frames transformed together. */
const TOGETHER = 4;

/**
 * Effective bandwidth, hertz, streamed over the mean channel; NaN for silence or less than one frame (2048 samples).
 * Frames are spread evenly over everything: frame f is kept while f is a multiple of the stride, which doubles with the length. Sums are kept by how often
 * two divides f, so that those of a smaller stride can be left out afterwards.
 */
export function createBandwidthMeter(sampleRateHz: number): MeterPart<number> {
  const spectra = createFrameSpectra({ size: FFT_SIZE, window: (blackmanHarris ??= makeWindow()), kind: 'power' });
  const sums: (Float64Array | undefined)[] = [];
  /** Frames that wait to be transformed together, and how often two divides their numbers. */
  const held = new Float32Array(TOGETHER * FFT_SIZE), levels: number[] = [];
  let filled = 0, frame = 0, stride = 1;
  const transform = (): void => {
    spectra(held, Float64Array.from(levels, (_, i) => i * FFT_SIZE), 0, (values, first, count) => {
      const of = (lane: number): Float64Array => (sums[levels[first + lane]!] ??= new Float64Array(FFT_SIZE / 2 + 1));
      if (count === TOGETHER) addFour(values, of(0), of(1), of(2), of(3));
      else for (let lane = 0; lane < count; lane++) { const sum = of(lane); for (let k = 0, at = lane; k < sum.length; k++, at += TOGETHER) sum[k]! += values[at]!; }
    });
    levels.length = 0;
  };
  const add = (): void => {
    if (frame % stride === 0) {
      levels.push(frame === 0 ? LEVELS : 31 - Math.clz32(frame & -frame));
      if (levels.length === TOGETHER) transform();
    }
    frame += 1;
    if (frame / stride >= MOST_FRAMES) stride *= 2;
  };
  return {
    push(block) {
      const mono = meanChannel(block);
      for (let i = 0; i < mono.length;) {
        const count = Math.min(FFT_SIZE - filled, mono.length - i);
        if (frame % stride === 0) held.set(mono.subarray(i, i + count), levels.length * FFT_SIZE + filled);
        filled += count;
        i += count;
        if (filled === FFT_SIZE) { add(); filled = 0; }
      }
    },
    end() {
      if (frame === 0) return NaN;
      transform();
      const total = new Float64Array(FFT_SIZE / 2 + 1), lowest = Math.log2(stride);
      sums.forEach((sum, level) => { if (sum !== undefined && level >= lowest) for (let k = 0; k < total.length; k++) total[k]! += sum[k]!; });
      return findBandwidth(total, sampleRateHz);
    },
  };
}

/** Adds the values of four frames, side by side, to a sum each; sums may be the same. */
function addFour(values: Float32Array, a: Float64Array, b: Float64Array, c: Float64Array, d: Float64Array): void {
  for (let k = 0, at = 0; k <= FFT_SIZE / 2; k++, at += TOGETHER) { a[k]! += values[at]!; b[k]! += values[at + 1]!; c[k]! += values[at + 2]!; d[k]! += values[at + 3]!; }
}

/** Made once: clips come by the thousand. */
let blackmanHarris: Float64Array | undefined;

/** Side lobes −92 dB (F. J. Harris, "On the use of windows", 1978, table 1: four terms). */
const makeWindow = (): Float64Array => Float64Array.from({ length: FFT_SIZE }, (_, i) => {
  const a = (2 * Math.PI * i) / FFT_SIZE;
  return 0.35875 - 0.48829 * Math.cos(a) + 0.14128 * Math.cos(2 * a) - 0.01168 * Math.cos(3 * a);
});
