import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editAlignment, editDistance } from './edit-distance.js';
import golden from './error-rate.golden.json' with { type: 'json' };

const words = (text: string): string[] => text.split(' ').filter((word) => word !== '');
const tokens = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 });

describe(`editAlignment agrees with ${golden.madeBy} ${golden.version} on ${golden.cases.length} pairs`, () => {
  it.each(golden.cases)('$reference | $hypothesis', ({ reference, hypothesis, word, character }) => {
    for (const [a, b, expected] of [[words(reference), words(hypothesis), word], [Array.from(reference), Array.from(hypothesis), character]] as const) {
      const { hits, substitutions, insertions, deletions } = editAlignment(a, b);
      expect([hits, substitutions, insertions, deletions]).toEqual(expected.slice(1));
    }
  });
});

describe('laws', () => {
  it('the alignment’s edits are the distance, and its steps rebuild both sides', () => {
    fc.assert(fc.property(tokens, tokens, (a, b) => {
      const { ops, hits, substitutions, insertions, deletions } = editAlignment(a, b);
      expect(substitutions + insertions + deletions).toBe(editDistance(a, b));
      expect(hits + substitutions + deletions).toBe(a.length);
      expect(hits + substitutions + insertions).toBe(b.length);
      expect(ops.flatMap((op) => ('reference' in op ? [op.reference] : []))).toEqual(a.map((_, i) => i));
      expect(ops.flatMap((op) => ('hypothesis' in op ? [op.hypothesis] : []))).toEqual(b.map((_, i) => i));
      for (const op of ops) if ('reference' in op && 'hypothesis' in op) expect(a[op.reference] === b[op.hypothesis]).toBe(op.kind === 'hit');
    }));
  });
  it('is 0 only for equal lists, symmetric, and obeys the triangle inequality', () => {
    fc.assert(fc.property(tokens, tokens, tokens, (a, b, c) => {
      expect(editDistance(a, b) === 0).toBe(a.join() === b.join());
      expect(editDistance(a, b)).toBe(editDistance(b, a));
      expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c));
    }));
  });
  it('lies between the difference of the lengths and the longer length', () => {
    fc.assert(fc.property(tokens, tokens, (a, b) => {
      expect(editDistance(a, b)).toBeGreaterThanOrEqual(Math.abs(a.length - b.length));
      expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
    }));
  });
});

it.each([['two tokens', 'ab'], ['many tokens', 'abcdefghijklmnop']])('counts the same, with %s, when the lists are longer than a machine word', (_, alphabet) => {
  const list = fc.array(fc.constantFrom(...alphabet), { maxLength: 130, size: 'max' });
  fc.assert(fc.property(list, list, (a, b) => {
    const { substitutions, insertions, deletions } = editAlignment(a, b);
    expect(editDistance(a, b)).toBe(substitutions + insertions + deletions);
  }), { numRuns: 1500 });
});
