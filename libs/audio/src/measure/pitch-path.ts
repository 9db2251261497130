import { type PitchCandidates } from './pitch-candidates.js';

/** What a path through the candidates costs, per 10 ms. */
export type PathCosts = {
  readonly ceilingHz: number;
  readonly silenceThreshold: number;
  readonly voicingThreshold: number;
  readonly octaveCost: number;
  readonly octaveJumpCost: number;
  readonly voicedUnvoicedCost: number;
};

/** The gain of calling a frame unvoiced (Boersma 1993, §3, step 3.12). */
export const unvoicedStrength = (intensity: number, { silenceThreshold, voicingThreshold }: Pick<PathCosts, 'silenceThreshold' | 'voicingThreshold'>): number =>
  voicingThreshold + (silenceThreshold > 0 ? Math.max(0, 2 - (intensity * (1 + voicingThreshold)) / silenceThreshold) : 0);

/**
 * The cheapest path (Viterbi; Boersma 1993, §3, last step).
 * @returns For each frame the index of its candidate, or −1 for unvoiced.
 */
export function cheapestPitchPath({ starts, f0Hz, strength, intensity }: PitchCandidates, costs: PathCosts): Int32Array {
  const { ceilingHz, octaveCost, octaveJumpCost, voicedUnvoicedCost } = costs;
  const frames = intensity.length, octaves = f0Hz.map(Math.log2);
  /** Best predecessor of each candidate, and of each frame's unvoiced state; −1 is the unvoiced one. */
  const cameFrom = new Int32Array(f0Hz.length), unvoicedFrom = new Int32Array(frames), score = new Float64Array(f0Hz.length);
  let unvoicedScore = 0;
  for (let f = 0; f < frames; f++) {
    const from = f === 0 ? 0 : starts[f - 1]!, to = starts[f]!, first = f === 0;
    const best = (here: number): { readonly from: number; readonly score: number } => {
      let chosen = -1, most = unvoicedScore - (here >= 0 && !first ? voicedUnvoicedCost : 0);
      for (let p = from; p < to; p++) {
        const s = score[p]! - (here >= 0 ? octaveJumpCost * Math.abs(octaves[here]! - octaves[p]!) : voicedUnvoicedCost);
        if (s > most) { most = s; chosen = p; }
      }
      return { from: chosen, score: most };
    };
    const silent = best(-1);
    for (let c = to; c < starts[f + 1]!; c++) {
      const before = best(c);
      cameFrom[c] = before.from;
      score[c] = before.score + strength[c]! - octaveCost * (Math.log2(ceilingHz) - octaves[c]!);
    }
    unvoicedFrom[f] = silent.from;
    unvoicedScore = silent.score + unvoicedStrength(intensity[f]!, costs);
  }
  const path = new Int32Array(frames).fill(-1);
  if (frames === 0) return path;
  let at = -1, most = unvoicedScore;
  for (let c = starts[frames - 1]!; c < starts[frames]!; c++) if (score[c]! > most) { most = score[c]!; at = c; }
  for (let f = frames - 1; f >= 0; f--) { path[f] = at; at = at < 0 ? unvoicedFrom[f]! : cameFrom[at]!; }
  return path;
}
