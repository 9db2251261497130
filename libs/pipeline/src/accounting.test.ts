import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Accounting, checkAccounting, requireAccounting } from './accounting.js';

const drops = () => fc.uniqueArray(fc.record({ id: fc.string({ minLength: 1 }), reason: fc.string({ minLength: 1 }).filter((text) => text.trim() !== '') }), { selector: (drop) => drop.id });

it('accepts exactly what adds up', () => {
  fc.assert(fc.property(drops(), fc.nat(), fc.integer({ min: -3, max: 3 }), (dropped, kept, off) => {
    const accounting: Accounting = { in: kept + dropped.length + off, kept, dropped };
    if (accounting.in < 0) return;
    expect(checkAccounting(accounting).length === 0).toBe(off === 0);
  }));
});
it('finds a doubled id and an empty reason, wherever they are', () => {
  fc.assert(fc.property(drops().filter((list) => list.length > 0), fc.nat(), fc.constantFrom('', ' ', '\n'), (dropped, at, blank) => {
    const one = dropped[at % dropped.length]!;
    expect(checkAccounting({ in: dropped.length + 1, kept: 0, dropped: [...dropped, one] })).toEqual([`'${one.id}' is dropped twice`]);
    const emptied = dropped.map((drop) => (drop === one ? { ...drop, reason: blank } : drop));
    expect(checkAccounting({ in: dropped.length, kept: 0, dropped: emptied })).toEqual([`'${one.id}' is dropped without a reason`]);
  }));
});
it.each([
  [{ in: 5, kept: 3, dropped: [{ id: 'a', reason: 'too short' }] }, "Stage 's' does not account for its inputs: 5 in, but 3 kept and 1 dropped make 4."],
  [{ in: 1.5, kept: 1, dropped: [] }, "Stage 's' does not account for its inputs: in must be a count, got 1.5."],
  [{ in: 1, kept: -1, dropped: [] }, "Stage 's' does not account for its inputs: kept must be a count, got -1."],
  [{ in: 9, kept: 0, dropped: Array.from({ length: 9 }, (_, i) => ({ id: `c${i}`, reason: '' })) }, "'c4' is dropped without a reason; and 4 more."],
])('refuses %j, naming the stage', (accounting, message) => {
  expect(() => requireAccounting('s', accounting)).toThrow(message);
});
