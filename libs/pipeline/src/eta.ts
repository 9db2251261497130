/** Length of the window over which the rate is taken, seconds: long enough to smooth, short enough to follow a change. Ours. */
const WINDOW_SEC = 60;
/** No estimate before this much time has been seen, seconds. Ours. */
const SHORTEST_SEC = 1;

/** Estimates the seconds that are left from (time, done) pairs; null while it cannot know. */
export type EtaEstimator = (nowMs: number, done: number, total: number | null) => number | null;

/**
 * Makes an estimator for one attempt at a stage. The rate is that of the last minute, so items found done at the start of
 * a resumed stage do not count as speed. It reads no clock: times are passed in, milliseconds, never going back.
 */
export function createEtaEstimator(): EtaEstimator {
  let seen: { atSec: number; done: number }[] = [];
  return (nowMs, done, total) => {
    const nowSec = nowMs / 1000;
    if (seen.length > 0 && done < seen[seen.length - 1]!.done) seen = []; // a new pass over the items
    seen.push({ atSec: nowSec, done });
    while (seen.length > 2 && seen[1]!.atSec <= nowSec - WINDOW_SEC) seen.shift();
    if (total === null) return null;
    if (done >= total) return 0;
    const first = seen[0]!;
    const elapsedSec = nowSec - first.atSec;
    if (elapsedSec < SHORTEST_SEC || done <= first.done) return null;
    return ((total - done) * elapsedSec) / (done - first.done);
  };
}
