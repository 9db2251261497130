/** One round of a sweep: this many pairs, each judged on this many sentences in all. */
export type SweepRound = { readonly pairs: number; readonly sentences: number; /** Sentences newly spoken in this round, over all its pairs. */ readonly syntheses: number };

/** What a sweep will cost at most; known before the first sentence is spoken. */
export type SweepPlan = { readonly rounds: readonly SweepRound[]; readonly syntheses: number };

export type SweepBudget = {
  /** Checkpoint pairs, 1 or more. */
  readonly pairs: number;
  /** Sentences there are to judge by, 1 or more. */
  readonly sentences: number;
  /** Sentences of the first round. @default 2 */
  readonly firstSentences?: number;
};

/** Pairs that are judged on every sentence: the pick and its runner-up. */
const FINALISTS = 2;

/**
 * Successive halving: all pairs speak a few sentences, the better half speaks twice as many, and so on; the last two speak them all.
 * What a pair has spoken is kept, so a round costs only its new sentences.
 * Source: Jamieson and Talwalkar, Non-stochastic Best Arm Identification and Hyperparameter Optimization (AISTATS 2016), algorithm 1.
 * @throws {RangeError} when a count is not a positive integer.
 */
export function planSweep({ pairs, sentences, firstSentences = 2 }: SweepBudget): SweepPlan {
  for (const [name, value] of Object.entries({ pairs, sentences, firstSentences })) {
    if (!Number.isInteger(value) || value < 1) throw new RangeError(`${name} must be a positive integer, got ${value}`);
  }
  const rounds: SweepRound[] = [];
  let left = pairs;
  let each = Math.min(firstSentences, sentences);
  let before = 0;
  for (;;) {
    if (left <= FINALISTS) each = sentences;
    rounds.push({ pairs: left, sentences: each, syntheses: left * (each - before) });
    if (left <= FINALISTS) break;
    before = each;
    left = Math.max(FINALISTS, Math.ceil(left / 2));
    each = Math.min(each * 2, sentences);
  }
  return { rounds, syntheses: rounds.reduce((sum, { syntheses }) => sum + syntheses, 0) };
}
