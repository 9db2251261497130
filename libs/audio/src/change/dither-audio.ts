import { createDither } from '../encode/dither.js';
import { quantize } from '../encode/quantize.js';
import { AudioError } from '../errors.js';
import { type PcmAudio } from '../pcm.js';
import { assertChangeable, type Changed, type LevelFigures, withLevels } from './changed.js';

/**
 * Rounds audio to integers of so many bits with triangular dither, as a float signal: what an encoder without dither then keeps exactly.
 * @param bits - 8 to 24, a whole number.
 * @param seed - The same seed gives the same noise. @default 0
 * @throws {AudioError} AUDIO_OPTION_INVALID.
 */
export function dither(audio: PcmAudio, { bits, seed = 0 }: { readonly bits: number; readonly seed?: number | undefined }): Changed<LevelFigures> {
  assertChangeable(audio);
  if (!Number.isInteger(bits) || bits < 8 || bits > 24) throw new AudioError('AUDIO_OPTION_INVALID', `bits must be a whole number from 8 to 24, got ${bits}`, { bits });
  if (!Number.isInteger(seed)) throw new AudioError('AUDIO_OPTION_INVALID', `seed must be an integer, got ${seed}`, { seed });
  const scale = 2 ** (1 - bits);
  return withLevels(audio, audio.channels.map((channel, c) => {
    const integers = new Int32Array(channel.length);
    quantize(channel, 0, channel.length, bits, createDither(seed, c), integers, { clipped: 0, notNumbers: 0 });
    return Float32Array.from(integers, (x) => x * scale);
  }));
}
