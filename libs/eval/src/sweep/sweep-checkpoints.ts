import { describeError } from '../evaluate/ask.js';
import { type ClipScores, type Finding } from '../report/schema.js';
import { roundTo6 } from '../verdict.js';
import { planSweep, type SweepPlan } from './plan-sweep.js';

/** Two checkpoints that speak together. */
export type EpochPair = { readonly gptEpoch: number; readonly sovitsEpoch: number };

/** A pair as the sweep saw it. `merit` is its mean over `sentences`, 0…1; a sentence that failed counts 0. */
export type SweepEntry<P extends EpochPair> = { readonly pair: P; readonly merit: number; readonly sentences: number; readonly failed: number; /** Rounds it stayed in. */ readonly rounds: number };

export type SweepResult<P extends EpochPair> = {
  readonly pick: P;
  /** The other of the last two; null when there was one pair only. */
  readonly runnerUp: P | null;
  /** Whether the last two could be told apart: their sentences' differences have a mean beyond its standard error. Null when there was one pair only. */
  readonly distinguishable: boolean | null;
  /** Every pair: the pick, the runner-up, then by the rounds it stayed in and by merit. */
  readonly entries: readonly SweepEntry<P>[];
  readonly plan: SweepPlan;
  /** Sentences that gave no merit, with their reason. */
  readonly problems: readonly { readonly pair: P; readonly sentence: string; readonly code: string; readonly message: string }[];
  /** The choice in words. */
  readonly why: string;
};

export type SweepOptions<P extends EpochPair> = {
  /** Pairs to choose from, 1 or more. */
  readonly pairs: readonly P[];
  /** Ids of the sentences, 1 or more; the first ones are heard first, so mix kinds. */
  readonly sentences: readonly string[];
  /** Merit of one sentence spoken by one pair, 0…1; null: it came back unusable. Called one at a time and never twice for the same; what it throws is that sentence's problem. */
  readonly merit: (pair: P, sentence: string) => Promise<number | null>;
  /** Sentences of the first round. @default 2 */
  readonly firstSentences?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number; readonly unit: 'sentences'; readonly note: string }) => void;
};

/** How a pair is chosen, in words for reports. */
export const SWEEP_RULE = 'Successive halving: every pair speaks a few sentences, the better half goes on with twice as many, the last two speak them all. Merit is the mean over sentences, and over the measures there are, of similarity, (P.808 − 1) ÷ 4 and intelligibility; each kind of fault that is heard in a sentence (a dropout, a repetition …) leaves nine tenths of it, one that failed counts 0. Of the last two the higher merit is picked; when the mean of their differences, sentence by sentence, lies within its standard error they are not told apart, and if it is below 0.005 too the less trained is picked: the lower sum of epochs, then the lower GPT epoch.';

/**
 * Finds the best of many checkpoint pairs within a budget that {@link planSweep} tells beforehand.
 * @throws {RangeError} when there is no pair or no sentence, or a merit lies outside 0…1.
 * @throws what the signal holds when it is aborted.
 */
export async function sweepCheckpoints<P extends EpochPair>({ pairs, sentences, merit, firstSentences = 2, signal, onProgress }: SweepOptions<P>): Promise<SweepResult<P>> {
  const plan = planSweep({ pairs: pairs.length, sentences: sentences.length, firstSentences });
  const problems: { pair: P; sentence: string; code: string; message: string }[] = [];
  const states = pairs.map((pair) => ({ pair, merits: [] as number[], failed: 0, rounds: 0 }));
  const mean = ({ merits }: { readonly merits: readonly number[] }): number => roundTo6(merits.reduce((sum, value) => sum + value, 0) / Math.max(1, merits.length));
  const better = (a: (typeof states)[number], b: (typeof states)[number]): number =>
    b.rounds - a.rounds || mean(b) - mean(a) || (lessTrained(a.pair, b.pair) ? -1 : 1);
  let done = 0;
  let left = states;
  for (const round of plan.rounds) {
    left = [...left].sort(better).slice(0, round.pairs);
    for (const state of left) {
      for (const sentence of sentences.slice(state.merits.length, round.sentences)) {
        signal?.throwIfAborted();
        let value: number | null = null;
        try {
          value = await merit(state.pair, sentence);
          if (value === null) problems.push({ pair: state.pair, sentence, code: 'EVAL_OUTPUT_FAULTY', message: 'The audio is unusable.' });
        } catch (error) {
          signal?.throwIfAborted();
          problems.push({ pair: state.pair, sentence, ...describeError(error, 'EVAL_SYNTHESIS_FAILED') });
        }
        if (value !== null && !(value >= 0 && value <= 1)) throw new RangeError(`a merit must lie within 0…1, got ${value}`);
        if (value === null) state.failed += 1;
        state.merits.push(value ?? 0);
        done += 1;
        onProgress?.({ done, total: plan.syntheses, unit: 'sentences', note: nameOf(state.pair) });
      }
      state.rounds += 1;
    }
  }
  const ranked = [...states].sort(better);
  const distinguishable = ranked.length < 2 ? null : toldApart(ranked[0]!.merits, ranked[1]!.merits);
  if (distinguishable === false && mean(ranked[0]!) - mean(ranked[1]!) < NEGLIGIBLE && lessTrained(ranked[1]!.pair, ranked[0]!.pair)) ranked.splice(0, 2, ranked[1]!, ranked[0]!);
  const entries = ranked.map((state) => ({ pair: state.pair, merit: mean(state), sentences: state.merits.length, failed: state.failed, rounds: state.rounds }));
  const [best, second] = entries as [SweepEntry<P>, SweepEntry<P> | undefined];
  return { pick: best.pair, runnerUp: second?.pair ?? null, distinguishable, entries, plan, problems, why: inWords(best, second, distinguishable, entries.length, done) };
}

