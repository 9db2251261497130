import fc from 'fast-check';
import { expect, it } from 'vitest';
import { robustCentre } from './robust-centre.js';

/** A vector near axis `axis`, tilted a little towards another by `tilt`. */
const near = (axis: number, tilt: number): Float32Array => Float32Array.from({ length: 8 }, (_, i) => (i === axis ? 1 : i === (axis + 1) % 8 ? tilt : 0));

it('finds the clips of another speaker and leaves them out of the centre', () => {
  const mine = Array.from({ length: 12 }, (_, i) => near(0, 0.1 + i / 100));
  const { outliers, similarities, centre, cut } = robustCentre([...mine, near(3, 0), near(4, 0)]);
  expect(outliers).toEqual([12, 13]);
  expect(similarities[12]!).toBeLessThan(cut);
  expect(centre[3]).toBe(0);
  expect(Math.hypot(...centre)).toBeCloseTo(1, 6);
});
it('calls nothing an outlier among clips that are alike', () => {
  expect(robustCentre(Array.from({ length: 9 }, (_, i) => near(2, i / 50))).outliers).toEqual([]);
});
it('keeps or lists each embedding, in any order', () => {
  fc.assert(fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 7 }), fc.double({ min: 0, max: 1, noNaN: true })), { minLength: 1, maxLength: 40 }), (given) => {
    const { similarities, outliers, cut } = robustCentre(given.map(([axis, tilt]) => near(axis, tilt)));
    expect(similarities).toHaveLength(given.length);
    expect(similarities.flatMap((s, i) => (s < cut ? [i] : []))).toEqual(outliers);
    expect(outliers.length).toBeLessThanOrEqual(given.length / 2);
  }));
});
it('refuses an embedding that points nowhere', () => {
  expect(() => robustCentre([new Float32Array(4)])).toThrow('not all zeros');
  expect(() => robustCentre([])).toThrow('at least one');
});
