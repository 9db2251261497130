import { createRealFft } from '../features/real-fft.js';
import { findBandwidth } from './find-bandwidth.js';
import { meanChannel, type MeterPart } from './meter-part.js';

const FFT_SIZE = 2048;
/** Looked at before the stride doubles: ten hours cost little more than three minutes. */
const MOST_FRAMES = 4096;
const LEVELS = 40;

/**
 * Effective bandwidth, hertz, streamed over the mean channel; NaN for silence or less than one frame (2048 samples).
 * Frames are spread evenly over everything: frame f is kept while f is a multiple of the stride, which doubles with the length. Sums are kept by how often
 * two divides f, so that those of a smaller stride can be left out afterwards.
 */
export function createBandwidthMeter(sampleRateHz: number): MeterPart<number> {
  const fft = createRealFft(FFT_SIZE), window = blackmanHarris();
  const signal = new Float64Array(FFT_SIZE), re = new Float64Array(FFT_SIZE / 2 + 1), im = new Float64Array(FFT_SIZE / 2 + 1), held = new Float32Array(FFT_SIZE);
  const sums: (Float64Array | undefined)[] = [];
  let filled = 0, frame = 0, stride = 1;
  const add = (): void => {
    if (frame % stride === 0) {
      for (let i = 0; i < FFT_SIZE; i++) signal[i] = held[i]! * window[i]!;
      fft.forward(signal, re, im);
      const level = frame === 0 ? LEVELS : 31 - Math.clz32(frame & -frame);
      const sum = (sums[level] ??= new Float64Array(FFT_SIZE / 2 + 1));
      for (let k = 0; k < sum.length; k++) sum[k]! += re[k]! * re[k]! + im[k]! * im[k]!;
    }
    frame += 1;
    if (frame / stride >= MOST_FRAMES) stride *= 2;
  };
  return {
    push(block) {
      const mono = meanChannel(block);
      for (let i = 0; i < mono.length;) {
        const count = Math.min(FFT_SIZE - filled, mono.length - i);
        if (frame % stride === 0) held.set(mono.subarray(i, i + count), filled);
        filled += count;
        i += count;
        if (filled === FFT_SIZE) { add(); filled = 0; }
      }
    },
    end() {
      if (frame === 0) return NaN;
      const total = new Float64Array(FFT_SIZE / 2 + 1), lowest = Math.log2(stride);
      sums.forEach((sum, level) => { if (sum !== undefined && level >= lowest) for (let k = 0; k < total.length; k++) total[k]! += sum[k]!; });
      return findBandwidth(total, sampleRateHz);
    },
  };
}

/** Side lobes −92 dB (F. J. Harris, "On the use of windows", 1978, table 1: four terms). */
const blackmanHarris = (): Float64Array => Float64Array.from({ length: FFT_SIZE }, (_, i) => {
  const a = (2 * Math.PI * i) / FFT_SIZE;
  return 0.35875 - 0.48829 * Math.cos(a) + 0.14128 * Math.cos(2 * a) - 0.01168 * Math.cos(3 * a);
});
