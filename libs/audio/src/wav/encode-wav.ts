import { AudioError } from '../errors.js';
import { assertPositiveInteger, type PcmAudio } from '../pcm.js';

/** How samples are stored: 16-bit (default) and 24-bit integers, or 32-bit float as they are. */
export type WavSampleFormat = 'pcm16' | 'pcm24' | 'float32';

const WIDTHS: Readonly<Record<WavSampleFormat, number>> = { pcm16: 2, pcm24: 3, float32: 4 };
/** A RIFF size field holds 32 bits. */
const MOST_BYTES = 0xffffffff;

/**
 * Encodes a WAV file: a 44-byte header and interleaved samples; the same audio gives the same bytes.
 * Integers are rounded half up after scaling by 2^(bits−1) and clamped to their range; NaN becomes 0. No dither.
 * @param audio - At least one channel, all of one length; zero samples are allowed.
 * @returns The whole file.
 * @throws {AudioError} AUDIO_OPTION_INVALID for another format, no channel, unequal channels, or more than 4 GiB.
 */
export function encodeWav(audio: PcmAudio, { format = 'pcm16' }: { readonly format?: WavSampleFormat } = {}): Uint8Array {
  const width = WIDTHS[format] as number | undefined;
  if (width === undefined) throw new AudioError('AUDIO_OPTION_INVALID', `format must be pcm16, pcm24 or float32, got ${String(format)}`);
  assertPositiveInteger(audio.sampleRateHz, 'sampleRateHz');
  const { channels, sampleRateHz } = audio;
  const samples = channels[0]?.length;
  if (samples === undefined) throw new AudioError('AUDIO_OPTION_INVALID', 'audio to encode needs at least one channel');
  if (channels.some((channel) => channel.length !== samples)) throw new AudioError('AUDIO_OPTION_INVALID', 'all channels must have the same length');
  const blockBytes = width * channels.length;
  const dataBytes = samples * blockBytes;
  const total = 44 + dataBytes + (dataBytes % 2);
  if (total - 8 > MOST_BYTES) throw new AudioError('AUDIO_OPTION_INVALID', `${dataBytes} bytes of audio do not fit one WAV file`, { dataBytes });

  const bytes = new Uint8Array(total);
  const data = new DataView(bytes.buffer);
  const ascii = (at: number, word: string): void => bytes.set([...word].map((letter) => letter.charCodeAt(0)), at);
  ascii(0, 'RIFF'); data.setUint32(4, total - 8, true); ascii(8, 'WAVEfmt ');
  data.setUint32(16, 16, true); data.setUint16(20, format === 'float32' ? 3 : 1, true); data.setUint16(22, channels.length, true);
  data.setUint32(24, sampleRateHz, true); data.setUint32(28, sampleRateHz * blockBytes, true);
  data.setUint16(32, blockBytes, true); data.setUint16(34, width * 8, true);
  ascii(36, 'data'); data.setUint32(40, dataBytes, true);
  channels.forEach((channel, c) => writeChannel(data, channel, 44 + c * width, blockBytes, format));
  return bytes;
}

function writeChannel(data: DataView, samples: Float32Array, at: number, step: number, format: WavSampleFormat): void {
  let p = at;
  if (format === 'float32') {
    for (let i = 0; i < samples.length; i++, p += step) data.setFloat32(p, samples[i]!, true);
  } else if (format === 'pcm16') {
    for (let i = 0; i < samples.length; i++, p += step) data.setInt16(p, quantize(samples[i]!, 32768), true);
  } else {
    for (let i = 0; i < samples.length; i++, p += step) {
      const value = quantize(samples[i]!, 8388608);
      data.setUint16(p, value & 0xffff, true);
      data.setInt8(p + 2, value >> 16);
    }
  }
}

function quantize(sample: number, scale: number): number {
  const value = Math.round(sample * scale);
  if (value >= scale) return scale - 1;
  if (value < -scale) return -scale;
  return value === value ? value : 0;
}
