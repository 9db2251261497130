import { assertEncodable } from '../encode/assert-encodable.js';
import { createSampleWriter, type WavSampleFormat } from '../encode/sample-format.js';
import { AudioError } from '../errors.js';
import { type PcmAudio } from '../pcm.js';
import { formatWavChunks } from './format-wav-chunks.js';
import { formatWavHead, MOST_RIFF_BYTES, wavDataBytes } from './wav-head.js';
import { type WavMetadata } from './wav-metadata.js';

/** Options of {@link encodeWav}. */
export type EncodeWavOptions = {
  /** @default 'pcm16' */
  readonly format?: WavSampleFormat | undefined;
  /** Adds triangular noise of ±1 step before rounding, from this seed. @default none: no dither */
  readonly ditherSeed?: number | undefined;
  /** Texts, broadcast extension and cue points, in chunks before the samples. @default none */
  readonly metadata?: WavMetadata | undefined;
};

/**
 * Encodes a WAV file: a header, chunks of metadata where there are any, and interleaved samples; the same audio and options give the same bytes.
 * Integers are rounded half up after scaling by 2^(bits−1) and clamped to their range; NaN becomes 0.
 * @param audio - At least one channel, all of one length; zero samples are allowed.
 * @returns The whole file.
 * @throws {AudioError} AUDIO_OPTION_INVALID for another format, no channel, unequal channels, metadata that does not fit, or more than 4 GiB ({@link openWavWriter} writes those).
 */
export function encodeWav(audio: PcmAudio, { format = 'pcm16', ditherSeed, metadata }: EncodeWavOptions = {}): Uint8Array {
  const { samples, channels, sampleRateHz } = assertEncodable(audio);
  const writer = createSampleWriter(format, channels, ditherSeed);
  const content = { sampleRateHz, channels, format, samples, chunks: metadata && formatWavChunks(metadata) };
  const head = formatWavHead(content), dataBytes = wavDataBytes(content), total = head.length + dataBytes + (dataBytes % 2);
  if (total - 8 > MOST_RIFF_BYTES) throw new AudioError('AUDIO_OPTION_INVALID', `${dataBytes} bytes of audio do not fit one array; write them with openWavWriter`, { dataBytes });
  const bytes = new Uint8Array(total);
  bytes.set(head);
  writer.write(audio.channels, bytes, head.length);
  return bytes;
}
