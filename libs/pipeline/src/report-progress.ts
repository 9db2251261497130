import { createEtaEstimator } from './eta.js';
import { type PipelineEvent } from './events.js';
import { type Journal } from './journal.js';
import { type Progress } from './stage.js';

/** Least time between two progress events to the listener, ms: ten a second is all that eyes and logs can use. Ours. */
const LISTENER_EVERY_MS = 100;
/** The journal keeps a progress line when a second has passed and a hundredth of the work was done, or half a minute has passed. Ours. */
const JOURNAL_EVERY_MS = 1000;
const JOURNAL_AT_LEAST_EVERY_MS = 30_000;
const JOURNAL_SHARE = 0.01;

/** Passes a stage's progress on: thinned out to the listener, with the time left, and sparsely to the journal. */
export function createProgressReporter(stage: string, journal: Journal, clock: () => number, onEvent: (event: PipelineEvent) => void): (progress: Progress) => void {
  const estimate = createEtaEstimator();
  let toldAtMs = -Infinity;
  let keptAtMs = -Infinity;
  let keptDone = 0;
  return ({ done, total, unit, etaSec, note, values }) => {
    if (!Number.isFinite(done) || done < 0) throw new RangeError(`progress.done must be a number ≥ 0, got ${done}`);
    if (total !== null && (!Number.isFinite(total) || total < 0)) throw new RangeError(`progress.total must be a number ≥ 0 or null, got ${total}`);
    const nowMs = clock();
    const eta = etaSec ?? estimate(nowMs, done, total);
    const last = total !== null && done >= total;
    const sinceKeptMs = nowMs - keptAtMs;
    const step = total === null ? 1 : Math.max(1, total * JOURNAL_SHARE);
    if (sinceKeptMs >= JOURNAL_AT_LEAST_EVERY_MS || (sinceKeptMs >= JOURNAL_EVERY_MS && Math.abs(done - keptDone) >= step)) {
      journal.append({ event: 'progress', stage, done, total, unit });
      keptAtMs = nowMs;
      keptDone = done;
    }
    if (last || nowMs - toldAtMs >= LISTENER_EVERY_MS) {
      toldAtMs = nowMs;
      onEvent({ event: 'progress', stage, done, total, unit, etaSec: eta, ...(note === undefined ? {} : { note }), ...(values === undefined ? {} : { values }) });
    }
  };
}
