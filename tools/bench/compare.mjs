/** @typedef {{wallSec: number, cpuSec: number, result: any}} Run - Of one side, once. */
/** @typedef {{id: string, work: string, against: string, unit?: string, scale?: number, must: number | null, aim: number | null, rounds?: number, skip?: string, ours?: () => unknown, memory?: () => Promise<{megabytes: number, note: string}>, peer?: () => Promise<Run>, check?: (ours: any, peer: any) => string}} Row
 *   `memory` instead of two sides: its peak is held to the goals, in megabytes.
 *   `scale` makes seconds of `unit` out of seconds; `check` says how the two results agree, or throws; `skip` says why there is nothing to measure. */

/** Times one call in this process. @returns {Promise<Run>} */
export async function timed(call) {
  const before = process.cpuUsage(), start = performance.now();
  const result = await call();
  const wallSec = (performance.now() - start) / 1000, { user, system } = process.cpuUsage(before);
  return { wallSec, cpuSec: (user + system) / 1e6, result };
}

/** Runs both sides in turn, so that a busy machine slows both, and keeps each side's best. @param {Row} row */
export async function measure({ ours, peer, rounds = 7, check, memory }) {
  if (memory !== undefined) return memory();
  let mine, theirs, note = '';
  for (let round = 0; round <= rounds; round++) {
    const b = await peer(), a = await timed(ours);
    const own = a.result?.wallSec === undefined ? a : a.result; // a side in another process times itself
    if (round === 0) { note = check?.(own.result, b.result) ?? ''; continue; } // the first round warms up
    mine = fasterOf(mine, own);
    theirs = fasterOf(theirs, b);
  }
  return { ours: mine, peer: theirs, ratio: mine.wallSec / theirs.wallSec, cpuRatio: mine.cpuSec / theirs.cpuSec, note };
}

/** Wall and CPU seconds are minima of their own. */
export const fasterOf = (best, run) => ({ wallSec: Math.min(best?.wallSec ?? Infinity, run.wallSec), cpuSec: Math.min(best?.cpuSec ?? Infinity, run.cpuSec) });

/** Where a ratio stands. @returns {'aim' | 'must' | 'below must' | ''} */
export const verdictOf = (ratio, must, aim) => (must === null ? '' : aim !== null && ratio <= aim ? 'aim' : ratio <= must ? 'must' : 'below must');

const number = (x) => (x >= 100 ? x.toFixed(0) : x >= 10 ? x.toFixed(1) : x >= 0.1 ? x.toFixed(2) : x.toFixed(3));

/** One line of the Markdown table. */
export function formatRow({ work, against, unit = 's', scale = 1, must, aim, skip }, measured, error) {
  const goal = (x) => (x === null ? '–' : String(x));
  if (measured === undefined) return `| ${work} | ${against} | – | – | – | – | ${goal(must)} | ${goal(aim)} | not measured: ${skip ?? error} |`;
  if (measured.megabytes !== undefined) {
    const verdict = [verdictOf(measured.megabytes, must, aim), measured.note].filter((part) => part !== '').join('; ');
    return `| ${work} | – | ${number(measured.megabytes)} MB | – | – | – | ${goal(must)} | ${goal(aim)} | ${verdict} |`;
  }
  const { ours, peer, ratio, cpuRatio, note } = measured;
  const verdict = [verdictOf(ratio, must, aim), note].filter((part) => part !== '').join('; ');
  return `| ${work} | ${against} | ${number(ours.wallSec * scale)} ${unit} | ${number(peer.wallSec * scale)} ${unit} | **${number(ratio)}** | ${number(cpuRatio)} | ${goal(must)} | ${goal(aim)} | ${verdict} |`;
}

export const TABLE_HEAD = '| work | against | voxtune | peer | ratio | CPU ratio | must | aim | |\n|---|---|---|---|---|---|---|---|---|';
