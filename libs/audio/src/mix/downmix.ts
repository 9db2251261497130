import { AudioError } from '../errors.js';
import { type PcmAudio } from '../pcm.js';

/** How several channels become one: their mean, or one of the first two as it is. */
export type DownmixMode = 'mean' | 'left' | 'right';

/** @throws {AudioError} AUDIO_OPTION_INVALID for another mode. */
export function assertDownmixMode(mode: DownmixMode): void {
  if (!['mean', 'left', 'right'].includes(mode)) throw new AudioError('AUDIO_OPTION_INVALID', `mode must be mean, left or right, got ${String(mode)}`);
}

/**
 * Makes one channel of many.
 * @param audio - One or more channels of one length.
 * @param mode - `mean` (default) never exceeds the loudest channel; `left` and `right` take channel 0 and 1 untouched (a mono file is both).
 * @returns A new array, shape `[samples]`; for `left`, `right` and mono a copy.
 * @throws {AudioError} AUDIO_EMPTY when there is no channel; AUDIO_OPTION_INVALID for another mode.
 */
export function downmix(audio: PcmAudio, mode: DownmixMode = 'mean'): Float32Array {
  const [first, second] = audio.channels;
  if (first === undefined) throw new AudioError('AUDIO_EMPTY', 'cannot mix down audio without channels');
  if (mode === 'left') return first.slice();
  if (mode === 'right') return (second ?? first).slice();
  assertDownmixMode(mode);
  const count = audio.channels.length;
  if (count === 1) return first.slice();
  const mono = new Float32Array(first.length);
  if (second !== undefined && count === 2) {
    for (let i = 0; i < mono.length; i++) mono[i] = (first[i]! + second[i]!) / 2;
    return mono;
  }
  for (let i = 0; i < mono.length; i++) {
    let sum = 0;
    for (let c = 0; c < count; c++) sum += audio.channels[c]![i]!;
    mono[i] = sum / count;
  }
  return mono;
}
