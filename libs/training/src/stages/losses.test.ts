import { expect, it } from 'vitest';
import { slowNotes, stuckNotes, type LossSeries } from './losses.js';

const series = (name: string, values: readonly number[]): LossSeries => ({ kind: 'gpt', name, steps: values.map((_, i) => i), values });
const falling = Array.from({ length: 12 }, (_, i) => 3000 - 100 * i);
const noisy = Array.from({ length: 12 }, (_, i) => 3000 + (i % 2 === 0 ? 30 : -30));

it('says of a loss that it did not move, that it hardly fell, or nothing', () => {
  const said = (values: readonly number[], name = 'total_loss_epoch') => [stuckNotes([series(name, values)]).length, slowNotes([series(name, values)]).length];
  expect(said(falling)).toEqual([0, 0]);
  expect(said(noisy)).toEqual([0, 1]);
  expect(said(falling.map(() => 3000))).toEqual([1, 0]);
  expect(said(noisy.slice(0, 8))).toEqual([0, 0]); // too few to tell
  expect(said(noisy, 'disc')).toEqual([0, 0]); // a contest need not fall
});

it('gives the means of the first and last third', () => {
  expect(slowNotes([series('mel', [20, 20, 20, 19, 19, 19, 19.8, 19.8, 19.8])])).toEqual([expect.stringContaining('hardly fell: 20.00 to 19.80 over 9 points')]);
});
