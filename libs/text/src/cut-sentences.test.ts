import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import golden from './cut-sentences.golden.json' with { type: 'json' };
import { cutSentences, type CutMethod } from './cut-sentences.js';

const METHODS = ['cut0', 'cut1', 'cut2', 'cut3', 'cut4', 'cut5'] as const;

describe(`cutSentences agrees with ${golden.madeBy} ${golden.version}`, () => {
  it.each(golden.cases)('$text', ({ text, lines }) => {
    for (const method of METHODS) expect([method, cutSentences(text, method)]).toEqual([method, lines[method]]);
  });
});

it('loses no letter, whatever the method', () => {
  const letters = (text: string): string => text.replace(/[^\p{L}]/gu, '');
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...'你好a1，。.,!?…—\n ') }), fc.constantFrom(...METHODS), (text, method) => {
    expect(letters(cutSentences(text, method).join(''))).toBe(letters(text));
  }));
});

it('refuses another method, naming it', () => {
  expect(() => cutSentences('a', 'cut9' as CutMethod)).toThrow('method must be cut0 to cut5, got cut9');
});
