import { id3v2Bytes, type Mp3FrameHeader, parseMp3Frame, sameMp3Stream } from './mp3-frame.js';
import { type Mp3Tag, parseMp3Tag } from './mp3-tag.js';

/** Where the frames of an MP3 file are, found without decoding. */
export type Mp3Scan = {
  readonly first: Mp3FrameHeader;
  readonly tag: Mp3Tag | null;
  /** Byte ranges of whole audio frames in order (the tag's frame left out), neighbours joined. */
  readonly runs: readonly { readonly start: number; readonly end: number }[];
  /** Whole audio frames. */
  readonly frames: number;
  /** Bytes between frames that belong to none. */
  readonly strayBytes: number;
  /** The last frame is cut off. */
  readonly cutFrame: boolean;
  readonly channels: 1 | 2;
};

/** Finds the first frame: a valid header followed by a second one of its kind, or by the end of the bytes. */
export function findFirstMp3Frame(bytes: Uint8Array, from: number, to = bytes.length): number {
  for (let p = from; p + 4 <= to; p++) {
    const frame = parseMp3Frame(bytes, p);
    if (frame === null) continue;
    const next = parseMp3Frame(bytes, p + frame.bytes);
    if (next !== null ? sameMp3Stream(frame, next) : isTail(bytes, p + frame.bytes)) return p;
  }
  return -1;
}

/**
 * Walks all frames of a file.
 * @param bytes - The whole file.
 * @returns null when no frame is found.
 */
export function scanMp3(bytes: Uint8Array): Mp3Scan | null {
  const start = findFirstMp3Frame(bytes, skipTags(bytes));
  if (start < 0) return null;
  const first = parseMp3Frame(bytes, start)!;
  const tag = parseMp3Tag(bytes, start, first);
  const runs: { start: number; end: number }[] = [];
  let frames = 0, strayBytes = 0, stereo = false, cutFrame = false;
  let p = tag === null ? start : start + first.bytes;
  while (p < bytes.length && !isTail(bytes, p)) {
    const frame = parseMp3Frame(bytes, p);
    if (frame === null || !sameMp3Stream(frame, first)) {
      const next = findFirstMp3Frame(bytes, p + 1);
      strayBytes += (next < 0 ? bytes.length : next) - p;
      if (next < 0) break;
      p = next;
      // a stream of another kind inside: its frames are stray too
      if (!sameMp3Stream(parseMp3Frame(bytes, p)!, first)) { strayBytes += parseMp3Frame(bytes, p)!.bytes; p += parseMp3Frame(bytes, p)!.bytes; }
      continue;
    }
    if (p + frame.bytes > bytes.length) { cutFrame = true; break; }
    stereo ||= frame.channels === 2;
    const last = runs.at(-1);
    if (last !== undefined && last.end === p) last.end = p + frame.bytes;
    else runs.push({ start: p, end: p + frame.bytes });
    frames += 1;
    p += frame.bytes;
  }
  return { first, tag, runs, frames, strayBytes, cutFrame, channels: stereo || first.channels === 2 ? 2 : 1 };
}

/** Byte offset after the ID3v2 tags at the start. */
export function skipTags(bytes: Uint8Array): number {
  let p = 0;
  for (let size = id3v2Bytes(bytes, p); size > 0; size = id3v2Bytes(bytes, p)) p += size;
  return p;
}

/** What may follow the last frame: nothing, an ID3v1, APE or Lyrics tag, or zero padding to the end. */
function isTail(bytes: Uint8Array, at: number): boolean {
  if (at >= bytes.length) return true;
  const word = String.fromCharCode(...bytes.subarray(at, at + 8));
  if (word.startsWith('TAG') || word.startsWith('APETAGEX') || word.startsWith('LYRICSBE')) return true;
  for (let p = at; p < bytes.length; p++) if (bytes[p] !== 0) return false;
  return true;
}
