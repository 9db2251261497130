// One listener's way through a test, without a browser: what is next, what is answered, what is still to be sent.
import { orderTrials, type ListeningTest, type OrderedTrial } from '@voxtune/eval/listening';

export type Rating = { readonly v: 1; readonly test: string; readonly listener: string; readonly trial: string; readonly order: readonly string[]; readonly answer: number; readonly at: string; readonly tookMs: number };
export type Kept = { readonly listener: string; readonly ratings: readonly Rating[]; /** How many of them the collector has. */ readonly sent: number };
export type Session = { readonly trials: readonly OrderedTrial[]; /** Place of the next trial; `trials.length` when all are answered. */ readonly at: number };

/** Where a listener is: the first trial without an answer. */
export function resume(test: ListeningTest, { listener, ratings }: Kept): Session {
  const trials = orderTrials(test, listener);
  const answered = new Set(ratings.map(({ trial }) => trial));
  const at = trials.findIndex(({ id }) => !answered.has(id));
  return { trials, at: at === -1 ? trials.length : at };
}

/** Reads what the browser kept for this test; nothing when there is nothing, or it is of no use. */
export function readKept(text: string | null, testId: string): Kept | null {
  try {
    const kept = JSON.parse(text ?? 'null') as Kept | null;
    return kept !== null && typeof kept.listener === 'string' && Array.isArray(kept.ratings) && kept.ratings.every(({ test }) => test === testId) ? { listener: kept.listener, ratings: kept.ratings, sent: Number.isInteger(kept.sent) ? kept.sent : 0 } : null;
  } catch {
    return null;
  }
}

/** The answer that a number key stands for: of a scale with minus signs, 1 is its lowest. */
export function answerOfKey(key: string, scale: readonly (readonly [number, string])[]): number | null {
  const number = Number(key);
  if (!/^[1-9]$/.test(key) || number > scale.length) return null;
  return [...scale].map(([value]) => value).sort((a, b) => a - b)[number - 1]!;
}
export const keyOfAnswer = (answer: number, scale: readonly (readonly [number, string])[]): number => [...scale].map(([value]) => value).sort((a, b) => a - b).indexOf(answer) + 1;
