/**
 * How likely it is that chance alone gives at least as uneven a split: the exact binomial test with p = ½ (Dixon and Mood, 1946), ties left out.
 * @param more - Times that one side won. @param fewer - Times that the other did. Non-negative integers.
 * @param sides - 'two': either side may be the better one. 'one': only `more` could be.
 * @returns 0…1; 1 where there is nothing to judge by.
 * @throws {RangeError} for other counts.
 */
export function signTest(more: number, fewer: number, sides: 'one' | 'two' = 'two'): number {
  for (const count of [more, fewer]) if (!Number.isInteger(count) || count < 0) throw new RangeError(`counts must be non-negative integers, got ${count}`);
  const n = more + fewer;
  if (n === 0) return 1;
  const from = sides === 'two' ? Math.max(more, fewer) : more;
  // P(K ≥ from), summed in logarithms, so that thousands of answers do not overflow
  let logChoose = 0;
  let tail = 0;
  for (let k = 0; k <= n; k += 1) {
    if (k >= from) tail += Math.exp(logChoose - n * Math.LN2);
    logChoose += Math.log(n - k) - Math.log(k + 1);
  }
  return Math.min(1, sides === 'two' ? 2 * tail : tail);
}
