import { quantile } from '../bootstrap.js';

const FULL_SCALE = 32_767 / 32_768; // Source: the highest 16-bit sample
const CLIPPED_RUN = 3; // Source: ours; one full-scale sample is a peak, three in a row are a flat top
const SPEECH_QUANTILE = 0.9; // Source: ours; a tenth of the frames of speech are its loudest vowels

/**
 * RMS level of each whole frame, dBFS (−Infinity for zeros); a partial frame at the front is left out, so the last frame ends with the last sample.
 * @param samples - Mono, −1…1.
 * @param frameSamples - Samples of a frame, a positive integer.
 */
export function frameLevels(samples: Float32Array, frameSamples: number): Float64Array {
  const frames = Math.floor(samples.length / frameSamples);
  const skip = samples.length - frames * frameSamples;
  const levels = new Float64Array(frames);
  for (let frame = 0; frame < frames; frame += 1) {
    let power = 0;
    const start = skip + frame * frameSamples;
    for (let i = start; i < start + frameSamples; i += 1) power += samples[i]! * samples[i]!;
    levels[frame] = 10 * Math.log10(power / frameSamples);
  }
  return levels;
}

/** Level of the speech in a clip: the 90th percentile of its frames, dBFS; −Infinity when every frame is zeros. */
export function speechLevelDbfs(levels: Float64Array): number {
  const heard = levels.filter((level) => level > -Infinity).sort();
  return heard.length === 0 ? -Infinity : quantile(heard, SPEECH_QUANTILE);
}

/** Samples in runs of three or more at or beyond full scale on one side. */
export function countClippedSamples(samples: Float32Array): number {
  let clipped = 0;
  let run = 0;
  let side = 0;
  for (let i = 0; i <= samples.length; i += 1) {
    const sample = samples[i] ?? 0;
    const now = Math.abs(sample) >= FULL_SCALE ? Math.sign(sample) : 0;
    if (now !== side || now === 0) {
      if (run >= CLIPPED_RUN) clipped += run;
      run = 0;
    }
    if (now !== 0) run += 1;
    side = now;
  }
  return clipped;
}

const DROPOUT_SEC = 0.02; // Source: ours; shorter runs of zeros are quiet sound cut to 16 bits
const EDGE_SEC = 0.005; // Source: ours; what lies right before and after a gap
const EDGE_BELOW_DB = 30; // Source: ours; speech that fades into the zeros engines put between sentences is far below

/** Gaps of exact zeros inside speech that begin or end in the middle of a sound: where each starts, in samples. */
export function findDropouts(samples: Float32Array, sampleRateHz: number, speechDbfs: number): readonly number[] {
  const edge = Math.max(1, Math.round(EDGE_SEC * sampleRateHz)), shortest = Math.round(DROPOUT_SEC * sampleRateHz);
  const loud = (from: number, to: number): boolean => {
    let power = 0;
    for (let i = from; i < to; i += 1) power += samples[i]! * samples[i]!;
    return 10 * Math.log10(power / (to - from)) > speechDbfs - EDGE_BELOW_DB;
  };
  const starts: number[] = [];
  for (let i = 0, zeros = 0; i <= samples.length; i += 1) {
    if (i < samples.length && samples[i] === 0) { zeros += 1; continue; }
    const start = i - zeros;
    if (zeros >= shortest && start >= edge && i + edge <= samples.length && (loud(start - edge, start) || loud(i, i + edge))) starts.push(start);
    zeros = 0;
  }
  return starts;
}

/** Exact zeros at the end of a clip, in samples. */
export function trailingZeros(samples: Float32Array): number {
  let zeros = 0;
  while (zeros < samples.length && samples[samples.length - 1 - zeros] === 0) zeros += 1;
  return zeros;
}
