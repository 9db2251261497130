import { AudioError } from './errors.js';

/** Decoded audio: planar samples, nominally −1…1; every channel has the same length. */
export type PcmAudio = {
  /** Samples per second of each channel, hertz; a positive integer. */
  readonly sampleRateHz: number;
  /** One array per channel, shape `[channels][samples]`. */
  readonly channels: readonly Float32Array[];
};

/** A half-open range `[start, end)` of sample indices. */
export type SampleRange = {
  /** First sample inside. */
  readonly start: number;
  /** First sample after. */
  readonly end: number;
};

/** What a file's headers say. */
export type AudioProbe = {
  /** Container by content: `wav`, `mp3`, `flac`, `m4a`, `ogg`, `aac`, `aiff`, `webm`, `asf`, `caf`, `amr`, `au`, `w64`. */
  readonly container: string;
  /** Codec in ffmpeg's words where it has one: `pcm_s16le`, `pcm_mulaw`, `mp3`, `flac`, `aac`, `opus` … */
  readonly codec: string;
  /** Hertz. */
  readonly sampleRateHz: number;
  readonly channels: number;
  /** Seconds; null when the headers do not tell. */
  readonly durationSec: number | null;
  /** Bits per sample of lossless formats; null for lossy ones. */
  readonly bitsPerSample: number | null;
};

/** Throws AUDIO_OPTION_INVALID unless `value` is a positive integer. */
export function assertPositiveInteger(value: number, name: string): void {
  if (!Number.isInteger(value) || value <= 0) {
    throw new AudioError('AUDIO_OPTION_INVALID', `${name} must be a positive integer, got ${value}`, { [name]: value });
  }
}

/** The lengths of a block's channels, for messages: the first eight; of one channel that was given in place of an array of channels, what it is. */
export function describeLengths(block: readonly Float32Array[]): string {
  if (ArrayBuffer.isView(block)) return `one ${(block as object).constructor.name}, not an array of channels`;
  return `lengths [${block.slice(0, 8).map((channel) => channel.length).join(', ')}${block.length > 8 ? `, … (${block.length} channels)` : ''}]`;
}
