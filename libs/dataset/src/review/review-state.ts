import { DatasetError } from '../errors.js';
import type { Decision, ReviewUnit } from './decision.js';

/** A clip under review, with the number of the last decision that touched it (0: none) and who made it. */
export type UnitState = ReviewUnit & { readonly rev: number; readonly by: string | null };

type Held = { readonly unit: ReviewUnit; readonly rev: number; readonly by: string | null; /** The decision whose result this is; an undo goes back to the earlier one. */ readonly cause: number };

/** The clips as the decisions so far leave them. `apply` is the one thing that changes it. */
export type ReviewState = {
  /** Number of the last decision; 0 before the first. */
  readonly seq: number;
  get(id: string): UnitState | undefined;
  /** All clips: by recording, then by time. */
  units(): readonly UnitState[];
  /** The clip that comes after this one in its recording. */
  next(id: string): UnitState | undefined;
  /** The decision that a request led to, if it has been carried out. */
  decisionOf(request: string): Decision | undefined;
  /** The latest decision of a person that is not taken back and is no undo. */
  lastOf(by: string): Decision | undefined;
  /** True when nothing has changed what a decision made. */
  isIntact(seq: number): boolean;
  /** Takes a decision in. @returns false when it is about clips that are not there: it is then listed in `stale`, and changes nothing. */
  apply(decision: Decision): boolean;
  /** Decisions about clips that are not there (the recordings were cut otherwise since). */
  readonly stale: readonly Decision[];
};

const inOrder = (a: ReviewUnit, b: ReviewUnit): number => (a.recordingId < b.recordingId ? -1 : a.recordingId > b.recordingId ? 1 : a.start - b.start || a.end - b.end || (a.id < b.id ? -1 : 1));

/**
 * Starts from the clips as they were cut and takes decisions in, in the order of their file.
 * @throws {DatasetError} `DATASET_MANIFEST_BROKEN` when two clips have one id.
 */
export function createReviewState(clips: readonly ReviewUnit[], decisions: readonly Decision[] = []): ReviewState {
  const held = new Map<string, Held>();
  for (const unit of clips) {
    if (held.has(unit.id)) throw new DatasetError('DATASET_MANIFEST_BROKEN', `two clips have the id ${unit.id}`, { clip: unit.id });
    held.set(unit.id, { unit, rev: 0, by: null, cause: 0 });
  }
  const applied = new Map<number, { readonly decision: Decision; readonly causes: ReadonlyMap<string, number> }>();
  const requests = new Map<string, Decision>();
  const takenBack = new Set<number>();
  const stale: Decision[] = [];
  let seq = 0;
  let sorted: readonly UnitState[] | null = null;
  let place: Map<string, number> | null = null;
  const heard = new Map(clips.map(({ id, text }) => [id, text]));
  /** Words that nobody wrote or accepted are those of the transcript as it is now. */
  const current = (unit: ReviewUnit): ReviewUnit => (unit.edited || unit.verdict === 'accepted' || !heard.has(unit.id) ? unit : { ...unit, text: heard.get(unit.id) ?? null });
  const show = ({ unit, rev, by }: Held): UnitState => ({ ...unit, rev, by });
  const units = (): readonly UnitState[] => (sorted ??= [...held.values()].map(show).sort(inOrder));

  const state: ReviewState = {
    get seq() { return seq; },
    stale,
    get: (id) => { const one = held.get(id); return one === undefined ? undefined : show(one); },
    units,
    next: (id) => {
      const all = units();
      place ??= new Map(all.map((unit, index) => [unit.id, index]));
      const at = place.get(id);
      const after = at === undefined ? undefined : all[at + 1];
      return after !== undefined && after.recordingId === all[at!]!.recordingId ? after : undefined;
    },
    decisionOf: (request) => requests.get(request),
    lastOf: (by) => [...applied.values()].map(({ decision }) => decision).reverse().find((d) => d.by === by && d.undoes === null && !takenBack.has(d.seq)),
    isIntact: (number) => applied.get(number)?.decision.after.every(({ id }) => held.get(id)?.cause === number) ?? false,
    apply: (decision) => {
      seq = Math.max(seq, decision.seq);
      const undone = decision.undoes === null ? undefined : applied.get(decision.undoes);
      const ids = new Set(decision.before.map(({ id }) => id));
      const isThere = ids.size === decision.before.length && decision.before.every(({ id }) => held.has(id)) && decision.after.every(({ id }) => ids.has(id) || !held.has(id));
      if (!isThere || (decision.undoes !== null && undone === undefined)) {
        stale.push(decision);
        return false;
      }
      const causes = new Map(decision.before.map(({ id }) => [id, held.get(id)!.cause]));
      for (const id of ids) held.delete(id);
      for (const unit of decision.after) held.set(unit.id, { unit: current(unit), rev: decision.seq, by: decision.by, cause: undone?.causes.get(unit.id) ?? decision.seq });
      applied.set(decision.seq, { decision, causes });
      requests.set(decision.request, decision);
      if (decision.undoes !== null) takenBack.add(decision.undoes);
      [sorted, place] = [null, null];
      return true;
    },
  };
  for (const decision of decisions) state.apply(decision);
  return state;
}
