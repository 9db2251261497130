/**
 * Start of each full window of a clip. A clip shorter than one window has one, which the caller fills with zeros;
 * a partial window at the end is left out.
 * @param lengthSamples - Samples in the clip, 1 or more.
 * @param windowSamples - A positive integer.
 * @param hopSamples - A positive integer.
 * @throws {RangeError} when a size is not such a number.
 */
export function planWindows(lengthSamples: number, windowSamples: number, hopSamples: number): readonly number[] {
  for (const [name, value] of Object.entries({ lengthSamples, windowSamples, hopSamples })) {
    if (!Number.isInteger(value) || value < 1) throw new RangeError(`${name} must be a positive integer, got ${value}`);
  }
  const count = Math.max(1, Math.floor((lengthSamples - windowSamples) / hopSamples) + 1);
  return Array.from({ length: count }, (_, index) => index * hopSamples);
}
