import { z } from 'zod';

/** What a person has made of one clip. `start` and `end` are samples at the clip rate, counted in the recording. */
export const reviewUnitSchema = z.object({
  id: z.string().min(1),
  recordingId: z.string().min(1),
  start: z.int().nonnegative(),
  end: z.int().positive(),
  verdict: z.enum(['accepted', 'rejected']).nullable(),
  /** Its words as they stand; null where it has none. */
  text: z.string().nullable(),
  /** True when a person wrote the words. */
  edited: z.boolean(),
});

export const REVIEW_ACTIONS = ['accept', 'reject', 'text', 'trim', 'split', 'merge', 'undo'] as const;

/** One line of `review.jsonl`: who decided what, when, and what the clips were before and are after. */
export const decisionSchema = z.object({
  v: z.literal(1),
  /** Counts decisions from 1. */
  seq: z.int().positive(),
  /** ISO 8601, UTC. */
  at: z.string(),
  by: z.string(),
  /** Names one request: asked again, after an answer that was lost, it is not done twice. */
  request: z.string().min(1),
  action: z.enum(REVIEW_ACTIONS),
  /** The rule of a decision on many clips; null otherwise. */
  why: z.string().nullable(),
  /** The decision that this one takes back. */
  undoes: z.int().positive().nullable(),
  before: z.array(reviewUnitSchema).min(1),
  after: z.array(reviewUnitSchema).min(1),
});

export type ReviewAction = (typeof REVIEW_ACTIONS)[number];
export type ReviewUnit = Readonly<z.infer<typeof reviewUnitSchema>>;
export type Decision = Readonly<z.infer<typeof decisionSchema>>;
