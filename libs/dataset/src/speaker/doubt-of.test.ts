import { expect, it } from 'vitest';
import { doubtOf } from './doubt-of.js';

it('doubts a voice that is unlike the enrolment, or hardly more like it than the next', () => {
  expect(doubtOf(0.56, null)).toMatch(/^the voice kept is not much like the enrolment \(0\.56\)/);
  expect(doubtOf(0.68, 0.63)).toMatch(/nearly as like the enrolment \(0\.68 and 0\.63\)/);
  expect(doubtOf(0.77, 0.62)).toBeNull();
  expect(doubtOf(0.94, null)).toBeNull();
  expect(doubtOf(null, null)).toBeNull(); // nobody was asked for
});
