import { type BitReader } from './bit-reader.js';
import { crc16, crc8 } from './crc.js';
import { type FlacHeader } from './flac-header.js';
import { type FlacKernel } from './flac-kernel.js';
import { FIXED_WEIGHTS } from './predict.js';
import { type Numbers, restore } from './restore.js';

/** A frame that was decoded and whose checksums agree. */
export type FlacFrame = {
  /** First sample of the frame in the stream. */
  readonly position: number;
  readonly samples: number;
  /** Byte offset after the frame. */
  readonly end: number;
  /** Where the kernel left the samples, nominally −1…1; undefined where `planes` hold the integers. */
  readonly decoded?: readonly Float32Array[];
};

/** Rates with a code of their own, by code (RFC 9639 §9.1.2). */
export const FRAME_RATES: readonly number[] = [0, 88200, 176400, 192000, 8000, 16000, 22050, 24000, 32000, 44100, 48000, 96000];
const SIZES = [0, 8, 12, -1, 16, 20, 24, 32];

/**
 * Decodes the frame at a byte offset (RFC 9639 §9).
 * @param planes - One array per channel; holds the integers afterwards, without a kernel.
 * @param kernel - Opened for these bytes; null decodes in JavaScript, to the same numbers.
 * @param fileEnd - Byte offset where the file ends (the padding starts).
 * @returns null when there is no whole, undamaged frame of this stream here; the samples of a frame for which `planes` are too short.
 */
export function decodeFlacFrame(bytes: Uint8Array, at: number, fileEnd: number, reader: BitReader, stream: FlacHeader, planes: readonly Numbers[], kernel: FlacKernel | null = null): FlacFrame | number | null {
  if (bytes[at] !== 0xff || (bytes[at + 1]! & 0xfc) !== 0xf8) return null;
  reader.seek(at + 1);
  reader.unsigned(7);
  const variable = reader.unsigned(1) === 1;
  const blockCode = reader.unsigned(4), rateCode = reader.unsigned(4), assignment = reader.unsigned(4), sizeCode = reader.unsigned(3);
  if (blockCode === 0 || rateCode === 15 || assignment > 10 || sizeCode === 3) return null;
  reader.unsigned(1);
  const number = codedNumber(reader);
  if (number === null) return null;
  const samples = blockCode === 1 ? 192 : blockCode <= 5 ? 576 << (blockCode - 2)
    : blockCode === 6 ? reader.unsigned(8) + 1 : blockCode === 7 ? reader.unsigned(16) + 1 : 256 << (blockCode - 8);
  const rate = rateCode === 0 ? stream.sampleRateHz : rateCode === 12 ? reader.unsigned(8) * 1000
    : rateCode === 13 ? reader.unsigned(16) : rateCode === 14 ? reader.unsigned(16) * 10 : FRAME_RATES[rateCode]!;
  const headerEnd = reader.byte;
  if (headerEnd >= fileEnd || crc8(bytes, at, headerEnd) !== bytes[headerEnd]) return null;
  reader.unsigned(8);
  const bits = sizeCode === 0 ? stream.bitsPerSample : SIZES[sizeCode]!;
  const channels = assignment < 8 ? assignment + 1 : 2;
  if (channels !== planes.length || bits !== stream.bitsPerSample || rate !== stream.sampleRateHz) return null;
  if (samples > planes[0]!.length) return samples;
  const position = variable ? number : number * stream.minBlockSamples;
  if (kernel !== null) {
    const inside = kernel.decode(headerEnd + 1, channels, samples, bits, assignment), end = (inside?.end ?? fileEnd) + 2;
    if (inside === null || end > fileEnd || kernel.crc16(at, end - 2) !== ((bytes[end - 2]! << 8) | bytes[end - 1]!)) return null;
    return { position, samples, end, decoded: inside.planes };
  }
  try {
    for (let c = 0; c < channels; c++) {
      const side = (assignment === 8 && c === 1) || (assignment === 9 && c === 0) || (assignment === 10 && c === 1);
      if (!subframe(reader, planes[c]!, samples, bits + (side ? 1 : 0))) return null;
    }
  } catch (error) {
    if (error instanceof RangeError) return null; // ran past the end of the file
    throw error;
  }
  const end = reader.byte + 2;
  if (end > fileEnd || crc16(bytes, at, end - 2) !== ((bytes[end - 2]! << 8) | bytes[end - 1]!)) return null;
  joinStereo(planes, samples, assignment);
  return { position, samples, end };
}

