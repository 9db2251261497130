import { g711Values } from '../encode/g711.js';
import { type WavHeader } from './wav-header.js';

/** 2^31: the largest 32-bit integer sample is one step below +1.0. */
const FULL_SCALE_32 = 0x80000000;

/**
 * Decodes whole sample blocks into planar arrays.
 * @param bytes - Interleaved samples, a whole number of blocks.
 * @param header - How they are coded; `encoding` is not `other`.
 * @param channels - Written at `at`, one array per channel.
 * @param at - First sample index written.
 * @returns How many values were not finite numbers (0 was written for them), and the sample index of the first, counted from the first block.
 */
export function decodeWavBlocks(bytes: Uint8Array, header: WavHeader, channels: readonly Float32Array[], at: number): { readonly replaced: number; readonly first: number } {
  const count = channels.length;
  const samples = Math.floor(bytes.length / header.blockBytes);
  const width = header.containerBits / 8;
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let replaced = 0, first = Infinity;
  for (let c = 0; c < count; c++) {
    const out = channels[c]!;
    const step = header.blockBytes;
    let p = c * width;
    switch (header.codec) {
      case 'pcm_s16le':
        if (LITTLE_ENDIAN && step === 2 * count && bytes.byteOffset % 2 === 0) scale16(new Int16Array(bytes.buffer, bytes.byteOffset, samples * count), c, count, out.subarray(at, at + samples));
        else for (let i = 0; i < samples; i++, p += step) out[at + i] = (((bytes[p]! | (bytes[p + 1]! << 8)) << 16) >> 16) / 32768;
        break;
      case 'pcm_u8':
        for (let i = 0; i < samples; i++, p += step) out[at + i] = (bytes[p]! - 128) / 128;
        break;
      case 'pcm_s24le':
        for (let i = 0; i < samples; i++, p += step) {
          out[at + i] = ((bytes[p]! << 8) | (bytes[p + 1]! << 16) | (bytes[p + 2]! << 24)) / FULL_SCALE_32;
        }
        break;
      case 'pcm_s32le':
        for (let i = 0; i < samples; i++, p += step) out[at + i] = data.getInt32(p, true) / FULL_SCALE_32;
        break;
      case 'pcm_mulaw':
      case 'pcm_alaw': {
        const values = g711Values(header.encoding === 'mulaw' ? 'mulaw' : 'alaw');
        for (let i = 0; i < samples; i++, p += step) out[at + i] = values[bytes[p]!]! / 32768;
        break;
      }
      default: {
        const wide = header.containerBits === 64;
        for (let i = 0; i < samples; i++, p += step) {
          const value = wide ? Math.fround(data.getFloat64(p, true)) : data.getFloat32(p, true); // 1e39 is no float32
          if (Number.isFinite(value)) out[at + i] = value;
          else { out[at + i] = 0; replaced += 1; first = Math.min(first, i); }
        }
      }
    }
  }
  return { replaced, first };
}

const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** A loop of its own, over whole 16-bit numbers: engines compile it well. */
function scale16(values: Int16Array, from: number, step: number, out: Float32Array): void {
  for (let i = 0, p = from, samples = out.length; i < samples; i++, p += step) out[i] = values[p]! / 32768;
}
