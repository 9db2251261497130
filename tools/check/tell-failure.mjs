import { stripVTControlCharacters } from 'node:util';

const LINES = 120;

/**
 * What to print of a failed step: of vitest's output its account of the failures (the tests that passed say nothing), of node's the lines from the
 * first failure on, of anything else the end.
 * @param {string} output @returns {string} at most 120 lines, without colours
 */
export function tellFailure(output) {
  const lines = stripVTControlCharacters(output).trimEnd().split('\n');
  const start = lines.findIndex((line) => /^⎯+ (?:Failed (?:Tests|Suites)|Unhandled)|^\s*(?:✖ failing tests:|not ok )/.test(line));
  return (start === -1 ? lines.slice(-LINES) : lines.slice(start, start + LINES)).join('\n');
}
