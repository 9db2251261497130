import { type PitchTrack } from './track-pitch.js';

/** Peaks must come this near the loudest, and rise this far above the dip before them (N. H. de Jong and T. Wempe, "Praat script to detect syllable nuclei", 2009: −25 dB, 2 dB). */
const BELOW_LOUDEST_DB = 25;
const DIP_DB = 2;
/** Their loudest is the 99th percentile, so that a click is none. */
const LOUDEST_SHARE = 0.99;
/** Half of the window of the level, seconds (Praat's intensity at 50 Hz sees 64 ms, bell-shaped). */
const HALF_WINDOW_SEC = 0.032;
/** Added so that silence has a level. */
const FLOOR_POWER = 1e-12;

/** Syllable nuclei: voiced peaks of the level with a dip before each (de Jong and Wempe 2009). */
export function countSyllables(samples: Float32Array, sampleRateHz: number, { timesSec, f0Hz }: Pick<PitchTrack, 'timesSec' | 'f0Hz'>): number {
  const half = Math.max(1, Math.round(HALF_WINDOW_SEC * sampleRateHz));
  const triangle = Float64Array.from({ length: 2 * half }, (_, i) => 1 - Math.abs(i - half) / half);
  const levels = timesSec.map((sec) => {
    const first = Math.round(sec * sampleRateHz) - half;
    let sum = 0, weights = 0;
    for (let i = Math.max(0, -first), end = Math.min(2 * half, samples.length - first); i < end; i++) {
      const weight = triangle[i]!, x = samples[first + i]!;
      sum += weight * x * x;
      weights += weight;
    }
    return 10 * Math.log10(sum / Math.max(weights, 1) + FLOOR_POWER);
  });
  const threshold = (levels.slice().sort()[Math.floor((levels.length - 1) * LOUDEST_SHARE)] ?? 0) - BELOW_LOUDEST_DB;
  let count = 0, dip = -Infinity;
  for (let f = 1; f + 1 < levels.length; f++) {
    dip = Math.min(dip === -Infinity ? levels[0]! : dip, levels[f]!);
    if (!(levels[f]! > levels[f - 1]! && levels[f]! >= levels[f + 1]! && levels[f]! > threshold && levels[f]! - dip > DIP_DB && f0Hz[f]! > 0)) continue;
    count += 1;
    dip = levels[f]!;
  }
  return count;
}
