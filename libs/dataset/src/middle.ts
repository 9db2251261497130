/** The middle value; of an even count the mean of the two in the middle. NaN of none. */
export function median(values: readonly number[]): number {
  const ordered = [...values].sort((a, b) => a - b);
  const half = ordered.length >> 1;
  return ordered.length % 2 === 1 ? ordered[half]! : (ordered[half - 1]! + ordered[half]!) / 2;
}

/** Turns a median absolute deviation into a standard deviation: 1 / Φ⁻¹(3/4) (Rousseeuw and Croux 1993, equation 1.2). */
export const MAD_TO_SIGMA = 1.4826;

export type Spread = { readonly middle: number; readonly sigma: number };

/** The median and the robust standard deviation about it; NaN of none. */
export function spreadOf(values: readonly number[]): Spread {
  const middle = median(values);
  return { middle, sigma: MAD_TO_SIGMA * median(values.map((value) => Math.abs(value - middle))) };
}
