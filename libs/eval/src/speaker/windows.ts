/**
 * Start of each window of a clip. A clip shorter than one window has one, which the caller fills; of a partial window at the end
 * `trailing` decides.
 * @param lengthSamples - Samples in the clip, 1 or more.
 * @param windowSamples - A positive integer.
 * @param hopSamples - A positive integer.
 * @param trailing - `drop` leaves samples after the last full window out; `pad with zeros` starts one more window there.
 * @throws {RangeError} when a size is not such a number.
 */
export function planWindows(lengthSamples: number, windowSamples: number, hopSamples: number, trailing: 'drop' | 'pad with zeros' = 'drop'): readonly number[] {
  for (const [name, value] of Object.entries({ lengthSamples, windowSamples, hopSamples })) {
    if (!Number.isInteger(value) || value < 1) throw new RangeError(`${name} must be a positive integer, got ${value}`);
  }
  const full = Math.max(1, Math.floor((lengthSamples - windowSamples) / hopSamples) + 1);
  const last = (full - 1) * hopSamples;
  const rest = trailing === 'pad with zeros' && last + windowSamples < lengthSamples && last + hopSamples < lengthSamples;
  return Array.from({ length: full + (rest ? 1 : 0) }, (_, index) => index * hopSamples);
}

/** Longest clip that is one window where the model takes whole clips, seconds. Source: ours; a minute of 80 bands is 2 MB, but attention over frames grows with their square. */
export const LONGEST_WHOLE_SEC = 300;

/** Equal parts of a clip for a model that takes whole clips: one, or as few as stay within {@link LONGEST_WHOLE_SEC}. */
export function planWholeClip(lengthSamples: number, sampleRateHz: number): readonly { readonly start: number; readonly end: number }[] {
  const parts = Math.max(1, Math.ceil(lengthSamples / (LONGEST_WHOLE_SEC * sampleRateHz)));
  const edge = (part: number): number => Math.round((part * lengthSamples) / parts);
  return Array.from({ length: parts }, (_, part) => ({ start: edge(part), end: edge(part + 1) }));
}
