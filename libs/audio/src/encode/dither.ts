/** Gives the next value of triangular noise, −1…1 steps. */
export type Dither = () => number;

/**
 * Triangular noise of ±1 step, from a seed: added before rounding, the error no longer depends on the signal in mean or power
 * (S. P. Lipshitz, R. A. Wannamaker and J. Vanderkooy, "Quantization and Dither: A Theoretical Survey", JAES 40(5), 1992).
 * One generator a channel, so that blocks never show.
 * @param seed - Any integer; its lower 32 bits count.
 */
export function createDither(seed: number, channel: number): Dither {
  let state = (seed + Math.imul(channel, GOLDEN)) | 0;
  return () => {
    state = (state + MULBERRY) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    const bits = t ^ (t >>> 14);
    return ((bits & 0xffff) - (bits >>> 16)) / 65536; // the difference of two uniform halves
  };
}

/** Increment of the generator mulberry32 (T. Ettinger, 2017). */
const MULBERRY = 0x6d2b79f5;
/** 2^32 over the golden ratio: spreads the channels' seeds (Knuth, TAOCP vol. 3, §6.4). */
const GOLDEN = 0x9e3779b9;
