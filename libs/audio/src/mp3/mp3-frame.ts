/** One MPEG audio frame header (ISO/IEC 11172-3 and 13818-3; "2.5" is the unofficial low-rate extension). */
export type Mp3FrameHeader = {
  /** 1, 2 or 2.5. */
  readonly version: number;
  /** 1, 2 or 3. */
  readonly layer: number;
  readonly bitrateKbps: number;
  readonly sampleRateHz: number;
  readonly channels: 1 | 2;
  /** Bytes of the whole frame. */
  readonly bytes: number;
  /** Samples per channel. */
  readonly samples: number;
};

const BITRATES: Readonly<Record<string, readonly number[]>> = {
  '1-1': [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  '1-2': [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  '1-3': [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  '2-1': [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  '2-2': [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
};
const RATES: Readonly<Record<string, readonly number[]>> = { '1': [44100, 48000, 32000], '2': [22050, 24000, 16000], '2.5': [11025, 12000, 8000] };

/**
 * Reads a frame header.
 * @param bytes - The file or a part of it.
 * @param at - Where the header starts.
 * @returns null where there is no valid header (free-format frames count as invalid).
 */
export function parseMp3Frame(bytes: Uint8Array, at: number): Mp3FrameHeader | null {
  if (at + 4 > bytes.length || bytes[at] !== 0xff || (bytes[at + 1]! & 0xe0) !== 0xe0) return null;
  const version = [2.5, 0, 2, 1][(bytes[at + 1]! >> 3) & 3]!;
  const layer = 4 - ((bytes[at + 1]! >> 1) & 3);
  const bitrateIndex = bytes[at + 2]! >> 4;
  const rateIndex = (bytes[at + 2]! >> 2) & 3;
  if (version === 0 || layer === 4 || bitrateIndex === 0 || bitrateIndex === 15 || rateIndex === 3) return null;
  const table = version === 1 ? `1-${layer}` : layer === 1 ? '2-1' : '2-2';
  const bitrateKbps = BITRATES[table]![bitrateIndex]!;
  const sampleRateHz = RATES[String(version)]![rateIndex]!;
  const padding = (bytes[at + 2]! >> 1) & 1;
  const samples = layer === 1 ? 384 : layer === 3 && version !== 1 ? 576 : 1152;
  const frameBytes = layer === 1
    ? (Math.floor((12000 * bitrateKbps) / sampleRateHz) + padding) * 4
    : Math.floor((samples * 125 * bitrateKbps) / sampleRateHz) + padding;
  return { version, layer, bitrateKbps, sampleRateHz, channels: bytes[at + 3]! >> 6 === 3 ? 1 : 2, bytes: frameBytes, samples };
}

/** True when both headers can belong to one stream. */
export const sameMp3Stream = (a: Mp3FrameHeader, b: Mp3FrameHeader): boolean =>
  a.version === b.version && a.layer === b.layer && a.sampleRateHz === b.sampleRateHz;

/** Bytes of an ID3v2 tag at `at` (header and footer included), or 0. */
export function id3v2Bytes(bytes: Uint8Array, at: number): number {
  if (at + 10 > bytes.length || bytes[at] !== 0x49 || bytes[at + 1] !== 0x44 || bytes[at + 2] !== 0x33) return 0;
  const size = ((bytes[at + 6]! & 127) << 21) | ((bytes[at + 7]! & 127) << 14) | ((bytes[at + 8]! & 127) << 7) | (bytes[at + 9]! & 127);
  return 10 + size + (bytes[at + 5]! & 0x10 ? 10 : 0);
}
