import { kaldiFbank } from '@voxtune/audio';

/** A stretch that is said again straight or soon after. */
export type Repetition = { readonly startSec: number; /** From its start to that of its copy. */ readonly afterSec: number; readonly lengthSec: number; /** How alike the two are, −1…1. */ readonly likeness: number };

const SHIFT_MS = 20; // Source: ours; a syllable has about ten
const MELS = 24; // Source: ours; coarse enough to forgive another pitch
const WINDOW_FRAMES = 25; // Source: ours; half a second, two to three syllables
const LONGEST_LAG_FRAMES = 150; // Source: ours; 3 s
const STEADY_FRAMES = 6; // Source: ours; 120 ms, half a syllable: within it speech changes and a held tone does not
const STEADY_LIKENESS = 0.7; // Source: ours; neighbours of a held tone correlate near 1
const FLAT = 1; // Source: ours; a fifth of a nat in each of 24 bands
const LONGEST_SEC = 120; // Source: ours; longer audio is not looked through

/**
 * Looks for half a second or more of sound that comes again within 3 s, by the correlation of its mel spectrum, frame by frame.
 * @returns The most alike pair; null when nothing comes within `least`.
 */
export function findRepetition(samples: Float32Array, sampleRateHz: number, least: number): Repetition | null {
  if (samples.length > LONGEST_SEC * sampleRateHz) return null;
  const { values, frames, size } = kaldiFbank(samples, Math.round(sampleRateHz), { melBins: MELS, frameShiftMs: SHIFT_MS, lowHz: 60, highHz: Math.min(6000, Math.floor(sampleRateHz / 2) - 1) });
  const { rows, loud } = standardRows(values, frames, size);
  const steady = likenessAt(rows, frames, size, STEADY_FRAMES);
  let best: Repetition | null = null;
  for (let lag = WINDOW_FRAMES; lag <= Math.min(LONGEST_LAG_FRAMES, frames - WINDOW_FRAMES); lag += 1) {
    let sum = 0, heard = 0;
    const likeness = likenessAt(rows, frames, size, lag);
    for (let f = 0; f + lag < frames; f += 1) {
      sum += likeness[f]!;
      heard += loud[f]! & loud[f + lag]!;
      if (f >= WINDOW_FRAMES) {
        sum -= likeness[f - WINDOW_FRAMES]!;
        heard -= loud[f - WINDOW_FRAMES]! & loud[f - WINDOW_FRAMES + lag]!;
      }
      const mean = sum / WINDOW_FRAMES;
      if (f + 1 >= WINDOW_FRAMES && heard >= WINDOW_FRAMES * 0.8 && mean >= Math.max(least, best?.likeness ?? -1) && meanOf(steady, f + 1 - WINDOW_FRAMES, WINDOW_FRAMES - STEADY_FRAMES) < STEADY_LIKENESS) {
        best = { startSec: ((f + 1 - WINDOW_FRAMES) * SHIFT_MS) / 1000, afterSec: (lag * SHIFT_MS) / 1000, lengthSec: (WINDOW_FRAMES * SHIFT_MS) / 1000, likeness: mean };
      }
    }
  }
  return best;
}

/** Correlation of each frame with the one `lag` frames later. */
function likenessAt(rows: Float32Array, frames: number, size: number, lag: number): Float64Array {
  const likeness = new Float64Array(Math.max(0, frames - lag));
  for (let f = 0; f < likeness.length; f += 1) {
    let dot = 0;
    for (let a = f * size, b = a + lag * size, end = a + size; a < end; a += 1, b += 1) dot += rows[a]! * rows[b]!;
    likeness[f] = dot;
  }
  return likeness;
}

const meanOf = (values: Float64Array, start: number, count: number): number => values.subarray(start, start + count).reduce((sum, value) => sum + value, 0) / count;

/** Each frame without the clip's mean spectrum and its own level, at unit length: what is left is the shape of its sound. `loud`: 1 where there is speech. */
function standardRows(values: Float32Array, frames: number, size: number): { readonly rows: Float32Array; readonly loud: Uint8Array } {
  const levels = Float64Array.from({ length: frames }, (_, f) => values.subarray(f * size, (f + 1) * size).reduce((sum, value) => sum + value, 0) / size);
  const top = levels.slice().sort()[Math.floor(0.9 * (frames - 1))] ?? 0;
  const loud = Uint8Array.from(levels, (level) => (level > top - 5.5 ? 1 : 0)); // natural logarithm of power: 5.5 is 24 dB
  const means = new Float64Array(size);
  let counted = 0;
  for (let f = 0; f < frames; f += 1) if (loud[f] === 1) { counted += 1; for (let m = 0; m < size; m += 1) means[m]! += values[f * size + m]! - levels[f]!; }
  const rows = new Float32Array(frames * size);
  for (let f = 0; f < frames; f += 1) {
    let square = 0;
    for (let m = 0; m < size; m += 1) { const x = values[f * size + m]! - levels[f]! - means[m]! / Math.max(1, counted); rows[f * size + m] = x; square += x * x; }
    const norm = square < FLAT ? Infinity : Math.sqrt(square); // a frame like all others is like none in particular
    for (let m = 0; m < size; m += 1) rows[f * size + m]! /= norm;
  }
  return { rows, loud };
}
