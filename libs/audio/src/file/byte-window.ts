import { type ReadAt } from './byte-requests.js';

/** Bytes read from the file at a time. */
const READ_BYTES = 1 << 18;
/** Zero bytes kept after the last true one, so that bit readers may look ahead. */
export const WINDOW_PADDING = 16;

/** A part of a file that moves forward through it: constant memory however long the file is. */
export class ByteWindow {
  readonly #readAt: ReadAt;
  readonly fileBytes: number;
  #buffer: Uint8Array;
  /** File offset of the window's first byte. */
  start = 0;
  /** True bytes in the window. */
  length = 0;

  constructor(readAt: ReadAt, fileBytes: number, start = 0) {
    this.#readAt = readAt;
    this.fileBytes = fileBytes;
    this.start = start;
    this.#buffer = new Uint8Array(Math.max(0, Math.min(READ_BYTES, fileBytes - start)) + WINDOW_PADDING);
  }

  /** The window's bytes, then {@link WINDOW_PADDING} zeros. Changes with {@link reach}. */
  get padded(): Uint8Array { return this.#buffer.subarray(0, this.length + WINDOW_PADDING); }

  /** The window's bytes. Changes with {@link reach}. */
  get bytes(): Uint8Array { return this.#buffer.subarray(0, this.length); }

  /** The window reaches the end of the file. */
  get atEnd(): boolean { return this.start + this.length >= this.fileBytes; }

  /**
   * Makes the window hold `[offset, offset + count)` of the file, or up to the file's end; what is before `offset` is forgotten.
   * @returns Whether the bytes in the window moved, so that offsets into it changed.
   */
  async reach(offset: number, count: number): Promise<boolean> {
    if (offset >= this.start && (offset + count <= this.start + this.length || this.atEnd)) return false;
    const kept = offset >= this.start ? Math.max(0, this.start + this.length - offset) : 0;
    const wanted = Math.min(this.fileBytes - offset, Math.max(count, READ_BYTES));
    const old = this.#buffer.subarray(offset - this.start, offset - this.start + kept);
    if (wanted + WINDOW_PADDING > this.#buffer.length) {
      const larger = new Uint8Array(wanted + WINDOW_PADDING);
      larger.set(old);
      this.#buffer = larger;
    } else if (kept > 0) this.#buffer.copyWithin(0, offset - this.start, offset - this.start + kept);
    const room = this.#buffer.subarray(kept, Math.max(kept, wanted));
    const fresh = await this.#readAt(offset + kept, room.length, room);
    if (fresh.buffer !== room.buffer) room.set(fresh);
    this.start = offset;
    this.length = kept + fresh.length;
    this.#buffer.fill(0, this.length, this.length + WINDOW_PADDING);
    return true;
  }
}
