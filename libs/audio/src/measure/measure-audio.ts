import { assertPositiveInteger } from '../pcm.js';
import { levelCurve } from '../slice/level-curve.js';
import { amplitudeToDb, dbToAmplitude, finiteOrNull } from '../units.js';
import { measureBandwidth } from './measure-bandwidth.js';
import { countClipped, measurePeak, measureRms } from './measure-level.js';
import { measureLoudness } from './measure-loudness.js';
import { measurePitch } from './measure-pitch.js';
import { measureSnr } from './measure-snr.js';
import { measureTruePeak } from './measure-true-peak.js';

/** Figures of one channel; null where a figure cannot be measured (silence, too short). Never NaN or infinite. */
export type AudioMeasurements = {
  /** Largest sample, dB re full scale 1.0. */
  readonly peakDbfs: number | null;
  /** Largest value between the samples, dB re full scale, 8 times oversampled. */
  readonly truePeakDbtp: number | null;
  /** RMS over everything, dBFS (a full-scale sine has −3). */
  readonly rmsDbfs: number | null;
  /** Integrated loudness, ITU-R BS.1770-5; needs 400 ms. */
  readonly loudnessLufs: number | null;
  /** Estimated from the pauses, dB. */
  readonly snrDb: number | null;
  /** Samples in flat runs near full scale, or beyond it. */
  readonly clippedSamples: number;
  /** Share of 10 ms hops below −40 dBFS (the slicer's default threshold), 0…1. */
  readonly silenceShare: number | null;
  /** Highest frequency with real sound, hertz. */
  readonly bandwidthHz: number | null;
  /** Median pitch of the voiced parts, hertz. */
  readonly f0MedianHz: number | null;
};

const SILENCE_DBFS = -40;

/**
 * Measures one channel.
 * @param samples - Nominal range −1…1; values that are not finite count as 0.
 * @param sampleRateHz - Its rate; a positive integer.
 * @throws {AudioError} AUDIO_OPTION_INVALID for a senseless rate.
 */
export function measureAudio(samples: Float32Array, sampleRateHz: number): AudioMeasurements {
  assertPositiveInteger(sampleRateHz, 'sampleRateHz');
  const clean = samples.every(Number.isFinite) ? samples : samples.map((x) => (Number.isFinite(x) ? x : 0));
  return {
    peakDbfs: finiteOrNull(amplitudeToDb(measurePeak(clean))),
    truePeakDbtp: finiteOrNull(amplitudeToDb(measureTruePeak(clean))),
    rmsDbfs: finiteOrNull(amplitudeToDb(measureRms(clean))),
    loudnessLufs: finiteOrNull(measureLoudness(clean, sampleRateHz)),
    snrDb: finiteOrNull(measureSnr(clean, sampleRateHz)),
    clippedSamples: countClipped(clean),
    silenceShare: finiteOrNull(measureSilence(clean, sampleRateHz)),
    bandwidthHz: finiteOrNull(measureBandwidth(clean, sampleRateHz)),
    f0MedianHz: finiteOrNull(measurePitch(clean, sampleRateHz)),
  };
}

/** NaN for no samples. */
function measureSilence(samples: Float32Array, sampleRateHz: number): number {
  const hop = Math.max(1, Math.round(sampleRateHz / 100));
  const levels = levelCurve(samples, Math.min(4 * hop, Math.max(1, samples.length)), hop);
  const threshold = dbToAmplitude(SILENCE_DBFS);
  let silent = 0;
  for (const level of levels) if (level < threshold) silent += 1;
  return samples.length === 0 ? NaN : silent / levels.length;
}
