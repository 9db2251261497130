import { AudioError } from '../errors.js';
import { createHumMeter } from '../measure/hum-meter.js';
import { meanChannel } from '../measure/meter-part.js';
import { assertPositiveInteger, type PcmAudio } from '../pcm.js';
import { finiteOrNull } from '../units.js';
import { filterThrough, notchSection } from './biquad.js';
import { assertChangeable, assertWithin, type Changed, type LevelFigures, measureLevels } from './changed.js';

/** Options of {@link removeHum}. */
export type RemoveHumOptions = {
  /** Frequency of the mains, hertz. @default what is measured, 50 or 60 */
  readonly humHz?: number | undefined;
  /** Multiples of it that are notched, itself included; those above half the rate are left out. @default 6 */
  readonly harmonics?: number | undefined;
  /** Distance between the −3 dB points of each notch, hertz; wider ones settle sooner and take more of the voice. @default 2 */
  readonly widthHz?: number | undefined;
};

/** LevelFigures with the mains hum of the mean channel: `humHz` 50 or 60 and its `humDbfs`, null where none stands out. */
export type HumLevels = LevelFigures & { readonly humHz: number | null; readonly humDbfs: number | null };

/**
 * Takes out mains hum: notches at its frequency and multiples. Without `humHz`, audio in which no hum is measured comes back as it was.
 * @returns With `notchesHz`, the frequencies that were taken out.
 * @throws {AudioError} AUDIO_OPTION_INVALID.
 */
export function removeHum(audio: PcmAudio, { humHz, harmonics = 6, widthHz = 2 }: RemoveHumOptions = {}): Changed<HumLevels> & { readonly notchesHz: readonly number[] } {
  assertChangeable(audio);
  assertPositiveInteger(harmonics, 'harmonics');
  if (harmonics > MOST_HARMONICS) throw new AudioError('AUDIO_OPTION_INVALID', `harmonics must be at most ${MOST_HARMONICS}, got ${harmonics}`, { harmonics });
  if (humHz !== undefined) assertWithin(humHz, 'humHz', 10, audio.sampleRateHz * 0.49);
  assertWithin(widthHz, 'widthHz', 0.1, 20);
  const before = humLevels(audio), base = humHz ?? before.humHz;
  const notchesHz = base === null ? [] : Array.from({ length: harmonics }, (_, k) => base * (k + 1)).filter((hz) => hz < audio.sampleRateHz * 0.49);
  const sections = notchesHz.map((hz) => notchSection(hz, widthHz, audio.sampleRateHz));
  const channels = audio.channels.map((channel) => (sections.length === 0 ? channel.slice() : filterThrough(channel, sections)));
  return { sampleRateHz: audio.sampleRateHz, channels, before, after: humLevels({ ...audio, channels }), notchesHz };
}

const MOST_HARMONICS = 100;

function humLevels({ channels, sampleRateHz }: PcmAudio): HumLevels {
  const meter = createHumMeter(sampleRateHz);
  meter.push([meanChannel(channels)]);
  const { humHz, humDbfs } = meter.end();
  return { ...measureLevels(channels), humHz: finiteOrNull(humHz), humDbfs: finiteOrNull(humDbfs) };
}
