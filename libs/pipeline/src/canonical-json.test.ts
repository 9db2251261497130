import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalJson, hashValue } from './canonical-json.js';

/** JSON values, negative zero left out: JSON text has it, values read back do not compare equal to 0. */
const values = () => fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);
const shuffled = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).reverse().map(([key, member]) => [key, shuffled(member)]));
};

it('is JSON for the same value', () => {
  fc.assert(fc.property(values(), (value) => { expect(JSON.parse(canonicalJson(value))).toEqual(value); }));
});
it('does not depend on the order of members', () => {
  fc.assert(fc.property(values(), (value) => { expect(canonicalJson(shuffled(value))).toBe(canonicalJson(value)); }));
});
it('gives different values different texts', () => {
  fc.assert(fc.property(values(), values(), (a, b) => {
    let same = true;
    try { expect(a).toEqual(b); } catch { same = false; }
    expect(canonicalJson(a) === canonicalJson(b)).toBe(same);
  }));
});
it('sorts by code units, drops undefined members, writes numbers as JavaScript does', () => {
  expect(canonicalJson({ 'é': 1, b: undefined, a: [1e21, -0, 0.1], Z: { y: '\u2028"', x: null } })).toBe('{"Z":{"x":null,"y":"\u2028\\""},"a":[1e+21,0,0.1],"é":1}');
});
it('has the SHA-256 that sha256sum gives', () => {
  expect(hashValue({})).toBe('44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a'); // printf '{}' | sha256sum
});
const cycle: unknown[] = [];
cycle.push({ again: cycle });
it.each([
  ['NaN', { a: [Number.NaN] }, '$.a[0] must be a JSON value, got NaN'],
  ['infinity', Infinity, '$ must be a JSON value, got Infinity'],
  ['a bigint', { n: 1n }, '$.n must be a JSON value, got bigint'],
  ['undefined in a list', [undefined], '$[0] must be a JSON value, got undefined'],
  ['a date', { at: new Date(0) }, '$.at must be a JSON value, got Date'],
  ['a map', new Map(), '$ must be a JSON value, got Map'],
  ['a cycle', cycle, '$[0].again must be a JSON value, got a cycle'],
])('refuses %s, naming the place', (_, value, message) => {
  expect(() => canonicalJson(value)).toThrow(new TypeError(message));
});
