import { type AudioMeasurements, createMeterOf } from './create-meter.js';

/**
 * Measures a clip: one channel, or several of equal length.
 * @param audio - Nominal range −1…1; values that are not finite count as 0.
 * @param sampleRateHz - Its rate; a positive integer.
 * @throws {AudioError} AUDIO_OPTION_INVALID for a senseless rate, no channel, or channels of different lengths.
 */
export function measureAudio(audio: Float32Array | readonly Float32Array[], sampleRateHz: number): AudioMeasurements {
  const channels = audio instanceof Float32Array ? [audio] : audio;
  const meter = createMeterOf(sampleRateHz, channels.length, true);
  meter.push(channels);
  return meter.end();
}
