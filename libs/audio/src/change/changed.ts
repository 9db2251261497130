import { AudioError } from '../errors.js';
import { createLevelMeter } from '../measure/level-meter.js';
import { assertPositiveInteger, type PcmAudio } from '../pcm.js';
import { amplitudeToDb, finiteOrNull, powerToDb } from '../units.js';

/** Changed audio, always in new arrays, with what was measured before and after. */
export type Changed<Figures> = PcmAudio & { readonly before: Figures; readonly after: Figures };

/** LevelFigures over all channels; null in silence. */
export type LevelFigures = {
  /** Largest sample, dB re full scale 1.0; above 0 it will be clipped where integers are written. */
  readonly peakDbfs: number | null;
  /** RMS over everything, dBFS. */
  readonly rmsDbfs: number | null;
};

/** @throws {AudioError} AUDIO_OPTION_INVALID for a senseless rate, no channel, channels of different lengths, or a sample that is no finite number (a filter would spread it). */
export function assertChangeable({ sampleRateHz, channels }: PcmAudio): void {
  assertPositiveInteger(sampleRateHz, 'sampleRateHz');
  const length = channels[0]?.length;
  if (length === undefined) throw new AudioError('AUDIO_OPTION_INVALID', 'audio to change needs at least one channel');
  channels.forEach((channel, c) => {
    if (channel.length !== length) throw new AudioError('AUDIO_OPTION_INVALID', 'all channels must have the same length');
    for (let i = 0; i < length; i++) if (!Number.isFinite(channel[i]!)) throw new AudioError('AUDIO_OPTION_INVALID', `sample ${i} of channel ${c} is ${channel[i]!}, not a finite number`, { sample: i, channel: c });
  });
}

/** @throws {AudioError} AUDIO_OPTION_INVALID unless `from ≤ value ≤ to`. */
export function assertWithin(value: number, name: string, from: number, to: number): void {
  if (!(value >= from && value <= to)) throw new AudioError('AUDIO_OPTION_INVALID', `${name} must be between ${from} and ${to}, got ${value}`, { [name]: value });
}

export function measureLevels(channels: readonly Float32Array[]): LevelFigures {
  const meter = createLevelMeter(channels.length);
  meter.push(channels);
  const { peak, power } = meter.end();
  return { peakDbfs: finiteOrNull(amplitudeToDb(peak)), rmsDbfs: finiteOrNull(powerToDb(power)) };
}

/** Puts changed channels together with the levels of both. */
export function withLevels(audio: PcmAudio, channels: readonly Float32Array[], sampleRateHz = audio.sampleRateHz): Changed<LevelFigures> {
  return { sampleRateHz, channels, before: measureLevels(audio.channels), after: measureLevels(channels) };
}
