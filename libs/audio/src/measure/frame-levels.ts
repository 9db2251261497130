import { CHUNK, loadMeasureKernel } from './measure-kernel.js';

/** Mean and largest weighed magnitude of each frame. */
export type FrameLevels = { readonly means: Float64Array; readonly peaks: Float64Array };

/**
 * Levels of frames, of which `middles` tell the first sample after each middle, ascending: the mean of `period` samples on either side, and the largest `|x − mean| · window`
 * around the middle. Samples outside count as 0. With and without SIMD the same to rounding.
 * @param window - Weights, half of them before the middle.
 */
export function frameLevels(samples: Float32Array, middles: Int32Array, period: number, window: Float64Array, kernel = loadMeasureKernel()): FrameLevels {
  const frames = middles.length, means = new Float64Array(frames), peaks = new Float64Array(frames), reach = window.length / 2, side = Math.max(period, reach) + 2;
  if (kernel === null) {
    for (let f = 0; f < frames; f++) {
      const middle = middles[f]!;
      let sum = 0, peak = 0;
      for (let i = Math.max(0, middle - period), end = Math.min(samples.length, middle + period); i < end; i++) sum += samples[i]!;
      const mean = sum / (2 * period);
      for (let i = 0, at = middle - reach; i < window.length; i++, at++) {
        const x = Math.abs((at >= 0 && at < samples.length ? samples[at]! : 0) - mean) * window[i]!;
        if (x > peak) peak = x;
      }
      means[f] = mean;
      peaks[f] = peak;
    }
    return { means, peaks };
  }
  for (let f = 0; f < frames;) {
    const first = middles[f]! - side;
    let end = f + 1;
    while (end < frames && middles[end]! + side - first <= CHUNK) end += 1;
    const count = end - f, length = middles[end - 1]! + side - first;
    const middlesAt = 16 * count, windowAt = 16 * Math.ceil((middlesAt + 4 * count) / 16), samplesAt = windowAt + window.byteLength, memory = kernel.memoryOf(samplesAt + 4 * length);
    new Int32Array(memory, middlesAt, count).set(middles.subarray(f, end).map((middle) => middle - first));
    new Float64Array(memory, windowAt, window.length).set(window);
    const held = new Float32Array(memory, samplesAt, length), from = Math.max(0, first), to = Math.max(from, Math.min(samples.length, first + length));
    held.fill(0, 0, Math.min(length, from - first));
    if (from - first < length) held.set(samples.subarray(from, to), from - first);
    held.fill(0, Math.min(length, to - first));
    kernel.frameLevels(samplesAt, middlesAt, count, period, windowAt, reach, 0);
    means.set(new Float64Array(memory, 0, count), f);
    peaks.set(new Float64Array(memory, 8 * count, count), f);
    f = end;
  }
  return { means, peaks };
}
