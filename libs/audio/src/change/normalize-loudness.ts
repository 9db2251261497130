import { AudioError } from '../errors.js';
import { createTruePeakMeter } from '../measure/true-peak-meter.js';
import { analyzeLoudness } from '../measure/measure-loudness.js';
import { type PcmAudio } from '../pcm.js';
import { amplitudeToDb, dbToAmplitude, finiteOrNull } from '../units.js';
import { scaled } from './apply-gain.js';
import { assertChangeable, assertWithin, type Changed } from './changed.js';
import { limitTruePeak } from './limit-true-peak.js';

/** Programme loudness and largest true peak of EBU R 128 (2023), h and l. */
const TARGET_LUFS = -23, MOST_TRUE_PEAK_DBTP = -1;
/** Limiting takes loudness away, so the gain is mended until the target is this near, at most so many times. */
const NEAR_LU = 0.03, MOST_ROUNDS = 12;
/** Left below the limit for what an interpolation of another length may find (BS.1770-5 Annex 2: 8 points a sample miss at most 0.17 dB). */
const MARGIN_DB = 0.2;

/** Options of {@link normalizeLoudness}. */
export type NormalizeLoudnessOptions = {
  /** Integrated loudness to reach, LUFS, −70…0. @default -23 */
  readonly targetLufs?: number | undefined;
  /** The true peak never exceeds this, dBTP, −60…0. @default -1 */
  readonly maxTruePeakDbtp?: number | undefined;
  /** What gives way where both cannot be had by gain alone: `limit` turns peaks down for some milliseconds, `quieter` stays below the target. @default 'limit' */
  readonly peaks?: 'limit' | 'quieter' | undefined;
};

/** Integrated loudness of all channels together, and the largest true peak of any. */
export type LoudnessFigures = { readonly loudnessLufs: number | null; readonly truePeakDbtp: number | null };

/**
 * Brings audio to a loudness (ITU-R BS.1770-5) without its true peak exceeding a limit.
 * @returns With `gainDb`, that of the whole, and `limitedDb`, by how much the loudest peak was turned down beyond it. `after` is measured: where peaks far above the rest leave the target out of reach, it says so.
 * @throws {AudioError} AUDIO_OPTION_INVALID; AUDIO_EMPTY when no loudness can be measured: silence, less than 400 ms, or a rate below 4 kHz.
 */
export function normalizeLoudness(audio: PcmAudio, { targetLufs = TARGET_LUFS, maxTruePeakDbtp = MOST_TRUE_PEAK_DBTP, peaks = 'limit' }: NormalizeLoudnessOptions = {}): Changed<LoudnessFigures> & { readonly gainDb: number; readonly limitedDb: number } {
  assertChangeable(audio);
  assertWithin(targetLufs, 'targetLufs', -70, 0);
  assertWithin(maxTruePeakDbtp, 'maxTruePeakDbtp', -60, 0);
  if (peaks !== 'limit' && peaks !== 'quieter') throw new AudioError('AUDIO_OPTION_INVALID', `peaks must be limit or quieter, got ${String(peaks)}`);
  const { sampleRateHz } = audio, before = loudnessFigures(audio.channels, sampleRateHz);
  if (before.loudnessLufs === null || before.truePeakDbtp === null) throw new AudioError('AUDIO_EMPTY', 'the loudness of this audio cannot be measured: it is silent, shorter than 400 ms, or below 4 kHz');
  const done = (channels: Float32Array[], gainDb: number, limitedDb: number): ReturnType<typeof normalizeLoudness> =>
    ({ sampleRateHz, channels, before, after: loudnessFigures(channels, sampleRateHz), gainDb, limitedDb });

  const most = maxTruePeakDbtp - MARGIN_DB, wanted = targetLufs - before.loudnessLufs, room = most - before.truePeakDbtp;
  if (wanted <= room) return done(scaled(audio.channels, dbToAmplitude(wanted)), wanted, 0);
  if (peaks === 'quieter') return done(scaled(audio.channels, dbToAmplitude(room)), room, 0);

  let gainDb = wanted, ceilingDb = most, best: { channels: Float32Array[]; gainDb: number; lowestGain: number; missLu: number } | null = null;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const { channels, lowestGain } = limitTruePeak(scaled(audio.channels, dbToAmplitude(gainDb)), sampleRateHz, dbToAmplitude(ceilingDb));
    const { loudnessLufs, truePeakDbtp } = loudnessFigures(channels, sampleRateHz);
    if (truePeakDbtp! > most) { ceilingDb -= truePeakDbtp! - most + 0.01; continue; } // the moving gain itself moved a peak
    const missLu = targetLufs - loudnessLufs!;
    if (best === null || Math.abs(missLu) < Math.abs(best.missLu)) best = { channels, gainDb, lowestGain, missLu };
    if (Math.abs(missLu) <= NEAR_LU) break;
    gainDb += missLu;
  }
  if (best === null) return done(scaled(audio.channels, dbToAmplitude(room)), room, 0);
  return done(best.channels, best.gainDb, -amplitudeToDb(best.lowestGain));
}

function loudnessFigures(channels: readonly Float32Array[], sampleRateHz: number): LoudnessFigures {
  const meter = createTruePeakMeter(channels.length);
  meter.push(channels);
  return { loudnessLufs: finiteOrNull(analyzeLoudness(channels, sampleRateHz).integratedLufs), truePeakDbtp: finiteOrNull(amplitudeToDb(meter.end())) };
}
