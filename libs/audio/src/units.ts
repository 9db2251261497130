/** Decibels of an amplitude ratio; `-Infinity` for 0. */
export const amplitudeToDb = (amplitude: number): number => 20 * Math.log10(amplitude);

/** Decibels of a power ratio; `-Infinity` for 0. */
export const powerToDb = (power: number): number => 10 * Math.log10(power);

/** Amplitude ratio of a level in decibels. */
export const dbToAmplitude = (db: number): number => 10 ** (db / 20);

/** The value, or null when it is not a finite number: reports never hold NaN or Infinity. */
export const finiteOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** Rounds half to even, as Python's `round` does. */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const fraction = value - floor;
  if (fraction !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
