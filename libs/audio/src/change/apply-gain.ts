import { type PcmAudio } from '../pcm.js';
import { dbToAmplitude } from '../units.js';
import { assertChangeable, assertWithin, type Changed, type LevelFigures, withLevels } from './changed.js';

/** Loudest and quietest change taken for meant, dB. */
const MOST_GAIN_DB = 200;

/**
 * Makes audio louder or quieter. Nothing is clipped: `after.peakDbfs` says whether an integer format would.
 * @param gainDb - dB, ±200.
 * @throws {AudioError} AUDIO_OPTION_INVALID for a gain or audio that cannot be.
 */
export function applyGain(audio: PcmAudio, { gainDb }: { readonly gainDb: number }): Changed<LevelFigures> {
  assertChangeable(audio);
  assertWithin(gainDb, 'gainDb', -MOST_GAIN_DB, MOST_GAIN_DB);
  return withLevels(audio, scaled(audio.channels, dbToAmplitude(gainDb)));
}

/** All samples times a factor. */
export const scaled = (channels: readonly Float32Array[], factor: number): Float32Array[] => channels.map((channel) => channel.map((x) => x * factor));