/**
 * Whether the mean of paired differences lies beyond its standard error.
 * Source: the one-standard-error rule of Breiman, Friedman, Olshen and Stone, Classification and Regression Trees (1984), 3.4.3: of models within one standard error of the best, the simplest.
 */
function toldApart(first: readonly number[], second: readonly number[]): boolean {
  const differences = first.map((merit, i) => merit - second[i]!); // the last two have heard the same sentences
  const n = differences.length;
  const mean = differences.reduce((sum, value) => sum + value, 0) / n;
  if (n < 2) return Math.abs(mean) > ROUNDING;
  const variance = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  return Math.abs(mean) > Math.max(ROUNDING, Math.sqrt(variance / n));
}

const NEGLIGIBLE = 0.005; // Source: ours; 0.04 of P.808 with one other measure. Taking the less trained within any standard error found the planted best of noise bursts 44 times of 60, the higher merit 57 times (docs/performance.md)
const ROUNDING = 5e-7; // Source: ours; merits are told to six places

const lessTrained = (a: EpochPair, b: EpochPair): boolean => a.gptEpoch + a.sovitsEpoch < b.gptEpoch + b.sovitsEpoch || (a.gptEpoch + a.sovitsEpoch === b.gptEpoch + b.sovitsEpoch && a.gptEpoch < b.gptEpoch);

/**
 * One number for one clip, to rank checkpoints by: the mean of the measures there are, each 0…1; every kind of warning among the findings leaves nine tenths of it.
 * Prosody is left out on purpose: in a trial of eight kinds of damage it found the planted best less often with it than without (docs/performance.md), for takes differ in it more than checkpoints do.
 * @returns null when nothing was measured.
 */
export function clipMerit({ similarity, p808, intelligibility }: Pick<ClipScores, 'similarity' | 'p808' | 'intelligibility'>, findings: readonly Finding[] = []): number | null {
  const heard = 0.9 ** new Set(findings.filter(({ level }) => level === 'warning').map(({ code }) => code)).size; // kinds, not a yes or no: a fault that all pairs have must not hide another's
  const parts = [similarity, p808 === null ? null : (p808 - 1) / 4, intelligibility].filter((value) => value !== null);
  return parts.length === 0 ? null : (heard * parts.reduce((sum, value) => sum + Math.max(0, Math.min(1, value)), 0)) / parts.length;
}

const nameOf = ({ gptEpoch, sovitsEpoch }: EpochPair): string => `GPT epoch ${gptEpoch} with SoVITS epoch ${sovitsEpoch}`;

function inWords<P extends EpochPair>(best: SweepEntry<P>, second: SweepEntry<P> | undefined, distinguishable: boolean | null, pairs: number, spoken: number): string {
  const counted = (count: number): string => `${count} sentence${count === 1 ? '' : 's'}`;
  if (second === undefined) return `${nameOf(best.pair)} is the only pair; merit ${best.merit.toFixed(3)} over ${counted(best.sentences)}.`;
  const taken = Math.abs(best.merit - second.merit) < NEGLIGIBLE ? 'the less trained one is taken' : 'the higher merit is taken';
  const how = distinguishable === true ? `${(best.merit - second.merit).toFixed(3)} less` : best.merit === second.merit ? `which is as good; ${taken}` : `not distinguishable on these sentences; ${taken}`;
  return `${nameOf(best.pair)} is ${distinguishable === true ? 'the best' : 'picked'} of ${pairs} pairs: merit ${best.merit.toFixed(3)} over ${counted(best.sentences)}. Runner-up: ${nameOf(second.pair)} with ${second.merit.toFixed(3)}, ${how}. ${counted(spoken)} were spoken in all.`;
}