/** The UTF-8-like frame or sample number, up to 36 bits. */
function codedNumber(reader: BitReader): number | null {
  const first = reader.unsigned(8);
  if (first < 0x80) return first;
  const extra = Math.clz32(~(first << 24)) - 1;
  if (extra < 1 || extra > 6) return null;
  let value = first & (0x3f >> extra);
  for (let i = 0; i < extra; i++) {
    const next = reader.unsigned(8);
    if ((next & 0xc0) !== 0x80) return null;
    value = value * 64 + (next & 0x3f);
  }
  return value;
}

function subframe(reader: BitReader, out: Numbers, samples: number, frameBits: number): boolean {
  if (reader.unsigned(1) !== 0) return false;
  const kind = reader.unsigned(6);
  const wasted = reader.unsigned(1) === 1 ? reader.unary() + 1 : 0;
  const bits = frameBits - wasted;
  if (bits < 1) return false;
  if (kind === 0) out.fill(reader.signed(bits), 0, samples);
  else if (kind === 1) for (let i = 0; i < samples; i++) out[i] = reader.signed(bits);
  else if (kind >= 8 && kind <= 12) {
    const order = kind - 8;
    if (order > samples) return false;
    for (let i = 0; i < order; i++) out[i] = reader.signed(bits);
    if (!residual(reader, out, samples, order)) return false;
    restore(out, samples, FIXED[order]!, 0);
  } else if (kind >= 32) {
    const order = kind - 31;
    if (order > samples) return false;
    for (let i = 0; i < order; i++) out[i] = reader.signed(bits);
    const precision = reader.unsigned(4) + 1;
    const shift = reader.signed(5);
    if (precision === 16 || shift < 0) return false;
    const coefficients = Float64Array.from({ length: order }, () => reader.signed(precision));
    if (!residual(reader, out, samples, order)) return false;
    restore(out, samples, coefficients, shift);
  } else return false;
  if (wasted > 0) { const scale = 2 ** wasted; for (let i = 0; i < samples; i++) out[i]! *= scale; }
  return true;
}

const FIXED = FIXED_WEIGHTS.map((row) => Float64Array.from(row));

function residual(reader: BitReader, out: Numbers, samples: number, order: number): boolean {
  const method = reader.unsigned(2);
  if (method > 1) return false;
  const parameterBits = 4 + method, escape = method === 0 ? 15 : 31;
  const partitions = 1 << reader.unsigned(4);
  const each = samples / partitions;
  if (!Number.isInteger(each) || each < order) return false;
  for (let part = 0, from = order; part < partitions; part++) {
    const to = (part + 1) * each;
    const parameter = reader.unsigned(parameterBits);
    if (parameter !== escape) reader.rice(out, from, to, parameter);
    else {
      const raw = reader.unsigned(5);
      for (let i = from; i < to; i++) out[i] = raw === 0 ? 0 : reader.signed(raw);
    }
    from = to;
  }
  return true;
}

function joinStereo(planes: readonly Numbers[], samples: number, assignment: number): void {
  if (assignment < 8) return;
  const a = planes[0]!, b = planes[1]!;
  for (let i = 0; i < samples; i++) {
    const x = a[i]!, y = b[i]!;
    if (assignment === 8) b[i] = x - y; // left, side
    else if (assignment === 9) a[i] = x + y; // side, right
    else {
      const twice = x * 2 + Math.abs(y % 2); // mid, side
      a[i] = (twice + y) / 2;
      b[i] = (twice - y) / 2;
    }
  }
}
