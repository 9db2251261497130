import { expect, it } from 'vitest';
import { parseRange } from './parse-range.js';

it.each([
  ['bytes=0-99', { start: 0, end: 100 }], ['bytes=100-', { start: 100, end: 1000 }], ['bytes=-50', { start: 950, end: 1000 }], ['bytes=-5000', { start: 0, end: 1000 }], ['bytes=900-5000', { start: 900, end: 1000 }],
  ['bytes=1000-', 'outside'], ['bytes=-0', 'outside'], ['bytes=5-2', null], ['bytes=0-1,5-6', null], ['items=0-5', null], ['bytes=-', null], ['bytes=a-b', null], [undefined, null],
] as const)('%s of 1000 bytes', (header, range) => expect(parseRange(header, 1000)).toEqual(range));
it('nothing of nothing', () => expect(parseRange('bytes=-5', 0)).toBe('outside'));
