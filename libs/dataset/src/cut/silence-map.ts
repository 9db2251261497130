/** Where a recording is silent: one flag a hop, 1 = silent. `hopSamples` samples lie between the centres of two hops. */
export type SilenceMap = { readonly silent: Uint8Array; readonly hopSamples: number };

/**
 * Marks the hops of a level curve that hold no speech. The threshold follows the recording: it is the one asked for,
 * raised to twice (6 dB above) a noisy floor, and kept 15 dB under the level of its speech.
 * @param levels - One RMS level a hop, linear, full scale 1.
 * @param thresholdDbfs - Silence threshold for a clean recording. @default -40
 */
export function mapSilence(levels: Float64Array | Float32Array, hopSamples: number, thresholdDbfs = -40): SilenceMap {
  const ordered = Float64Array.from(levels).sort();
  const at = (share: number) => ordered[Math.min(ordered.length - 1, Math.floor(share * ordered.length))] ?? 0;
  const asked = 10 ** (thresholdDbfs / 20);
  const threshold = Math.min(Math.max(asked, 2 * at(0.1)), at(0.95) * 10 ** (-15 / 20));
  return { silent: Uint8Array.from(levels, (level) => (level <= threshold ? 1 : 0)), hopSamples };
}

/** Share of the range `[start, end)`, in samples, that is silent; 1 for an empty range. */
export function silentShare({ silent, hopSamples }: SilenceMap, start: number, end: number): number {
  const first = Math.ceil(start / hopSamples);
  const last = Math.min(silent.length, Math.ceil(end / hopSamples));
  let count = 0;
  for (let hop = first; hop < last; hop += 1) count += silent[hop]!;
  return last <= first ? 1 : count / (last - first);
}

/** How many samples from `start` on (`step` 1: forwards, -1: backwards) are silent, up to `limit`. */
export function silentReach({ silent, hopSamples }: SilenceMap, start: number, step: 1 | -1, limit: number): number {
  let reach = 0;
  while (reach < limit) {
    const hop = Math.round((start + step * reach) / hopSamples);
    if (hop < silent.length && hop >= 0 && silent[hop] === 0) break;
    reach += hopSamples;
  }
  return Math.max(0, Math.min(reach, limit));
}

/**
 * The range from the first to the last hop that is not silent, widened by `keepSamples` and kept inside the recording.
 * `null` when all of it is silent.
 */
export function trimSilence({ silent, hopSamples }: SilenceMap, totalSamples: number, keepSamples: number): { start: number; end: number } | null {
  const first = silent.indexOf(0);
  if (first === -1) return null;
  const last = silent.lastIndexOf(0);
  return { start: Math.max(0, first * hopSamples - keepSamples), end: Math.min(totalSamples, (last + 1) * hopSamples + keepSamples) };
}
