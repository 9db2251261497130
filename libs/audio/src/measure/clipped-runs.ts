/** From this level on, a flat run is clipping: the loudest μ-law code is 0.980. */
const FLAT_FROM = 0.98;
/** Steps that count as flat: one of 16 bits, and a little for rounding. */
const FLAT_STEP = 1.01 / 32768;
/** Samples that make a run; the crest of a loud voice has one or two alike. */
const FLAT_RUN = 3;

/** Clipped samples and the runs in which they lie. */
export type Clipping = { readonly samples: number; readonly runs: number };

/**
 * Finds clipping in one channel, streamed: runs of at least three samples alike near full scale, and every sample beyond ±1 (it clips once it is written as PCM).
 * `push` is told the largest magnitude of the samples: most need no second look.
 */
export function clippedRuns(): { push(samples: Float32Array, peak: number): void; end(): Clipping } {
  let clipped = 0, runs = 0, length = 0, beyond = 0, last = 0;
  const close = (): void => {
    const counted = length >= FLAT_RUN ? length : beyond;
    clipped += counted;
    if (counted > 0) runs += 1;
    length = 0;
    beyond = 0;
  };
  return {
    push(samples, peak) {
      if (length === 0 && peak < FLAT_FROM) return;
      for (let i = 0; i < samples.length; i++) {
        const x = samples[i]!, size = Math.abs(x);
        if (length === 0 && size < FLAT_FROM) continue;
        if (length > 0 && !(size >= FLAT_FROM && Math.abs(x - last) <= FLAT_STEP)) close();
        if (size < FLAT_FROM) continue;
        length += 1;
        if (size > 1) beyond += 1;
        last = x;
      }
    },
    end() {
      close();
      return { samples: clipped, runs };
    },
  };
}
