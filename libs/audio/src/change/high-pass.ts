import { AudioError } from '../errors.js';
import { type PcmAudio } from '../pcm.js';
import { filterThrough, highPassSection } from './biquad.js';
import { assertChangeable, assertWithin, type Changed, type LevelFigures, withLevels } from './changed.js';

/** Options of {@link highPass}. */
export type HighPassOptions = {
  /** Where the level has fallen by 3 dB, hertz; below half the rate. @default 80 */
  readonly cutoffHz?: number | undefined;
  /** 2, 4, 6 or 8: the level falls by 6 dB an octave for each. @default 4 */
  readonly order?: number | undefined;
};

/**
 * Takes out rumble and offset: a Butterworth high-pass (S. Butterworth, "On the Theory of Filter Amplifiers", 1930) in second-order sections, whose quality factors are
 * 1 / (2 cos θ) for the angles θ of its poles. It delays what lies near the cut-off by a few milliseconds, and the rest not.
 * @throws {AudioError} AUDIO_OPTION_INVALID.
 */
export function highPass(audio: PcmAudio, { cutoffHz = 80, order = 4 }: HighPassOptions = {}): Changed<LevelFigures> {
  assertChangeable(audio);
  assertWithin(cutoffHz, 'cutoffHz', 1, audio.sampleRateHz * 0.49);
  if (![2, 4, 6, 8].includes(order)) throw new AudioError('AUDIO_OPTION_INVALID', `order must be 2, 4, 6 or 8, got ${order}`, { order });
  const sections = Array.from({ length: order / 2 }, (_, k) => highPassSection(cutoffHz, 1 / (2 * Math.cos((Math.PI * (2 * k + 1)) / (2 * order))), audio.sampleRateHz));
  return withLevels(audio, audio.channels.map((channel) => filterThrough(channel, sections)));
}
