import { z } from 'zod';
import type { ListeningKey, ListeningTest } from './plan-listening.js';

/** One line of `ratings.jsonl`: what one listener answered to one trial. */
export const ratingSchema = z.object({
  v: z.literal(1),
  test: z.string().min(1).max(100),
  /** A name or a number; whoever collects says how listeners are told apart. */
  listener: z.string().trim().min(1).max(64),
  trial: z.string().min(1).max(20),
  /** The clips as they were played; for `abx` the third is X. */
  order: z.array(z.string().max(100)).min(1).max(3),
  /** `mos`: 1…5. `cmos`: the second compared with the first, −3…3. `abx`: 0 where X was called A, 1 where B. */
  answer: z.int().min(-3).max(5),
  /** ISO 8601, UTC. */
  at: z.string().max(40),
  /** From the trial's appearing to the answer, milliseconds. */
  tookMs: z.number().nonnegative(),
});
export type Rating = Readonly<z.infer<typeof ratingSchema>>;

const RANGES = { mos: [1, 5], cmos: [-3, 3], abx: [0, 1] } as const;

/** Why a rating is none of this test's; null when it is. */
export function refuseRating({ test, trial, order, answer }: Rating, of: Pick<ListeningTest | ListeningKey, 'id' | 'kind' | 'trials'>): string | null {
  const known = of.trials.find(({ id }) => id === trial);
  const [least, most] = RANGES[of.kind];
  if (test !== of.id) return `it belongs to the test ${test}`;
  if (known === undefined) return `there is no trial ${trial}`;
  if (answer < least || answer > most) return `its answer ${answer} is not from ${least} to ${most}`;
  const pair = of.kind === 'abx' ? order.slice(0, 2) : order;
  const isOrder = pair.length === known.stimuli.length && [...pair].sort().join('\n') === [...known.stimuli].sort().join('\n') && (of.kind !== 'abx' || (order.length === 3 && pair.includes(order[2]!)));
  return isOrder ? null : `its clips are not those of the trial ${trial}`;
}

/** Reads `ratings.jsonl`, from one file or several put together. What is no rating of this test is returned with its reason. */
export function parseRatings(text: string, of: Pick<ListeningTest | ListeningKey, 'id' | 'kind' | 'trials'>): { readonly ratings: readonly Rating[]; readonly dropped: readonly { readonly line: number; readonly reason: string }[] } {
  const ratings: Rating[] = [];
  const dropped: { line: number; reason: string }[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const parsed = ratingSchema.safeParse(jsonOrNull(line));
    const reason = parsed.success ? refuseRating(parsed.data, of) : 'no whole rating';
    if (parsed.success && reason === null) ratings.push(parsed.data);
    else dropped.push({ line: index + 1, reason: reason ?? 'no whole rating' });
  }
  return { ratings, dropped };
}

function jsonOrNull(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null; // no rating either
  }
}
