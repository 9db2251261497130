// Scores what was kept of a call against who speaks when.

/**
 * @param {{startSec: number, endSec: number}[]} kept
 * @param {{party: string, startSec: number, endSec: number}[]} turns
 * @returns {{pure: number, found: number}} Of the kept speech, the share that is the agent's alone; of what the agent says alone in stretches of 3 s and more, the share that is kept. 10 ms frames.
 */
export function scoreCall(kept, turns, totalSec) {
  const frames = Math.floor(totalSec * 100);
  const mark = (spans) => {
    const marks = new Uint8Array(frames);
    for (const { startSec, endSec } of spans) marks.fill(1, Math.round(startSec * 100), Math.min(frames, Math.round(endSec * 100)));
    return marks;
  };
  const [agent, other, taken] = [mark(turns.filter(({ party }) => party === 'agent')), mark(turns.filter(({ party }) => party !== 'agent')), mark(kept)];
  let [speech, right, wanted, found] = [0, 0, 0, 0];
  for (let i = 0; i < frames; i += 1) if (taken[i] === 1 && agent[i] + other[i] > 0) { speech += 1; if (agent[i] === 1 && other[i] === 0) right += 1; }
  for (let i = 0; i < frames; i += 1) {
    let end = i;
    while (end < frames && agent[end] === 1 && other[end] === 0) end += 1;
    if (end - i >= 300) { wanted += end - i; found += taken.subarray(i, end).reduce((sum, one) => sum + one, 0); }
    i = Math.max(i, end);
  }
  return { pure: speech === 0 ? 1 : right / speech, found: wanted === 0 ? 1 : found / wanted };
}
