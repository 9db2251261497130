/** @param {number} ms */
const stamp = (ms) =>
  `${[Math.floor(ms / 3600000), Math.floor(ms / 60000) % 60, Math.floor(ms / 1000) % 60].map((n) => String(n).padStart(2, '0')).join(':')},${String(ms % 1000).padStart(3, '0')}`;

/** @param {readonly {startMs: number, endMs: number, text: string}[]} cues @returns {string} */
export function formatSrt(cues) {
  return cues.map(({ startMs, endMs, text }, n) => `${n + 1}\n${stamp(startMs)} --> ${stamp(endMs)}\n${text}\n`).join('\n');
}
