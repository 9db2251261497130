import { id3v2Bytes, parseMp3Frame, sameMp3Stream } from '../mp3/mp3-frame.js';

/** Containers told apart by content. */
export type Container = 'wav' | 'flac' | 'mp3' | 'm4a' | 'ogg' | 'aac' | 'aiff' | 'caf' | 'au' | 'amr' | 'webm' | 'asf' | 'w64' | 'rifx';

/** Bytes from the start of a file that {@link sniffContainer} wants to see. */
export const SNIFF_BYTES = 65536;

/**
 * Tells a container by its content; the name of a file does not matter.
 * @param head - The first {@link SNIFF_BYTES} bytes, or fewer when the file is shorter.
 * @returns null when it is nothing known; `{ skip }` when an ID3 tag reaches past `head`: look again from there.
 */
export function sniffContainer(head: Uint8Array): Container | { readonly skip: number } | null {
  const word = (at: number): string => String.fromCharCode(...head.subarray(at, at + 4));
  const tag = id3v2Bytes(head, 0);
  if (tag > 0) return tag + 8 <= head.length ? sniffContainer(head.subarray(tag)) ?? 'mp3' : { skip: tag };
  const first = word(0);
  if (['RIFF', 'RF64', 'BW64'].includes(first)) return word(8) === 'WAVE' ? 'wav' : null;
  if (first === 'RIFX') return 'rifx';
  if (first === 'fLaC') return 'flac';
  if (first === 'OggS') return 'ogg';
  if (['ftyp', 'moov', 'mdat', 'wide', 'free', 'skip'].includes(word(4))) return 'm4a';
  if (first === 'FORM' && word(8).startsWith('AIF')) return 'aiff';
  if (first === 'caff') return 'caf';
  if (first === '.snd') return 'au';
  if (first === '#!AM') return 'amr';
  if (first === 'riff') return 'w64';
  if (first === '\x1aE\xdf\xa3') return 'webm';
  if (first === '0&\xb2u') return 'asf';
  if (adtsFrames(head) >= 2) return 'aac';
  return startsMp3(head) ? 'mp3' : null;
}

/** MP3 without a tag: frames from the very start, or three in a row after some stray bytes. */
function startsMp3(head: Uint8Array): boolean {
  for (let p = 0; p + 4 <= head.length; p++) {
    p = head.indexOf(0xff, p);
    if (p < 0) return false;
    const frame = parseMp3Frame(head, p);
    if (frame === null) continue;
    let at = p, count = 0;
    for (let next = parseMp3Frame(head, at); next !== null && sameMp3Stream(next, frame) && count < 3; next = parseMp3Frame(head, at)) {
      count += 1;
      at += next.bytes;
    }
    if (count === 3 || (p === 0 && count > 0 && at >= head.length)) return true;
  }
  return false;
}

/** ADTS frames in a row from the start, at most 2 (ISO/IEC 13818-7). */
function adtsFrames(head: Uint8Array): number {
  let count = 0;
  for (let p = 0; count < 2 && p + 7 <= head.length && head[p] === 0xff && (head[p + 1]! & 0xf6) === 0xf0; count++) {
    const bytes = ((head[p + 3]! & 3) << 11) | (head[p + 4]! << 3) | (head[p + 5]! >> 5);
    if (bytes < 7) break;
    p += bytes;
  }
  return count;
}
