import { createHash } from 'node:crypto';
import { assertShape } from '../encode/assert-encodable.js';
import { type BlockEncoder } from '../encode/audio-writer.js';
import { assertDitherSeed, createDithers } from '../encode/sample-format.js';
import { quantize } from '../encode/quantize.js';
import { AudioError } from '../errors.js';
import { BitWriter } from './bit-writer.js';
import { encodeFlacFrame } from './encode-frame.js';

/** Samples of a frame: what flac's presets take, and the streamable subset allows at any rate (RFC 9639 §7). */
const BLOCK_SAMPLES = 4096;
/** Most that STREAMINFO holds: 3 bits of channels, 20 bits of rate, 24 bits of a frame's size, 36 bits of samples. */
const MOST_CHANNELS = 8, MOST_RATE_HZ = 1_048_575, MOST_SAMPLES = 2 ** 36 - 1;
const STREAMINFO_BYTES = 34, COMMENT_BLOCK = 4;
/** Written into each file's comment. */
const VENDOR = 'voxtune';
/** Names of comments: printable ASCII but the equals sign (RFC 9639 §8.6). */
const TAG_NAME = /^[ -<>-}]+$/;

/** Options of the FLAC encoder. */
export type EncodeFlacOptions = {
  /** @default 16 */
  readonly bitsPerSample?: 16 | 24 | undefined;
  /** Adds triangular noise of ±1 step before rounding, from this seed. @default none: no dither */
  readonly ditherSeed?: number | undefined;
  /** Comments by name: `TITLE`, `ARTIST`, `DATE` … @default none */
  readonly tags?: Readonly<Record<string, string>> | undefined;
};

/** A FLAC encoder by blocks (RFC 9639). @throws {AudioError} AUDIO_OPTION_INVALID. */
export function createFlacEncoder({ sampleRateHz, channels, bitsPerSample = 16, ditherSeed, tags = {} }: EncodeFlacOptions & { readonly sampleRateHz: number; readonly channels: number }): BlockEncoder {
  assertShape({ sampleRateHz, channels }, MOST_CHANNELS, MOST_RATE_HZ);
  if (bitsPerSample !== 16 && bitsPerSample !== 24) throw new AudioError('AUDIO_OPTION_INVALID', `bitsPerSample must be 16 or 24, got ${String(bitsPerSample)}`);
  assertDitherSeed(ditherSeed);
  const comment = commentBlock(tags), dithers = createDithers(channels, ditherSeed), counts = { clipped: 0, notNumbers: 0 };
  const planes = Array.from({ length: channels }, () => new Int32Array(BLOCK_SAMPLES)), writer = new BitWriter(), md5 = createHash('md5');
  let filled = 0, frames = 0, smallest = 0, largest = 0;

  const headOf = (samples: number, digest: Uint8Array): Uint8Array => {
    const head = new Uint8Array(8 + STREAMINFO_BYTES + comment.length), data = new DataView(head.buffer);
    data.setUint32(0, 0x664c6143); // fLaC
    data.setUint32(4, STREAMINFO_BYTES); // block type 0, not the last
    data.setUint16(8, BLOCK_SAMPLES); data.setUint16(10, BLOCK_SAMPLES);
    data.setUint32(12, smallest * 256 + (largest >>> 16)); data.setUint16(16, largest & 0xffff);
    data.setUint32(18, sampleRateHz * 4096 + (channels - 1) * 512 + (bitsPerSample - 1) * 16 + Math.floor(samples / 2 ** 32));
    data.setUint32(22, samples % 2 ** 32);
    head.set(digest, 26);
    head.set(comment, 8 + STREAMINFO_BYTES);
    return head;
  };
  const frame = (samples: number): Uint8Array => {
    md5.update(interleaved(planes, samples, bitsPerSample / 8));
    encodeFlacFrame(planes, samples, frames++, { sampleRateHz, bitsPerSample }, writer);
    const bytes = writer.bytes().slice();
    smallest = smallest === 0 ? bytes.length : Math.min(smallest, bytes.length);
    largest = Math.max(largest, bytes.length);
    filled = 0;
    return bytes;
  };
  return {
    channels, counts, head: headOf(0, new Uint8Array(16)),
    encode(block) {
      const parts: Uint8Array[] = [], length = block[0]!.length;
      for (let at = 0; at < length;) {
        const count = Math.min(BLOCK_SAMPLES - filled, length - at);
        for (let c = 0; c < channels; c++) quantize(block[c]!, at, at + count, bitsPerSample, dithers[c]!, planes[c]!.subarray(filled), counts);
        filled += count;
        at += count;
        if (filled === BLOCK_SAMPLES) parts.push(frame(BLOCK_SAMPLES));
      }
      return joinBytes(parts);
    },
    finish(samples) {
      if (samples > MOST_SAMPLES) throw new AudioError('AUDIO_OPTION_INVALID', `a FLAC file holds at most ${MOST_SAMPLES} samples, got ${samples}`, { samples });
      const tail = filled > 0 ? frame(filled) : new Uint8Array(0);
      return { tail, head: headOf(samples, md5.digest()) };
    },
  };
}

/** Samples as the checksum takes them: interleaved, little-endian. */
function interleaved(planes: readonly Int32Array[], samples: number, width: number): Uint8Array {
  const bytes = new Uint8Array(samples * planes.length * width), step = planes.length * width;
  planes.forEach((plane, c) => {
    for (let i = 0, p = c * width; i < samples; i++, p += step) {
      const value = plane[i]!;
      bytes[p] = value; bytes[p + 1] = value >> 8;
      if (width === 3) bytes[p + 2] = value >> 16;
    }
  });
  return bytes;
}

/** The last metadata block: vendor and comments (RFC 9639 §8.6; little-endian, unlike the rest). */
function commentBlock(tags: Readonly<Record<string, string>>): Uint8Array {
  const entries = Object.entries(tags).map(([name, text]) => {
    if (!TAG_NAME.test(name)) throw new AudioError('AUDIO_OPTION_INVALID', `names of tags are printable ASCII without =, got ${JSON.stringify(name)}`);
    return `${name}=${text}`;
  });
  const texts = [VENDOR, ...entries].map((text) => new TextEncoder().encode(text));
  const size = 4 + texts.reduce((sum, text) => sum + 4 + text.length, 0);
  if (size > 0xffffff) throw new AudioError('AUDIO_OPTION_INVALID', `the tags take ${size} bytes, at most 16777215 fit`, { size });
  const block = new Uint8Array(4 + size), data = new DataView(block.buffer);
  data.setUint32(0, (0x80 | COMMENT_BLOCK) * 2 ** 24 + size);
  let at = 4;
  texts.forEach((text, i) => {
    if (i === 1) { data.setUint32(at, entries.length, true); at += 4; }
    data.setUint32(at, text.length, true);
    block.set(text, at + 4);
    at += 4 + text.length;
  });
  if (entries.length === 0) data.setUint32(at, 0, true);
  return block;
}

export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) { whole.set(part, at); at += part.length; }
  return whole;
}
