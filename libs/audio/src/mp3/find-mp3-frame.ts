import { parseMp3Frame, sameMp3Stream } from './mp3-frame.js';

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

/** What may follow the last frame: nothing, an ID3v1, APE or Lyrics tag, or zero padding to the end. */
function isTail(bytes: Uint8Array, at: number): boolean {
  if (at >= bytes.length) return true;
  const word = String.fromCharCode(...bytes.subarray(at, at + 8));
  if (word.startsWith('TAG') || word.startsWith('APETAGEX') || word.startsWith('LYRICSBE')) return true;
  for (let p = at; p < bytes.length; p++) if (bytes[p] !== 0) return false;
  return true;
}
