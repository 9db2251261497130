export type RestartPolicy = {
  /** Failures in a row after which the worker is given up; 0 never restarts. @default 5 */
  readonly maxInARow: number;
  /** Pause before the second start in a row, ms, doubled for each further one; the first comes at once. @default 200 */
  readonly firstPauseMs: number;
  /** Longest pause, ms. @default 30000 */
  readonly maxPauseMs: number;
  /** A worker that ran this long without dying starts its count afresh, ms. @default 60000 */
  readonly resetAfterMs: number;
};

/**
 * The pause before the next start.
 * @param failuresInARow - Deaths and failed starts since the last long run; 0 for a restart that was asked for.
 * @returns Milliseconds, never more than `maxPauseMs`; null when it is time to give up.
 */
export function planBackOff(failuresInARow: number, { maxInARow, firstPauseMs, maxPauseMs }: RestartPolicy): number | null {
  if (failuresInARow > maxInARow) return null;
  return failuresInARow <= 1 ? 0 : Math.min(maxPauseMs, firstPauseMs * 2 ** Math.min(failuresInARow - 2, 30));
}
