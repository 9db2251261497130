import { AudioError } from '../errors.js';
import { assertPositiveInteger, describeLengths, type PcmAudio } from '../pcm.js';

/** Counts that an encoder needs. @throws {AudioError} AUDIO_OPTION_INVALID for a senseless rate, no channel, too many, or channels of different lengths. */
export function assertEncodable(audio: PcmAudio, mostChannels = MOST_WAV_CHANNELS): { readonly sampleRateHz: number; readonly channels: number; readonly samples: number } {
  const { channels, sampleRateHz } = audio, samples = channels[0]?.length;
  if (samples === undefined) throw new AudioError('AUDIO_OPTION_INVALID', 'audio to encode needs at least one channel');
  assertShape({ sampleRateHz, channels: channels.length }, mostChannels);
  if (channels.some((channel) => channel.length !== samples)) throw new AudioError('AUDIO_OPTION_INVALID', 'all channels must have the same length');
  return { sampleRateHz, channels: channels.length, samples };
}

/** What {@link parseWavHeader} takes for true, and so what is written. */
export const MOST_WAV_CHANNELS = 1024;
export const MOST_RATE_HZ = 10_000_000;

/** @throws {AudioError} AUDIO_OPTION_INVALID for a senseless rate or number of channels. */
export function assertShape({ sampleRateHz, channels }: { readonly sampleRateHz: number; readonly channels: number }, mostChannels: number, mostRateHz = MOST_RATE_HZ): void {
  assertPositiveInteger(sampleRateHz, 'sampleRateHz');
  assertPositiveInteger(channels, 'channels');
  if (sampleRateHz > mostRateHz) throw new AudioError('AUDIO_OPTION_INVALID', `sampleRateHz must be at most ${mostRateHz}, got ${sampleRateHz}`, { sampleRateHz });
  if (channels > mostChannels) throw new AudioError('AUDIO_OPTION_INVALID', `channels must be at most ${mostChannels}, got ${channels}`, { channels });
}

/** @throws {AudioError} AUDIO_OPTION_INVALID unless a block has the channels promised, all of one length. */
export function assertBlock(block: readonly Float32Array[], channels: number): void {
  if (block.length !== channels || block.some((channel) => channel.length !== block[0]!.length)) {
    throw new AudioError('AUDIO_OPTION_INVALID', `block must have ${channels} channels of equal length, got ${describeLengths(block)}`, { channels });
  }
}
