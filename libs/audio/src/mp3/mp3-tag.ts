import { type Mp3FrameHeader } from './mp3-frame.js';

/** What the Xing/Info (with LAME's extension) or VBRI tag in the first frame says. */
export type Mp3Tag = {
  /** Audio frames that follow; null when the tag does not say. */
  readonly frames: number | null;
  /** Samples that the encoder put before the audio; null without LAME's extension. */
  readonly encoderDelay: number | null;
  /** Samples that the encoder put after the audio; null without LAME's extension. */
  readonly encoderPadding: number | null;
};

/** Decoder delay of layer III, samples (528 + 1; LAME's tech FAQ, as ffmpeg's mp3dec.c uses it). */
export const MP3_DECODER_DELAY = 529;

/**
 * Reads the tag of a first frame.
 * @param bytes - Bytes that hold the frame.
 * @param at - Where the frame starts.
 * @returns null when the frame is an ordinary audio frame.
 */
export function parseMp3Tag(bytes: Uint8Array, at: number, frame: Mp3FrameHeader): Mp3Tag | null {
  if (frame.layer !== 3) return null;
  const sideInfo = frame.version === 1 ? (frame.channels === 1 ? 17 : 32) : frame.channels === 1 ? 9 : 17;
  const end = Math.min(bytes.length, at + frame.bytes);
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (p: number): string => (p + 4 > end ? '' : String.fromCharCode(...bytes.subarray(p, p + 4)));
  const uint32 = (p: number): number | null => (p + 4 > end ? null : data.getUint32(p));
  const vbri = at + 4 + 32;
  if (word(vbri) === 'VBRI') return { frames: uint32(vbri + 14), encoderDelay: null, encoderPadding: null };
  let p = at + 4 + sideInfo;
  if (word(p) !== 'Xing' && word(p) !== 'Info') return null;
  const flags = uint32(p + 4) ?? 0;
  p += 8;
  let frames: number | null = null;
  if (flags & 1) { frames = uint32(p); p += 4; }
  if (flags & 2) p += 4; // bytes
  if (flags & 4) p += 100; // seek table
  if (flags & 8) p += 4; // quality
  const encoder = word(p);
  if (encoder !== 'LAME' && encoder !== 'Lavf' && encoder !== 'Lavc') return { frames, encoderDelay: null, encoderPadding: null };
  if (p + 24 > end) return { frames, encoderDelay: null, encoderPadding: null };
  const packed = (bytes[p + 21]! << 16) | (bytes[p + 22]! << 8) | bytes[p + 23]!;
  return { frames, encoderDelay: packed >> 12, encoderPadding: packed & 0xfff };
}
