/** Length of the window over which a rate is taken, ms. Ours: a few of the slowest steps. */
const WINDOW_MS = 60_000;

/**
 * Follows a counter of steps. It reads no clock.
 * @returns A function of the time (ms, never going back) and the steps so far: steps a second over the last minute; null until two different counts were seen.
 */
export function createStepRate(): (nowMs: number, step: number) => number | null {
  let seen: { readonly atMs: number; readonly step: number }[] = [];
  return (nowMs, step) => {
    const last = seen.at(-1);
    if (last !== undefined && step < last.step) seen = []; // a new start
    if (last?.step !== step) seen.push({ atMs: nowMs, step });
    while (seen.length > 2 && (seen[1]?.atMs ?? nowMs) <= nowMs - WINDOW_MS) seen.shift();
    const [first, newest] = [seen[0], seen.at(-1)];
    return first === undefined || newest === undefined || newest.atMs <= first.atMs ? null : ((newest.step - first.step) * 1000) / (newest.atMs - first.atMs);
  };
}
