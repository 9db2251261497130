import { expect, it } from 'vitest';
import { createDesk } from './desk.js';
import type { Item } from './model.js';

const item = (id: string): Item => ({ id, rev: 0, by: null, recordingId: 'r', recording: 'call.wav', start: 0, end: 4000, text: 'good morning', edited: false, verdict: null, priority: 0, reasons: [], findings: [], similarity: 0.8, snrDb: 30, confidence: null, leftOut: null, recut: false });
const deskAt = (id: string | null) => {
  const desk = createDesk({ read: () => null, keep: () => undefined });
  desk.load({ voice: 'v', language: 'en', reviewer: 'a', rateHz: 1, seq: 0, items: ['a', 'b', 'c'].map(item), problems: [] });
  desk.list({ show: 'open', code: '', search: '' });
  desk.show(id === null ? null : (desk.item(id) ?? null));
  return desk;
};

it.each([['a', 1, 'b'], ['b', 1, 'c'], ['c', 1, 'b'], ['b', -1, 'a'], ['a', -1, null], [null, 1, 'a'], [null, -1, null]] as const)('beside %s, %i: %s', (id, step, next) => {
  expect(deskAt(id).neighbour(step)?.id ?? null).toBe(next);
});
it('goes past clips whose decision is on its way: they are about to leave the list', () => {
  expect(deskAt('b').neighbour(1, (id) => id === 'c')?.id).toBe('a');
  expect(deskAt('c').neighbour(1, (id) => id !== 'c')).toBeNull();
});
