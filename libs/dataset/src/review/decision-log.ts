import { open, readFile, type FileHandle } from 'node:fs/promises';
import { DatasetError } from '../errors.js';
import { openReview, type ReviewBase } from './apply-review.js';
import type { Decision } from './decision.js';
import { planDecision, type ReviewIntent } from './plan-decision.js';
import type { ReviewState } from './review-state.js';
import type { Finding } from '../findings.js';

export type DecisionLog = {
  readonly state: ReviewState;
  /** Lines of the file that were passed over. */
  readonly findings: readonly Finding[];
  /**
   * Decides, and returns once the decision is on the disk. Decisions are taken one after the other; a request that was carried out before is answered with what it did then.
   * @throws {DatasetError} `DATASET_REVIEW_CONFLICT`, `DATASET_REVIEW_REFUSED`; `DATASET_REVIEW_NOT_SAVED` when the disk refuses. Nothing has changed then.
   */
  decide(intent: ReviewIntent, who: { readonly by: string; readonly request: string }): Promise<Decision>;
  close(): Promise<void>;
};

/**
 * Opens `review.jsonl` for one writer, made when there is none. Lines are only added; one that a kill cut off stays, and what follows begins on a line of its own.
 * @param path - The file. @param nowMs - Milliseconds since 1970.
 * @throws {DatasetError} `DATASET_REVIEW_NOT_SAVED` when it cannot be written.
 */
export async function openDecisionLog(path: string, base: ReviewBase, nowMs: () => number): Promise<DecisionLog> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw notSaved(path, error);
  });
  const { state, findings, torn } = openReview(base, text);
  const file = await open(path, 'a').catch((error: unknown) => { throw notSaved(path, error); });
  if (torn) await append(file, path, '\n');
  let last: Promise<unknown> = Promise.resolve();
  const decide: DecisionLog['decide'] = (intent, { by, request }) => {
    const own = last.then(async () => {
      const known = state.decisionOf(request);
      if (known !== undefined) return known;
      const decision: Decision = { v: 1, seq: state.seq + 1, at: new Date(nowMs()).toISOString(), by, request, ...planDecision(state, intent, { by, rateHz: base.rateHz }) };
      await append(file, path, `${JSON.stringify(decision)}\n`);
      state.apply(decision);
      return decision;
    });
    last = own.catch(() => undefined); // the caller has the error; the next decision goes on
    return own;
  };
  return { state, findings, decide, close: async () => { await last; await file.close(); } };
}

/** Adds whole lines and flushes them; when the disk refuses, the file is as it was. */
async function append(file: FileHandle, path: string, lines: string): Promise<void> {
  const { size } = await file.stat();
  try {
    await file.writeFile(lines);
    await file.sync();
  } catch (cause) {
    await file.truncate(size).catch(() => undefined); // the first failure is the one to tell
    throw notSaved(path, cause);
  }
}

function notSaved(path: string, cause: unknown): DatasetError {
  return new DatasetError('DATASET_REVIEW_NOT_SAVED', `${path} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`, { path }, { cause });
}
