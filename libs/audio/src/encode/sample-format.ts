import { AudioError } from '../errors.js';
import { createDither, type Dither } from './dither.js';
import { g711Codes } from './g711.js';
import { loadQuantizeKernel, quantize16 } from './quantize-16.js';
import { quantize, type QuantizeCounts } from './quantize.js';

/** How samples are stored: integers of 8 (offset by 128), 16 and 24 bits, 32-bit float as they are, or ITU-T G.711 codes. */
export type WavSampleFormat = 'pcm8' | 'pcm16' | 'pcm24' | 'float32' | 'mulaw' | 'alaw';

/** Bytes a sample, bits that are rounded to, and the format tag (Microsoft mmreg.h). */
export const SAMPLE_FORMATS: Readonly<Record<WavSampleFormat, { readonly bytes: number; readonly bits: number; readonly tag: number }>> = {
  pcm8: { bytes: 1, bits: 8, tag: 1 }, pcm16: { bytes: 2, bits: 16, tag: 1 }, pcm24: { bytes: 3, bits: 24, tag: 1 },
  float32: { bytes: 4, bits: 32, tag: 3 }, mulaw: { bytes: 1, bits: 16, tag: 7 }, alaw: { bytes: 1, bits: 16, tag: 6 },
};

const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Samples rounded at a time: they stay in the cache. */
const PIECE = 8192;

/** Writes planar samples interleaved; keeps the dither's place between blocks. */
export type SampleWriter = {
  readonly counts: Readonly<QuantizeCounts>;
  /** Writes all samples of a block at a byte offset. */
  write(block: readonly Float32Array[], bytes: Uint8Array, at: number): void;
};

/** Checks the rate, the channels and a dither's seed as all encoders take them. @throws {AudioError} AUDIO_OPTION_INVALID. */
export function assertDitherSeed(seed: number | undefined): void {
  if (seed !== undefined && !Number.isInteger(seed)) throw new AudioError('AUDIO_OPTION_INVALID', `ditherSeed must be an integer, got ${seed}`, { ditherSeed: seed });
}

/** Dithers of all channels; null without a seed. */
export const createDithers = (channels: number, seed: number | undefined): readonly (Dither | null)[] =>
  Array.from({ length: channels }, (_, c) => (seed === undefined ? null : createDither(seed, c)));

/** @throws {AudioError} AUDIO_OPTION_INVALID for another format or a seed that is no integer. */
export function createSampleWriter(format: WavSampleFormat, channels: number, ditherSeed?: number): SampleWriter {
  const known = SAMPLE_FORMATS[format] as (typeof SAMPLE_FORMATS)[WavSampleFormat] | undefined;
  if (known === undefined) throw new AudioError('AUDIO_OPTION_INVALID', `format must be one of ${Object.keys(SAMPLE_FORMATS).join(', ')}, got ${String(format)}`);
  assertDitherSeed(ditherSeed);
  const dithers = createDithers(channels, ditherSeed), scratch = new Int32Array(PIECE), counts = { clipped: 0, notNumbers: 0 };
  const step = known.bytes * channels, codes = format === 'mulaw' || format === 'alaw' ? g711Codes(format) : null;
  const kernel = format === 'pcm16' ? loadQuantizeKernel() : null;
  return {
    counts,
    write(block, bytes, at) {
      const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      block.forEach((channel, c) => {
        const start = at + c * known.bytes;
        if (format === 'float32') { packFloat(channel, data, start, step); return; }
        for (let from = 0; from < channel.length; from += PIECE) {
          const count = Math.min(PIECE, channel.length - from), p = start + from * step;
          if (kernel !== null && dithers[c] === null) { place16(quantize16(channel, from, from + count, counts, kernel), bytes, data, p, step); continue; }
          quantize(channel, from, from + count, known.bits, dithers[c]!, scratch, counts);
          if (codes !== null) packCodes(scratch, count, codes, bytes, p, step);
          else if (known.bytes === 2) pack16(scratch, count, data, p, step);
          else if (known.bytes === 1) pack8(scratch, count, bytes, p, step);
          else pack24(scratch, count, bytes, p, step);
        }
      });
    },
  };
}

/** Loops of their own: engines compile them well. */
function packFloat(samples: Float32Array, data: DataView, at: number, step: number): void {
  for (let i = 0, p = at; i < samples.length; i++, p += step) data.setFloat32(p, samples[i]!, true);
}
/** Little-endian integers as they are; copied at once where they lie together. */
function place16(values: Int16Array, bytes: Uint8Array, data: DataView, at: number, step: number): void {
  if (LITTLE_ENDIAN && step === 2) bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
  else for (let i = 0, p = at; i < values.length; i++, p += step) data.setInt16(p, values[i]!, true);
}
function pack16(values: Int32Array, count: number, data: DataView, at: number, step: number): void {
  for (let i = 0, p = at; i < count; i++, p += step) data.setInt16(p, values[i]!, true);
}
function pack24(values: Int32Array, count: number, bytes: Uint8Array, at: number, step: number): void {
  for (let i = 0, p = at; i < count; i++, p += step) { const value = values[i]!; bytes[p] = value; bytes[p + 1] = value >> 8; bytes[p + 2] = value >> 16; }
}
function pack8(values: Int32Array, count: number, bytes: Uint8Array, at: number, step: number): void {
  for (let i = 0, p = at; i < count; i++, p += step) bytes[p] = values[i]! + 128;
}
function packCodes(values: Int32Array, count: number, codes: Uint8Array, bytes: Uint8Array, at: number, step: number): void {
  for (let i = 0, p = at; i < count; i++, p += step) bytes[p] = codes[values[i]! + 32768]!;
}
