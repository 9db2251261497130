/** What lies beside cues and is shorter is the pauses between them and their ragged edges. Source: ours. */
const LEAST_SEC = 1.5;

/** The stretches of `[0, total)`, in samples, that are in none of the ranges, and long enough to hold speech of their own. */
export function besideCues(taken: readonly { readonly start: number; readonly end: number }[], total: number, sampleRateHz: number): readonly { readonly start: number; readonly end: number }[] {
  const gaps: { start: number; end: number }[] = [];
  let from = 0;
  for (const { start, end } of [...taken, { start: total, end: total }].sort((a, b) => a.start - b.start)) {
    const upTo = Math.min(start, total);
    if (upTo - from >= LEAST_SEC * sampleRateHz) gaps.push({ start: from, end: upTo });
    from = Math.max(from, end);
  }
  return gaps;
}
