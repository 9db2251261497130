import { EvalError } from '../errors.js';

/** Shortest clip a model is asked about, seconds. Source: ours; a quarter second is about one syllable, and DNSMOS would repeat it 64 times. */
export const MIN_CLIP_SEC = 0.25;

/** Peak at or below which a clip is silence. Source: ours; one step of 16-bit PCM, what dither leaves of digital zero. */
export const SILENT_PEAK = 1 / 32_768;

/**
 * Refuses what no model can judge, before it costs a run.
 * @param samples - Mono, −1…1, shape `[samples]`.
 * @param sampleRateHz - 4 000…384 000 Hz.
 * @throws {TypeError} when `samples` is not a Float32Array.
 * @throws {RangeError} when the rate is not a number in that range.
 * @throws {EvalError} EVAL_CLIP_EMPTY, EVAL_CLIP_NOT_FINITE, EVAL_CLIP_TOO_SHORT, EVAL_CLIP_SILENT.
 */
export function assertJudgeable(samples: Float32Array, sampleRateHz: number): void {
  assertAudioArguments(samples, sampleRateHz);
  if (samples.length === 0) throw new EvalError('EVAL_CLIP_EMPTY', 'The clip has no samples.', { samples: 0 });
  let peak = 0;
  let notFinite = 0;
  let firstNotFinite = -1;
  for (let i = 0; i < samples.length; i += 1) {
    const level = Math.abs(samples[i]!);
    if (level > peak) peak = level;
    if (!Number.isFinite(level)) {
      notFinite += 1;
      if (firstNotFinite < 0) firstNotFinite = i;
    }
  }
  if (notFinite > 0) {
    throw new EvalError('EVAL_CLIP_NOT_FINITE', `The clip has ${notFinite} samples that are NaN or infinite, the first at ${firstNotFinite}.`, { index: firstNotFinite, count: notFinite });
  }
  const durationSec = samples.length / sampleRateHz;
  if (durationSec < MIN_CLIP_SEC) {
    throw new EvalError('EVAL_CLIP_TOO_SHORT', `The clip lasts ${durationSec.toFixed(3)} s; at least ${MIN_CLIP_SEC} s are needed.`, { durationSec, minSec: MIN_CLIP_SEC });
  }
  if (peak <= SILENT_PEAK) throw new EvalError('EVAL_CLIP_SILENT', `The clip is silent (peak ${peak}).`, { peak });
}

/** Checks the two arguments every measure takes; see {@link assertJudgeable} for the ranges and errors. */
export function assertAudioArguments(samples: Float32Array, sampleRateHz: number): void {
  if (!(samples instanceof Float32Array)) throw new TypeError(`samples must be a Float32Array, got ${Object.prototype.toString.call(samples)}`);
  if (!Number.isFinite(sampleRateHz) || sampleRateHz < 4000 || sampleRateHz > 384_000) {
    throw new RangeError(`sampleRateHz must be within 4000…384000, got ${sampleRateHz}`);
  }
}
