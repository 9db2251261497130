import { type ByteWindow } from '../file/byte-window.js';
import { type Mp3FrameHeader, parseMp3Frame, sameMp3Stream } from './mp3-frame.js';

/** Bytes seen beyond a frame's start: two of the longest frames (layer II, 384 kbit/s at 32 kHz with padding: 1729 bytes; layer I less). */
const LOOK_AHEAD = 8192;
/** Bytes handed to the decoder at most at a time. */
const RUN_BYTES = 1 << 16;

/** Whole audio frames in a row, and the bytes of each. */
export type Mp3Run = { readonly bytes: Uint8Array; readonly lengths: readonly number[]; readonly stereo: boolean };

/** Walks the frames of an MP3 file without holding it. */
export class FrameWalker {
  readonly #window: ByteWindow;
  /** File offset of the next frame. */
  position: number;
  /** Whole audio frames seen. */
  frames = 0;
  /** Bytes between frames that belong to none. */
  strayBytes = 0;
  /** File offset of the first of them. */
  firstStray = -1;
  /** The last frame is cut off. */
  cutFrame = false;
  /** No byte in `[#zerosFrom, #zerosTo)` is other than zero. */
  #zerosFrom = 0;
  #zerosTo = 0;

  constructor(window: ByteWindow, position: number) {
    this.#window = window;
    this.position = position;
  }

  get bytes(): Uint8Array { return this.#window.bytes; }
  /** Offset of the next frame in {@link bytes}. */
  get here(): number { return this.position - this.#window.start; }

  /** Goes to the first frame: a valid header followed by a second one of its kind, or by what may end a file. */
  async first(signal?: AbortSignal): Promise<Mp3FrameHeader | null> {
    const at = await this.#find(this.position, signal);
    if (at < 0) return null;
    this.position = at;
    await this.#see(at);
    return parseMp3Frame(this.bytes, this.here);
  }

  /** Leaves a frame out. */
  skip(frame: Mp3FrameHeader): void { this.position += frame.bytes; }

  /** All frames of the kind of `first`, neighbours together. */
  async *runs(first: Mp3FrameHeader, signal?: AbortSignal): AsyncGenerator<Mp3Run, void, undefined> {
    const { fileBytes } = this.#window;
    for (;;) {
      signal?.throwIfAborted();
      await this.#see(this.position);
      const bytes = this.bytes, base = this.#window.start, atEnd = this.#window.atEnd;
      const start = this.here, lengths: number[] = [];
      let p = start, stereo: boolean | undefined;
      for (;;) {
        if (p - start >= RUN_BYTES || (p + LOOK_AHEAD > bytes.length && !atEnd)) break;
        const frame = parseMp3Frame(bytes, p);
        if (frame === null || !sameMp3Stream(frame, first) || (stereo ?? frame.channels === 2) !== (frame.channels === 2)) break;
        if (base + p + frame.bytes > fileBytes) { this.cutFrame = true; break; }
        stereo = frame.channels === 2;
        this.frames += 1;
        lengths.push(frame.bytes);
        p += frame.bytes;
      }
      if (p > start) {
        this.position = base + p;
        yield { bytes: bytes.subarray(start, p), lengths, stereo: stereo! };
        continue;
      }
      if (this.cutFrame || await this.#isTail(this.position)) return;
      if (!await this.#leap(first, signal)) return;
    }
  }

  /** Passes what is no frame of this stream. */
  async #leap(first: Mp3FrameHeader, signal: AbortSignal | undefined): Promise<boolean> {
    const { fileBytes } = this.#window;
    let next = await this.#find(this.position + 1, signal);
    if (this.firstStray < 0) this.firstStray = this.position;
    if (next >= 0) {
      await this.#see(next);
      const frame = parseMp3Frame(this.bytes, next - this.#window.start)!;
      if (!sameMp3Stream(frame, first)) next = Math.min(fileBytes, next + frame.bytes); // a stream of another kind inside: its frames are stray too
    }
    this.strayBytes += (next < 0 ? fileBytes : next) - this.position;
    this.position = next < 0 ? fileBytes : next;
    return next >= 0;
  }

  #see(at: number): Promise<boolean> { return this.#window.reach(Math.min(at, this.#window.fileBytes), LOOK_AHEAD); }

  async #find(from: number, signal?: AbortSignal): Promise<number> {
    const window = this.#window;
    for (let p = from; p + 4 <= window.fileBytes;) {
      signal?.throwIfAborted();
      await this.#see(p);
      const bytes = window.bytes, base = window.start;
      const end = window.atEnd ? bytes.length : bytes.length - LOOK_AHEAD + 1;
      let at = p - base;
      for (; at < end; at++) {
        at = bytes.indexOf(0xff, at);
        if (at < 0 || at >= end) { at = end; break; }
        const frame = parseMp3Frame(bytes, at);
        if (frame === null) continue;
        const next = parseMp3Frame(bytes, at + frame.bytes);
        if (next !== null ? sameMp3Stream(frame, next) : base + at + frame.bytes >= window.fileBytes) return base + at;
        if (next === null) {
          const tail = await this.#isTail(base + at + frame.bytes);
          if (tail) return base + at;
          if (window.start !== base || window.bytes.length !== bytes.length) break; // it read on: look again from the next byte
        }
      }
      p = Math.max(p + 1, base + at + (at < end ? 1 : 0));
      if (window.atEnd && at >= end) return -1;
    }
    return -1;
  }

  /** What may follow the last frame: nothing, an ID3v1, APE or Lyrics tag, or zero padding to the end. */
  async #isTail(at: number): Promise<boolean> {
    const window = this.#window;
    if (at >= window.fileBytes) return true;
    await window.reach(at, Math.min(8, window.fileBytes - at));
    const word = String.fromCharCode(...window.bytes.subarray(at - window.start, at - window.start + 8));
    if (word.startsWith('TAG') || word.startsWith('APETAGEX') || word.startsWith('LYRICSBE')) return true;
    let p = at;
    if (at >= this.#zerosFrom && at < this.#zerosTo) p = this.#zerosTo; else this.#zerosFrom = at;
    for (; p < window.fileBytes;) {
      await window.reach(p, 1);
      const bytes = window.bytes;
      let i = p - window.start;
      while (i < bytes.length && bytes[i] === 0) i++;
      p = window.start + i;
      if (i < bytes.length) break;
    }
    this.#zerosTo = p;
    return p >= window.fileBytes;
  }
}
