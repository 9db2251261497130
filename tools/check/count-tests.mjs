import { stripVTControlCharacters } from 'node:util';

/**
 * What a test runner's last summary says: vitest ("Tests  1 failed | 12 passed | 2 skipped (15)") or node:test ("# pass 12").
 * @param {string} output @returns {{passed: number, failed: number, skipped: number} | null} null when there is no summary.
 */
export function countTests(output) {
  const text = stripVTControlCharacters(output);
  const vitest = [...text.matchAll(/^\s*Tests\s+(.*\(\d+\))\s*$/gm)].map(([, counts]) => counts);
  const node = [...text.matchAll(/^(?:#|ℹ) (pass|fail|skipped) (\d+)$/gm)];
  if (vitest.length === 0 && node.length === 0) return null;
  const total = (word, nodeWord) =>
    vitest.reduce((sum, counts) => sum + Number(new RegExp(`(\\d+) ${word}`).exec(counts)?.[1] ?? 0), 0) + node.reduce((sum, [, name, n]) => sum + (name === nodeWord ? Number(n) : 0), 0);
  return { passed: total('passed', 'pass'), failed: total('failed', 'fail'), skipped: total('skipped', 'skipped') };
}

/** Titles of the skipped tests, as vitest's verbose list names them. @param {string} output @returns {string[]} */
export function skippedTitles(output) {
  return [...stripVTControlCharacters(output).matchAll(/^\s*↓ (?!src\/\S+\.ts \()(.+?)(?: \[skipped\])?$/gm)].map(([, title]) => title.trim());
}
