import { assertPositiveInteger } from '../pcm.js';
import { createLoudnessMeter, type Loudness } from './loudness-meter.js';

/**
 * Integrated, momentary and short-term loudness and loudness range (ITU-R BS.1770-5, EBU R 128, Tech 3341 and 3342).
 * @param audio - One channel, or channels of equal length, nominal range −1…1. Five are L R C Ls Rs, six L R C LFE Ls Rs; any other count weighs all alike.
 * @param sampleRateHz - A positive integer; below 4000 nothing can be measured.
 * @throws {AudioError} AUDIO_OPTION_INVALID for a senseless rate.
 */
export function analyzeLoudness(audio: Float32Array | readonly Float32Array[], sampleRateHz: number): Loudness {
  assertPositiveInteger(sampleRateHz, 'sampleRateHz');
  const channels = audio instanceof Float32Array ? [audio] : audio;
  const meter = createLoudnessMeter(sampleRateHz, channels.length);
  if (channels.length > 0) meter.push(channels);
  return meter.end();
}

/**
 * Integrated loudness of one channel (ITU-R BS.1770-5).
 * @returns LUFS; `-Infinity` when every block is gated out; NaN below 400 ms or 4 kHz.
 */
export function measureLoudness(samples: Float32Array, sampleRateHz: number): number {
  return analyzeLoudness(samples, sampleRateHz).integratedLufs;
}
