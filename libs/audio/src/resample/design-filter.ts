/** What a low-pass filter must do. */
export type FilterSpec = {
  /** Rate of the samples that it weighs, hertz. */
  readonly fromHz: number;
  /** End of the passband and begin of the stopband, hertz. */
  readonly passHz: number;
  readonly stopHz: number;
  /** Stopband attenuation, dB. */
  readonly attenuationDb: number;
};

/** Rows of coefficients, one per fraction of an input sample. */
export type PhaseTable = {
  /** Half of the taps of each row, input samples. */
  readonly half: number;
  /** Rows; row r belongs to the fraction r / phases. */
  readonly phases: number;
  /** Shape `[phases + 1][2 · half]`; tap j of a row at fraction f weighs input sample `floor(x) − half + 1 + j`. */
  readonly rows: Float64Array;
};

/** Modified Bessel function of the first kind, order 0, by its power series. */
function besselI0(x: number): number {
  const quarter = (x * x) / 4;
  let term = 1, sum = 1;
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= quarter / (k * k);
    sum += term;
  }
  return sum;
}

/** Taps that a Kaiser window needs for a transition (Kaiser 1974; Oppenheim and Schafer, Discrete-Time Signal Processing, §7.5.3). */
export function halfTaps({ fromHz, passHz, stopHz, attenuationDb }: FilterSpec): number {
  const taps = (attenuationDb - 7.95) / (2.285 * 2 * Math.PI * ((stopHz - passHz) / fromHz));
  return Math.ceil(taps / 8) * 4; // an even number of pairs keeps the inner loop free of a tail
}

/**
 * Samples a Kaiser-windowed sinc at `phases + 1` fractions of an input sample (the last row equals the first, one sample on).
 * Each row sums to 1, so a constant keeps its value exactly.
 */
export function designPhases(spec: FilterSpec, phases: number): PhaseTable {
  const half = halfTaps(spec);
  const beta = 0.1102 * (spec.attenuationDb - 8.7);
  const scale = besselI0(beta);
  // Middle of the transition, in cycles per input sample, twice.
  const cutoff = (spec.passHz + spec.stopHz) / spec.fromHz;
  const rows = new Float64Array((phases + 1) * 2 * half);
  for (let r = 0; r <= phases; r++) {
    const row = rows.subarray(r * 2 * half, (r + 1) * 2 * half);
    let sum = 0;
    for (let j = 0; j < row.length; j++) {
      const t = r / phases + half - 1 - j;
      const ratio = t / half;
      const window = Math.abs(ratio) >= 1 ? 0 : besselI0(beta * Math.sqrt(1 - ratio * ratio)) / scale;
      const angle = Math.PI * cutoff * t;
      row[j] = cutoff * (angle === 0 ? 1 : Math.sin(angle) / angle) * window;
      sum += row[j]!;
    }
    for (let j = 0; j < row.length; j++) row[j]! /= sum;
  }
  return { half, phases, rows };
}
