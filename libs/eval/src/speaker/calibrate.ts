/** How well scores tell the same speaker from others. */
export type EqualErrorRate = {
  /** Share of errors of both kinds where they are equal, 0…1. */
  readonly rate: number;
  /** The score where they are. */
  readonly threshold: number;
  readonly genuine: number;
  readonly impostors: number;
};

/**
 * Where as many genuine pairs are refused (score below the threshold) as impostors are taken (at it or above). Between two scores the
 * crossing is taken as the mean of the two errors at the nearest of them.
 * @param genuine - Scores of pairs of one speaker; at least one, finite.
 * @param impostors - Scores of pairs of two speakers; at least one, finite.
 * @throws {RangeError} otherwise.
 */
export function equalErrorRate(genuine: readonly number[], impostors: readonly number[]): EqualErrorRate {
  for (const [name, scores] of Object.entries({ genuine, impostors })) {
    if (scores.length === 0) throw new RangeError(`${name} must hold at least one score`);
    const bad = scores.find((score) => !Number.isFinite(score));
    if (bad !== undefined) throw new RangeError(`${name} must be finite, got ${bad}`);
  }
  const all = [...genuine.map((score) => ({ score, own: true })), ...impostors.map((score) => ({ score, own: false }))].sort((a, b) => a.score - b.score);
  let refused = 0;
  let taken = impostors.length;
  let best = { gap: Infinity, rate: 1, threshold: all[0]!.score };
  const look = (threshold: number): void => {
    const [missed, false_] = [refused / genuine.length, taken / impostors.length];
    const gap = Math.abs(missed - false_);
    if (gap < best.gap) best = { gap, rate: (missed + false_) / 2, threshold };
  };
  for (let i = 0; i < all.length;) {
    const { score } = all[i]!;
    look(score);
    for (; i < all.length && all[i]!.score === score; i += 1) if (all[i]!.own) refused += 1; else taken -= 1;
  }
  return { rate: best.rate, threshold: best.threshold, genuine: genuine.length, impostors: impostors.length };
}

/**
 * A cosine on a scale that means the same for every speaker and model: 0 as alike as other speakers are, 1 as alike as the speaker is to themselves
 * (means of both); it may lie outside.
 * @throws {RangeError} when the genuine mean is not above that of the impostors, or one is not finite.
 */
export function calibrateSimilarity(cosine: number, { genuine, impostor }: { readonly genuine: number; readonly impostor: number }): number {
  if (![cosine, genuine, impostor].every(Number.isFinite) || !(genuine > impostor)) throw new RangeError(`genuine pairs must score above impostors, got ${genuine} and ${impostor}`);
  const calibrated = (cosine - impostor) / (genuine - impostor);
  if (!Number.isFinite(calibrated)) throw new RangeError(`genuine pairs and impostors lie too near together to tell anything, at ${genuine} and ${impostor}`);
  return calibrated;
}
