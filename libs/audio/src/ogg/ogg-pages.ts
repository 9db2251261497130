import { type ReadAt } from '../file/byte-requests.js';
import { ByteWindow } from '../file/byte-window.js';
import { oggCrc } from './ogg-crc.js';

/** Bytes of the longest page: 27, 255 lacing values, 255 segments of 255 (RFC 3533 §6). */
const MOST_PAGE_BYTES = 27 + 255 + 255 * 255;

/** A page whose checksum agrees. */
export type OggPage = {
  readonly serial: number;
  /** Position of the last sample that ends in it; null when none does. */
  readonly granule: number | null;
  /** It goes on with the packet that the page before left open. */
  readonly continued: boolean;
  readonly first: boolean;
  readonly last: boolean;
  readonly sequence: number;
  /** Pieces of packets in order, views that the next page overwrites; only the last may be unfinished. */
  readonly pieces: readonly Uint8Array[];
  /** The last piece ends its packet. */
  readonly finished: boolean;
};

/** Reads the pages of an Ogg file without holding it; what is no page is passed over. */
export class OggPages {
  readonly #window: ByteWindow;
  /** File offset of the next page. */
  position = 0;
  /** Bytes passed over. */
  strayBytes = 0;
  /** File offset of the first of them, or −1. */
  firstStray = -1;

  constructor(readAt: ReadAt, fileBytes: number) { this.#window = new ByteWindow(readAt, fileBytes); }

  /** The next page; null at the end. */
  async next(signal?: AbortSignal): Promise<OggPage | null> {
    const { fileBytes } = this.#window;
    while (this.position + 27 <= fileBytes) {
      if (this.position + MOST_PAGE_BYTES > this.#window.start + this.#window.length) { await this.#window.reach(this.position, MOST_PAGE_BYTES); signal?.throwIfAborted(); }
      const { bytes } = this.#window, at = this.position - this.#window.start;
      const end = pageEnd(bytes, at);
      if (end !== null) { this.position += end - at; return parsePage(bytes, at); }
      let next = bytes.indexOf(0x4f, at + 1);
      if (next < 0) next = bytes.length;
      this.#pass(next - at);
    }
    if (this.position < fileBytes) this.#pass(fileBytes - this.position);
    return null;
  }

  #pass(count: number): void {
    if (this.firstStray < 0) this.firstStray = this.position;
    this.strayBytes += count;
    this.position += count;
  }
}

/** Offset after the page at `at`, or null where there is no whole, undamaged one. */
function pageEnd(bytes: Uint8Array, at: number): number | null {
  if (at + 27 > bytes.length || bytes[at] !== 0x4f || bytes[at + 1] !== 0x67 || bytes[at + 2] !== 0x67 || bytes[at + 3] !== 0x53 || bytes[at + 4] !== 0) return null;
  const segments = bytes[at + 26]!;
  let end = at + 27 + segments;
  if (end > bytes.length) return null;
  for (let i = 0; i < segments; i++) end += bytes[at + 27 + i]!;
  if (end > bytes.length) return null;
  const stored = (bytes[at + 22]! | (bytes[at + 23]! << 8) | (bytes[at + 24]! << 16) | (bytes[at + 25]! << 24)) >>> 0;
  return oggCrc(bytes, at, end) === stored ? end : null;
}

function parsePage(bytes: Uint8Array, at: number): OggPage {
  const data = new DataView(bytes.buffer, bytes.byteOffset + at), flags = data.getUint8(5), segments = data.getUint8(26), granule = data.getBigInt64(6, true);
  const pieces: Uint8Array[] = [];
  let from = at + 27 + segments, to = from, finished = true;
  for (let i = 0; i < segments; i++) {
    const length = bytes[at + 27 + i]!;
    to += length;
    finished = length < 255;
    if (finished || i === segments - 1) { pieces.push(bytes.subarray(from, to)); from = to; }
  }
  return {
    serial: data.getUint32(14, true), granule: granule < 0n ? null : Number(granule), continued: (flags & 1) !== 0, first: (flags & 2) !== 0, last: (flags & 4) !== 0,
    sequence: data.getUint32(18, true), pieces, finished,
  };
}
