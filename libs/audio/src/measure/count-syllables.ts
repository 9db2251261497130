import { pieceMoments } from './piece-moments.js';
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
  const levels = triangleLevels(samples, timesSec.map((sec) => Math.round(sec * sampleRateHz)), half);
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

/**
 * Level around each centre in decibels, weighted by the triangle `1 − |i − centre| / half`. Triangles overlap: each sample is squared once, into sums between the neighbouring
 * corners, and every triangle adds those that it covers.
 * @param centres - Whole samples, ascending.
 */
function triangleLevels(samples: Float32Array, centres: Float64Array, half: number): Float64Array {
  const within = (at: number): number => Math.max(0, Math.min(samples.length, at));
  const corners = cornersOf(centres, half, samples.length), pieces = Math.max(0, corners.length - 1), { energy, moment } = pieceMoments(samples, corners);
  let begin = 0;
  return centres.map((centre) => {
    const from = within(centre - half), middle = within(centre), to = within(centre + half);
    while (corners[begin]! < from) begin += 1;
    let sum = 0;
    for (let p = begin; p < pieces && corners[p]! < to; p++) {
      const at = corners[p]!; // the weight is 1 − side · (at − centre) / half here, and goes on by −side / half a sample
      const side = at < middle ? -1 : 1;
      sum += (1 - (side * (at - centre)) / half) * energy[p]! - (side / half) * moment[p]!;
    }
    const left = weightsTo(centre - from, half), right = weightsTo(to - centre - 1, half);
    return 10 * Math.log10(Math.max(0, sum) / Math.max(left + 1 + right, 1) + FLOOR_POWER);
  });
}

/** Where triangles begin, peak and end, ascending, each once: three ascending lists merged. */
function cornersOf(centres: Float64Array, half: number, length: number): Int32Array {
  const corners = new Int32Array(3 * centres.length);
  let count = 0, rising = 0, top = 0, falling = 0;
  const at = (index: number, shift: number): number => (index < centres.length ? Math.max(0, Math.min(length, centres[index]! + shift)) : Infinity);
  for (;;) {
    const next = Math.min(at(rising, -half), at(top, 0), at(falling, half));
    if (next === Infinity) return corners.subarray(0, count);
    corners[count++] = next;
    while (at(rising, -half) === next) rising += 1;
    while (at(top, 0) === next) top += 1;
    while (at(falling, half) === next) falling += 1;
  }
}

/** Sum of `1 − k / half` over k = 1 … count. */
const weightsTo = (count: number, half: number): number => count - (count * (count + 1)) / (2 * half);
