import { assertEncodable, MOST_WAV_CHANNELS } from '../encode/assert-encodable.js';
import { type AudioWriter, createAudioWriter } from '../encode/audio-writer.js';
import { openFileSink } from '../file/file-sink.js';
import { type PcmAudio } from '../pcm.js';
import { createFlacEncoder, type EncodeFlacOptions, joinBytes } from './flac-encoder.js';

/**
 * Encodes a FLAC file (RFC 9639, streamable subset): fixed and linear prediction, Rice partitions, joint stereo, an MD5 of the samples, the length in the head. Lossless for what
 * was rounded to 16 or 24 bits, as {@link encodeWav} rounds; the same audio and options give the same bytes.
 * @param audio - 1 to 8 channels of one length; zero samples are allowed.
 * @returns The whole file.
 * @throws {AudioError} AUDIO_OPTION_INVALID for other bits, a rate over 1 048 575 Hz, no or over 8 channels, unequal ones, or tags that do not fit.
 */
export function encodeFlac(audio: PcmAudio, options: EncodeFlacOptions = {}): Uint8Array {
  const { sampleRateHz, channels, samples } = assertEncodable(audio, MOST_WAV_CHANNELS);
  const encoder = createFlacEncoder({ ...options, sampleRateHz, channels });
  const body = encoder.encode(audio.channels), { tail, head } = encoder.finish(samples);
  return joinBytes([head, body, tail]);
}

/** Options of {@link openFlacWriter}. */
export type FlacWriterOptions = EncodeFlacOptions & {
  /** Hertz; a positive integer up to 1 048 575. */
  readonly sampleRateHz: number;
  /** Channels of every block, 1 to 8. */
  readonly channels: number;
};

/**
 * Opens a FLAC file for writing block by block, in constant memory: the bytes equal those of {@link encodeFlac}, however the samples are cut into blocks. It is written
 * under a temporary name beside `path` and gets its name when closed.
 * @throws {AudioError} AUDIO_OPTION_INVALID; AUDIO_UNWRITABLE, also from the writer's functions.
 */
export async function openFlacWriter(path: string, options: FlacWriterOptions): Promise<AudioWriter> {
  const encoder = createFlacEncoder(options);
  return createAudioWriter(encoder, await openFileSink(path));
}
