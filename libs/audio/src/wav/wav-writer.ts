import { assertShape, MOST_WAV_CHANNELS } from '../encode/assert-encodable.js';
import { type AudioWriter, type BlockEncoder, createAudioWriter } from '../encode/audio-writer.js';
import { createSampleWriter, SAMPLE_FORMATS } from '../encode/sample-format.js';
import { openFileSink } from '../file/file-sink.js';
import { type EncodeWavOptions } from './encode-wav.js';
import { formatWavChunks } from './format-wav-chunks.js';
import { formatWavHead, wavDataBytes } from './wav-head.js';

/** Options of {@link openWavWriter}. */
export type WavWriterOptions = EncodeWavOptions & {
  /** Hertz; a positive integer. */
  readonly sampleRateHz: number;
  /** Channels of every block; a positive integer. */
  readonly channels: number;
};

/** A WAV encoder by blocks. @throws {AudioError} AUDIO_OPTION_INVALID. */
export function createWavEncoder({ sampleRateHz, channels, format = 'pcm16', ditherSeed, metadata }: WavWriterOptions): BlockEncoder {
  assertShape({ sampleRateHz, channels }, MOST_WAV_CHANNELS);
  const writer = createSampleWriter(format, channels, ditherSeed);
  const content = { sampleRateHz, channels, format, chunks: metadata && formatWavChunks(metadata), reserve: true };
  const step = SAMPLE_FORMATS[format].bytes * channels;
  return {
    channels, counts: writer.counts, head: formatWavHead({ ...content, samples: 0 }),
    encode(block) {
      const bytes = new Uint8Array(block[0]!.length * step);
      writer.write(block, bytes, 0);
      return bytes;
    },
    finish: (samples) => ({ tail: new Uint8Array(wavDataBytes({ ...content, samples }) % 2), head: formatWavHead({ ...content, samples }) }),
  };
}

/**
 * Opens a WAV file for writing block by block, in constant memory: samples equal those of {@link encodeWav}, however they are cut into blocks. It is written under a
 * temporary name beside `path` and gets its name when closed. Beyond 4 GiB it becomes an RF64 file (EBU Tech 3306), for whose sizes every file has room in its head.
 * @throws {AudioError} AUDIO_OPTION_INVALID; AUDIO_UNWRITABLE, also from the writer's functions.
 */
export async function openWavWriter(path: string, options: WavWriterOptions): Promise<AudioWriter> {
  const encoder = createWavEncoder(options);
  return createAudioWriter(encoder, await openFileSink(path));
}
