import { clipId } from '../cut/clip-id.js';
import { CLIP_LIMITS } from '../cut/clip-limits.js';
import { DatasetError } from '../errors.js';
import type { Decision, ReviewUnit } from './decision.js';
import type { ReviewState, UnitState } from './review-state.js';

/** A clip and the revision of it that the person looked at. */
export type SeenUnit = { readonly id: string; readonly rev: number };

/** What a person asks for. Samples are at the clip rate, counted in the recording. */
export type ReviewIntent =
  | { readonly action: 'accept' | 'reject'; readonly units: readonly SeenUnit[]; /** New words of the one clip. */ readonly text?: string | undefined; /** The rule, for many. */ readonly why?: string | undefined }
  | { readonly action: 'text'; readonly units: readonly [SeenUnit]; readonly text: string }
  | { readonly action: 'trim'; readonly units: readonly [SeenUnit]; readonly start: number; readonly end: number }
  | { readonly action: 'split'; readonly units: readonly [SeenUnit]; readonly at: number; readonly texts: readonly [string, string] }
  | { readonly action: 'merge'; readonly units: readonly [SeenUnit, SeenUnit]; readonly text: string }
  | { readonly action: 'undo' };

/** Clips further apart than this are not joined: what lies between them was left out for a reason. Ours. */
export const MERGE_GAP_SEC = 3;
/** Longest text of one clip, in characters; a clip of 54 s holds some 600. Ours. */
export const MAX_TEXT = 5000;

/**
 * Turns what a person asks for into the decision to be written; changes nothing.
 * @param by - Who asks. @param rateHz - The clip rate.
 * @throws {DatasetError} `DATASET_REVIEW_CONFLICT` when a clip has changed since the person saw it; `DATASET_REVIEW_REFUSED` when it cannot be done.
 */
export function planDecision(state: ReviewState, intent: ReviewIntent, { by, rateHz }: { readonly by: string; readonly rateHz: number }): Pick<Decision, 'action' | 'why' | 'undoes' | 'before' | 'after'> {
  if (intent.action === 'undo') return planUndo(state, by);
  const before = seenUnits(state, intent.units);
  const [first, second] = before as [ReviewUnit, ReviewUnit?];
  const { id: _, ...same } = first;
  const one = { action: intent.action, why: null, undoes: null, before };
  const piece = (start: number, end: number, change: Partial<ReviewUnit>): ReviewUnit => ({ id: clipId(first.recordingId, start, end), ...same, start, end, ...change });
  switch (intent.action) {
    case 'accept':
    case 'reject': {
      if (intent.text !== undefined && second !== undefined) throw refuse('one text cannot be the words of several clips');
      const change = { verdict: intent.action === 'accept' ? 'accepted' : 'rejected', ...(intent.text === undefined ? {} : words(first, intent.text)) } as const;
      return { ...one, why: intent.why ?? null, after: before.map((unit) => ({ ...unit, ...change })) };
    }
    case 'text':
      return { ...one, after: [{ ...first, ...words(first, intent.text) }] };
    case 'trim': {
      const { start, end } = intent;
      if (start < first.start || end > first.end) throw refuse('a clip is only made shorter by trimming', first);
      if (start === first.start && end === first.end) throw refuse('nothing is trimmed off', first);
      checkLength(start, end, rateHz);
      return { ...one, after: [piece(start, end, {})] };
    }
    case 'split': {
      const { at, texts } = intent;
      checkLength(first.start, at, rateHz);
      checkLength(at, first.end, rateHz);
      return { ...one, after: [piece(first.start, at, written(texts[0])), piece(at, first.end, written(texts[1]))] };
    }
    case 'merge': {
      if (second === undefined || state.next(first.id)?.id !== second.id) throw refuse('a clip is only joined with the next one of its recording', first);
      const gapSec = (second.start - first.end) / rateHz;
      if (gapSec > MERGE_GAP_SEC) throw refuse(`the next clip begins ${gapSec.toFixed(1)} s later; at most ${MERGE_GAP_SEC} s are joined over`, first);
      const end = Math.max(first.end, second.end);
      checkLength(first.start, end, rateHz);
      return { ...one, after: [piece(first.start, end, { ...written(intent.text), verdict: first.verdict === second.verdict ? first.verdict : null })] };
    }
  }
}

function planUndo(state: ReviewState, by: string): ReturnType<typeof planDecision> {
  const last = state.lastOf(by);
  if (last === undefined) throw refuse('there is nothing of yours to take back');
  if (!state.isIntact(last.seq)) {
    const other = last.after.map(({ id }) => state.get(id)?.by).find((name) => name !== undefined && name !== by) ?? 'somebody else';
    throw new DatasetError('DATASET_REVIEW_CONFLICT', `what you decided last has been changed since, by ${other}`, { seq: last.seq });
  }
  return { action: 'undo', why: null, undoes: last.seq, before: last.after.map(({ id }) => bare(state.get(id)!)), after: last.before };
}

function seenUnits(state: ReviewState, seen: readonly SeenUnit[]): ReviewUnit[] {
  if (seen.length === 0) throw refuse('no clip is named');
  if (new Set(seen.map(({ id }) => id)).size !== seen.length) throw refuse('a clip is named twice');
  return seen.map(({ id, rev }) => {
    const now = state.get(id);
    if (now === undefined) throw new DatasetError('DATASET_REVIEW_CONFLICT', `the clip ${id} has been cut anew, or is no longer there`, { clip: id });
    if (now.rev !== rev) throw new DatasetError('DATASET_REVIEW_CONFLICT', `${now.by ?? 'somebody else'} decided on the clip ${id} since you saw it`, { clip: id, by: now.by ?? '', rev: now.rev });
    return bare(now);
  });
}

const bare = ({ rev: _rev, by: _by, ...unit }: UnitState): ReviewUnit => unit;

/** Words on one line; a text of nothing is no words. */
function tidy(text: string): string | null {
  if (text.length > MAX_TEXT) throw refuse(`a text may have ${MAX_TEXT} characters, this one has ${text.length}`);
  const line = text.replace(/\s+/gu, ' ').trim();
  return line === '' ? null : line;
}
const written = (text: string): Pick<ReviewUnit, 'text' | 'edited'> => ({ text: tidy(text), edited: true });
/** As `written`, but words that stay as they are remain whose they were. */
function words(unit: ReviewUnit, text: string): Pick<ReviewUnit, 'text' | 'edited'> {
  return tidy(text) === unit.text ? { text: unit.text, edited: unit.edited } : written(text);
}

function checkLength(start: number, end: number, rateHz: number): void {
  const sec = (end - start) / rateHz;
  const { trainerMinSec, trainerMaxSec } = CLIP_LIMITS;
  if (!Number.isInteger(start) || !Number.isInteger(end)) throw refuse('clips are cut at whole samples');
  if (sec <= trainerMinSec || sec >= trainerMaxSec) throw refuse(`a clip of ${Math.max(0, sec).toFixed(2)} s: the trainer uses clips between ${trainerMinSec} and ${trainerMaxSec} s`);
}

function refuse(message: string, unit?: ReviewUnit): DatasetError {
  return new DatasetError('DATASET_REVIEW_REFUSED', message, unit === undefined ? {} : { clip: unit.id });
}
