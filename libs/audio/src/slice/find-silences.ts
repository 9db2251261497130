import { type SliceGrid } from './slice-options.js';

/** Silence to remove: sound ends at `from` and starts again at `to`, in hops; both may be the same. */
export type Silence = { readonly from: number; readonly to: number };

/**
 * Decides which silences to cut at, by the rules of slicer2 (GPT-SoVITS 48b1a01, tools/slicer2.py).
 * @param levels - One RMS level per hop, linear.
 * @returns Silences in order; one that lasts to the end has `to` past the last hop.
 */
export function findSilences(levels: Float64Array, { thresholdAmplitude, minLength, minInterval, maxSilKept }: SliceGrid): Silence[] {
  const silences: Silence[] = [];
  let quietFrom: number | null = null;
  let clipStart = 0;
  for (let i = 0; i < levels.length; i++) {
    if (levels[i]! < thresholdAmplitude) {
      quietFrom ??= i;
      continue;
    }
    if (quietFrom === null) continue;
    const leading = quietFrom === 0 && i > maxSilKept;
    const worthCutting = i - quietFrom >= minInterval && i - clipStart >= minLength;
    if (leading || worthCutting) {
      const silence = trim(levels, quietFrom, i, maxSilKept);
      silences.push(silence);
      clipStart = silence.to;
    }
    quietFrom = null;
  }
  if (quietFrom !== null && levels.length - quietFrom >= minInterval) {
    const lastKept = Math.min(levels.length, quietFrom + maxSilKept);
    silences.push({ from: quietest(levels, quietFrom, lastKept + 1), to: levels.length + 1 });
  }
  return silences;
}

/** Which part of the silence `[start, sound)` goes: at most `keep` hops stay at each side, ending at the quietest ones. */
function trim(levels: Float64Array, start: number, sound: number, keep: number): Silence {
  const leading = start === 0;
  const length = sound - start;
  if (length <= keep) {
    const at = quietest(levels, start, sound + 1);
    return { from: leading ? 0 : at, to: at };
  }
  const left = quietest(levels, start, start + keep + 1);
  const right = quietest(levels, sound - keep, sound + 1);
  if (leading) return { from: 0, to: right };
  if (length > keep * 2) return { from: left, to: right };
  const middle = quietest(levels, sound - keep, start + keep + 1);
  return { from: Math.min(left, middle), to: Math.max(right, middle) };
}

/** First of the lowest levels in `[from, to)`. */
function quietest(levels: Float64Array, from: number, to: number): number {
  let best = from;
  for (let i = from + 1; i < to && i < levels.length; i++) if (levels[i]! < levels[best]!) best = i;
  return best;
}
