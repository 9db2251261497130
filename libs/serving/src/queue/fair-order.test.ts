import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fairOrder } from './fair-order.js';

const asked = (callers: string) => [...callers].map((caller) => ({ caller }));
const order = (callers: string, served: Record<string, number> = {}) => fairOrder(asked(callers), new Map(Object.entries(served))).map((index) => `${callers[index]}${index}`).join(' ');

it.each([
  ['one caller: first come, first served', 'aaa', {}, 'a0 a1 a2'],
  ['a second caller does not wait for the whole line of the first', 'aaab', {}, 'a0 b3 a1 a2'],
  ['who was served longest ago goes first', 'aab', { a: 5, b: 2 }, 'b2 a0 a1'],
  ['who was never served goes before who was', 'ab', { a: 0 }, 'b1 a0'],
])('%s', (_, callers, served, expected) => {
  expect(order(callers, served)).toBe(expected);
});

it('is a permutation in which a caller’s own requests keep their order, and nobody’s n-th comes before another’s (n-1)-th', () => {
  fc.assert(fc.property(fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 20 }), fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.nat(9)), (callers, served) => {
    const result = fairOrder(callers.map((caller) => ({ caller })), new Map(Object.entries(served)));
    expect([...result].sort((a, b) => a - b)).toEqual(callers.map((_, index) => index));
    const turns = result.map((index) => callers.slice(0, index).filter((caller) => caller === callers[index]).length);
    expect(turns).toEqual([...turns].sort((a, b) => a - b));
  }));
});
