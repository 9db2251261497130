import { expect, it } from 'vitest';
import { createStepRate } from './step-rate.js';

it('is unknown at first, then the mean of the last minute, and begins anew after a restart', () => {
  const rate = createStepRate();
  expect([rate(0, 10), rate(1000, 10)]).toEqual([null, null]); // a checkpoint's steps are no speed
  expect(rate(2000, 14)).toBe(2);
  for (let second = 3; second <= 200; second += 1) rate(second * 1000, 14 + second);
  expect(rate(201_000, 215)).toBeCloseTo(1, 1);
  expect(rate(202_000, 3)).toBeNull();
});
