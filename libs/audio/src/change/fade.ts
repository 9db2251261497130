import { AudioError } from '../errors.js';
import { type PcmAudio } from '../pcm.js';
import { assertChangeable, assertWithin, type Changed, type LevelFigures, withLevels } from './changed.js';

/** The gain over a fade's course x, 0…1: `x`; `(1 − cos πx) / 2`, smooth at both ends; `sin(πx/2)`, which keeps the power of two unrelated sounds that cross. */
export type FadeShape = 'linear' | 'cosine' | 'equal-power';

const SHAPES: Readonly<Record<FadeShape, (x: number) => number>> = {
  linear: (x) => x, cosine: (x) => 0.5 - 0.5 * Math.cos(Math.PI * x), 'equal-power': (x) => Math.sin((Math.PI * x) / 2),
};
const MOST_MS = 3_600_000;

/** Options of {@link fade}. */
export type FadeOptions = {
  /** Milliseconds; the first sample becomes 0. @default 10 */
  readonly inMs?: number | undefined;
  /** Milliseconds; the last sample becomes 0. @default 10 */
  readonly outMs?: number | undefined;
  /** @default 'cosine' */
  readonly shape?: FadeShape | undefined;
};

/**
 * Lets audio rise from silence and fall to it.
 * @throws {AudioError} AUDIO_OPTION_INVALID for another shape, or fades that together are longer than the audio.
 */
export function fade(audio: PcmAudio, { inMs = 10, outMs = 10, shape = 'cosine' }: FadeOptions = {}): Changed<LevelFigures> {
  assertChangeable(audio);
  assertWithin(inMs, 'inMs', 0, MOST_MS);
  assertWithin(outMs, 'outMs', 0, MOST_MS);
  const gain = SHAPES[shape] as ((x: number) => number) | undefined;
  if (gain === undefined) throw new AudioError('AUDIO_OPTION_INVALID', `shape must be one of ${Object.keys(SHAPES).join(', ')}, got ${String(shape)}`);
  const length = audio.channels[0]!.length, rise = Math.round((inMs * audio.sampleRateHz) / 1000), fall = Math.round((outMs * audio.sampleRateHz) / 1000);
  if (rise + fall > length) throw new AudioError('AUDIO_OPTION_INVALID', `the fades take ${rise + fall} samples, the audio has ${length}`, { samples: length });
  return withLevels(audio, audio.channels.map((channel) => {
    const out = channel.slice();
    for (let i = 0; i < rise; i++) out[i]! *= gain(i / rise);
    for (let i = 0; i < fall; i++) out[length - 1 - i]! *= gain(i / fall);
    return out;
  }));
}
