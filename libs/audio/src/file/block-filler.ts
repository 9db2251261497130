import { type Allot } from './audio-stream.js';

/** Samples a block. */
const BLOCK_SAMPLES = 1 << 15;

/** Fills blocks of one size, leaving out samples at both ends of a signal whose length is not known before its end. */
export class BlockFiller {
  readonly #allot: Allot;
  readonly #hold: number;
  #skip: number;
  #full: Float32Array[][] = [];
  #block: Float32Array[] | null = null;
  #filled = 0;
  /** Samples handed on. */
  written = 0;

  /** @param trim - Samples to leave out at the start and at the end. */
  constructor(allot: Allot, trim: { readonly start: number; readonly end: number } | null = null) {
    this.#allot = allot;
    this.#skip = trim?.start ?? 0;
    this.#hold = trim?.end ?? 0;
  }

  /** Copies `samples` of each channel. */
  write(channels: readonly Float32Array[], samples: number): void {
    let from = Math.min(this.#skip, samples);
    this.#skip -= from;
    while (from < samples) {
      this.#block ??= this.#allot(BLOCK_SAMPLES);
      const count = Math.min(BLOCK_SAMPLES - this.#filled, samples - from);
      for (let c = 0; c < this.#block.length; c++) this.#block[c]!.set(channels[c]!.subarray(from, from + count), this.#filled);
      from += count;
      this.#filled += count;
      if (this.#filled < BLOCK_SAMPLES) continue;
      this.#full.push(this.#block);
      this.#block = null;
      this.#filled = 0;
    }
  }

  /** Blocks that cannot be among those left out at the end. */
  *ready(): Generator<Float32Array[]> {
    while (this.#full.length > 0 && (this.#full.length - 1) * BLOCK_SAMPLES + this.#filled >= this.#hold) yield this.#release(BLOCK_SAMPLES);
  }

  /** The rest. @param whole - False when the end is missing, so that nothing is left out there. */
  *finish(whole: boolean): Generator<Float32Array[]> {
    let left = Math.max(0, this.#full.length * BLOCK_SAMPLES + this.#filled - (whole ? this.#hold : 0));
    if (this.#block !== null) this.#full.push(this.#block);
    while (left > 0) {
      const count = Math.min(left, BLOCK_SAMPLES);
      left -= count;
      yield this.#release(count);
    }
  }

  #release(samples: number): Float32Array[] {
    this.written += samples;
    const block = this.#full.shift()!;
    return samples === BLOCK_SAMPLES ? block : block.map((channel) => channel.subarray(0, samples));
  }
}
