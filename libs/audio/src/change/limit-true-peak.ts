import { measurePeak } from '../measure/measure-level.js';
import { resample } from '../resample/resample.js';

/** Points a sample at which peaks are looked for (ITU-R BS.1770-5 Annex 2 asks for 4 at 48 kHz). */
const OVERSAMPLING = 8;
/** The gain falls and rises over this long, on either side of a peak. */
const RAMP_SEC = 0.005;
/** Samples looked at together, and those beside them that their points depend on (the resampler's filter reaches less far). */
const CHUNK = 1 << 15, REACH = 512;
/** Sound below this share of the ceiling cannot reach it between samples. */
const WORTH_LOOKING = 0.35;

/**
 * A look-ahead limiter, alike for all channels: the least gain that keeps every point, 8 to a sample, at or below the ceiling, spread over 5 ms on either side by a running minimum and
 * two running means (D. Giannoulis, M. Massberg and J. Reiss, "Digital Dynamic Range Compressor Design", 2012, §2: feed-forward, smoothed gain).
 * @param ceiling - Linear, above 0.
 * @returns The limited channels, new arrays, and the lowest gain, linear.
 */
export function limitTruePeak(channels: readonly Float32Array[], sampleRateHz: number, ceiling: number): { readonly channels: Float32Array[]; readonly lowestGain: number } {
  const length = channels[0]!.length, half = Math.max(1, Math.round((RAMP_SEC * sampleRateHz) / 2));
  let gain = neededGain(channels, ceiling);
  const lowestGain = gain.reduce((least, g) => Math.min(least, g), 1);
  if (lowestGain === 1) return { channels: channels.map((channel) => channel.slice()), lowestGain };
  gain = runningMean(runningMean(runningMinimum(gain, 2 * half), half), half);
  return { channels: channels.map((channel) => { const out = new Float32Array(length); for (let i = 0; i < length; i++) out[i] = channel[i]! * gain[i]!; return out; }), lowestGain };
}

/** For each sample the gain that brings the points up to half a sample around it to the ceiling; at most 1. */
function neededGain(channels: readonly Float32Array[], ceiling: number): Float64Array {
  const length = channels[0]!.length, gain = new Float64Array(length).fill(1);
  for (const channel of channels) {
    for (let from = 0; from < length; from += CHUNK) {
      const to = Math.min(length, from + CHUNK), first = Math.max(0, from - REACH), part = channel.subarray(first, Math.min(length, to + REACH));
      if (measurePeak(part) < ceiling * WORTH_LOOKING) continue;
      const points = resample(part, 1, OVERSAMPLING);
      for (let i = from; i < to; i++) {
        const middle = (i - first) * OVERSAMPLING;
        let most = Math.abs(channel[i]!);
        for (let p = Math.max(0, middle - OVERSAMPLING / 2); p <= middle + OVERSAMPLING / 2 && p < points.length; p++) most = Math.max(most, Math.abs(points[p]!));
        if (most * gain[i]! > ceiling) gain[i] = ceiling / most;
      }
    }
  }
  return gain;
}

/** The least of the values up to `reach` away, by a queue of rising values. */
function runningMinimum(values: Float64Array, reach: number): Float64Array {
  const out = new Float64Array(values.length), queue = new Int32Array(values.length);
  let head = 0, tail = 0;
  for (let i = 0; i < values.length + reach; i++) {
    if (i < values.length) {
      while (tail > head && values[queue[tail - 1]!]! >= values[i]!) tail -= 1;
      queue[tail++] = i;
    }
    const at = i - reach;
    if (at < 0) continue;
    while (queue[head]! < at - reach) head += 1;
    out[at] = values[queue[head]!]!;
  }
  return out;
}

/** The mean of the values up to `reach` away; beyond the ends the outermost value goes on. */
function runningMean(values: Float64Array, reach: number): Float64Array {
  const out = new Float64Array(values.length), last = values.length - 1, width = 2 * reach + 1;
  let sum = 0;
  for (let k = -reach; k <= reach; k++) sum += values[Math.max(0, Math.min(last, k))]!;
  for (let i = 0; i <= last; i++) {
    out[i] = sum / width;
    sum += values[Math.min(last, i + reach + 1)]! - values[Math.max(0, i - reach)]!;
  }
  return out;
}
