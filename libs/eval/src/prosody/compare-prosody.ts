import { type Prosody, PROSODY_MEASURES, type ProsodyMeasure } from './measure-prosody.js';

/** The name that reports give this measure. */
export const PROSODY_MODEL = 'prosody overlap 1 (pitch, its spread, pace, pauses, dynamics; no listener model)';

/** A speaker's own way of speaking: mean and standard deviation over their clips, of each measure that enough clips have. */
export type ProsodyProfile = { readonly clips: number; readonly measures: Readonly<Partial<Record<ProsodyMeasure, { readonly mean: number; readonly spread: number }>>> };

/** Fewer real clips than this say too little about how someone varies. Source: ours. */
export const FEWEST_PROFILE_CLIPS = 5;

/** Least spread of a speaker, so that few alike clips do not make everything else strange. Source: ours; about what can be heard (half a semitone, a tenth of the pace, 1 dB). */
const LEAST_SPREAD: Readonly<Record<ProsodyMeasure, number>> = { pitchSemitones: 0.5, pitchSpreadSemitones: 0.4, syllablesPerSec: 0.3, pauseShare: 0.04, levelSpreadDb: 0.6 };

/** Each side of the overlap is this many times the speaker's spread wide. Source: ours; the speaker's own clips then come to 0.84 on the mean: 1 − 2/π · atan(1/4). */
const WIDTH = 2;

/** How a speaker speaks, from real clips. @returns null for fewer than five clips with pitch. */
export function profileProsody(clips: readonly Prosody[]): ProsodyProfile | null {
  const measures: Partial<Record<ProsodyMeasure, { mean: number; spread: number }>> = {};
  for (const id of PROSODY_MEASURES) {
    const values = clips.map((clip) => clip[id]).filter((value) => value !== null);
    if (values.length < FEWEST_PROFILE_CLIPS) continue;
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
    measures[id] = { mean, spread: Math.max(LEAST_SPREAD[id], Math.sqrt(variance)) };
  }
  return measures.pitchSemitones === undefined ? null : { clips: clips.length, measures };
}

/** One clip held against a speaker: each measure's share of overlap, and the whole, 0…1. */
export type ProsodyOverlap = { readonly overlap: number; readonly parts: Readonly<Partial<Record<ProsodyMeasure, number>>> };

/**
 * How far a clip is spoken as the speaker speaks, 0…1. For each measure: what two normal distributions share, one about the speaker's mean and one
 * about the clip's value, both twice as wide as the speaker's clips vary; 1 at the mean, less with every step away, the same to both sides. The whole is the
 * geometric mean, so that one measure far off (a monotone) is not made up for by the others. Real clips of the speaker come to about 0.8.
 * It hears neither timbre nor artefacts; it is no opinion score.
 * @returns null when clip and profile have no pitch in common.
 */
export function compareProsody(clip: Prosody, { measures }: ProsodyProfile): ProsodyOverlap | null {
  const parts: Partial<Record<ProsodyMeasure, number>> = {};
  for (const id of PROSODY_MEASURES) {
    const value = clip[id], own = measures[id];
    if (value !== null && own !== undefined) parts[id] = overlapOfNormals(Math.abs(value - own.mean) / (WIDTH * own.spread));
  }
  if (parts.pitchSemitones === undefined) return null;
  const all = Object.values(parts);
  return { overlap: Math.exp(all.reduce((sum, part) => sum + Math.log(Math.max(part, 1e-6)), 0) / all.length), parts };
}

/** Share that two normal distributions have in common when their means lie `distance` of their standard deviations apart: 2 Φ(−d ÷ 2). Source: Inman and Bradley, Communications in Statistics 18 (1989), 3851. */
export const overlapOfNormals = (distance: number): number => 2 * normalTail(distance / 2);

/** Upper tail of the standard normal distribution, x ≥ 0, to 7.5e-8. Source: Abramowitz and Stegun (1964), 26.2.17. */
function normalTail(x: number): number {
  const t = 1 / (1 + 0.2316419 * x);
  const polynomial = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * polynomial;
}
