import { type BootstrapOptions } from '../bootstrap.js';
import { comparePaired, type PairedComparison } from '../stats/compare-paired.js';
import { type ClipScores } from './schema.js';

/** One sentence as two systems spoke it. */
export type SentencePair = { readonly id: string; readonly text: string; readonly first: ClipScores | null; readonly second: ClipScores | null };

/** One measure over the sentences that both systems have a value for. */
export type ComparisonRow = { readonly measure: keyof ClipScores; readonly firstMean: number | null; readonly secondMean: number | null } & PairedComparison;
export type RunComparison = {
  readonly rows: readonly ComparisonRow[];
  readonly pairs: readonly SentencePair[];
  /** Sentences that only one of the systems has; nothing is compared there. */
  readonly unpaired: { readonly first: readonly string[]; readonly second: readonly string[] };
};

/** One system's sentences: id, text, scores (null: it failed). */
export type ScoredSentence = { readonly id: string; readonly text: string; readonly scores: ClipScores | null };

const MEASURES = ['similarity', 'p808', 'utmos', 'naturalness', 'intelligibility', 'ovrl', 'sig', 'bak'] as const satisfies readonly (keyof ClipScores)[];

/**
 * Compares two runs sentence by sentence, by id. A measure is listed when some sentence has it from both.
 * @returns Rows with the difference second − first, its interval and which is better; `undecided` where the interval holds 0.
 */
export function compareRuns(first: readonly ScoredSentence[], second: readonly ScoredSentence[], options: BootstrapOptions = {}): RunComparison {
  const seconds = new Map(second.map((one) => [one.id, one]));
  const pairs = first.flatMap(({ id, text, scores }): SentencePair[] => {
    const other = seconds.get(id);
    return other === undefined ? [] : [{ id, text, first: scores, second: other.scores }];
  });
  const paired = new Set(pairs.map(({ id }) => id));
  const rows = MEASURES.flatMap((measure): ComparisonRow[] => {
    const both = pairs.flatMap((pair) => {
      const a = pair.first?.[measure] ?? null, b = pair.second?.[measure] ?? null;
      return a === null || b === null ? [] : [[a, b] as const];
    });
    if (both.length === 0) return [];
    const a = both.map(([value]) => value), b = both.map(([, value]) => value);
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    return [{ measure, firstMean: mean(a), secondMean: mean(b), ...comparePaired(a, b, options) }];
  });
  const only = (sentences: readonly ScoredSentence[]): string[] => sentences.filter(({ id }) => !paired.has(id)).map(({ id }) => id);
  return { rows, pairs, unpaired: { first: only(first), second: only(second) } };
}
