/** @typedef {{version: string, what: string, ok: boolean, said: string, seconds: number}} Row */

/** @param {readonly Row[]} rows @returns {string} a table for a terminal, the failed ones counted below */
export function formatTable(rows) {
  const cells = rows.map((row) => [row.ok ? 'ok' : 'FAILED', row.version, row.what, `${row.seconds.toFixed(1)} s`, row.said]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(0, ...cells.map((cell) => cell[column].length)));
  const failed = rows.filter((row) => !row.ok).length;
  return [...cells.map((cell) => cell.map((text, column) => text.padEnd(widths[column] ?? 0)).join('  ').trimEnd()), `${rows.length - failed} of ${rows.length} as expected`].join('\n');
}
