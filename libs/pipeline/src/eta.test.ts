import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createEtaEstimator } from './eta.js';

it('is exact for a steady rate, whatever was done at the start', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 100 }), fc.nat(1000), fc.integer({ min: 2, max: 200 }), (perSec, before, seconds) => {
    const estimate = createEtaEstimator();
    const total = before + perSec * 1000;
    let eta: number | null = null;
    for (let sec = 0; sec <= seconds; sec += 1) eta = estimate(5_000_000 + sec * 1000, before + perSec * sec, total);
    expect(eta).toBeCloseTo((total - before) / perSec - seconds, 6);
  }));
});
it('follows a change of rate within a minute', () => {
  const estimate = createEtaEstimator();
  for (let sec = 0; sec <= 100; sec += 1) estimate(sec * 1000, sec, 10_000);
  let eta: number | null = null;
  for (let sec = 101; sec <= 165; sec += 1) eta = estimate(sec * 1000, 100 + (sec - 100) * 10, 10_000);
  expect(eta).toBeCloseTo((10_000 - 750) / 10, 6);
});
it('does not guess: no total, no time passed, nothing done, a pass begun anew', () => {
  const estimate = createEtaEstimator();
  expect(estimate(0, 0, null)).toBeNull();
  expect(estimate(500, 5, 10)).toBeNull();
  expect(estimate(2000, 5, 10)).toBeCloseTo(2, 6);
  expect(estimate(2100, 10, 10)).toBe(0);
  expect(estimate(2200, 0, 10)).toBeNull();
  expect(createEtaEstimator()(0, 3, 10)).toBeNull();
});
