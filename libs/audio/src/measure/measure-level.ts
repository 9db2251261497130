/** Largest absolute sample; 0 for no samples. */
export function measurePeak(samples: Float32Array): number {
  let peak = 0;
  for (let i = 0; i < samples.length; i++) {
    const x = Math.abs(samples[i]!);
    if (x > peak) peak = x;
  }
  return peak;
}

/** Root mean square over all samples; 0 for no samples. */
export function measureRms(samples: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum += samples[i]! * samples[i]!;
  return samples.length === 0 ? 0 : Math.sqrt(sum / samples.length);
}

/** From this level on, a flat run is clipping: the loudest μ-law code is 0.980. */
const FLAT_FROM = 0.98;
/** Steps that count as flat: one of 16 bits, and a little for rounding. */
const FLAT_STEP = 1.01 / 32768;
/** Samples that make a run; the crest of a loud voice has one or two alike. */
const FLAT_RUN = 3;

/**
 * Counts clipped samples: runs of at least three alike near full scale, and every sample beyond ±1 (it clips once it is written as PCM).
 */
export function countClipped(samples: Float32Array): number {
  let clipped = 0;
  for (let i = 0; i < samples.length;) {
    const first = samples[i]!;
    if (Math.abs(first) < FLAT_FROM) { i += 1; continue; }
    let end = i + 1, beyond = Math.abs(first) > 1 ? 1 : 0;
    while (end < samples.length && Math.abs(samples[end]!) >= FLAT_FROM && Math.abs(samples[end]! - samples[end - 1]!) <= FLAT_STEP) {
      if (Math.abs(samples[end]!) > 1) beyond += 1;
      end += 1;
    }
    clipped += end - i >= FLAT_RUN ? end - i : beyond;
    i = end;
  }
  return clipped;
}
