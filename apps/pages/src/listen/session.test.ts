import { planListening } from '@voxtune/eval/listening';
import { expect, it } from 'vitest';
import { answerOfKey, keyOfAnswer, readKept, resume, type Kept } from './session.js';
import { wordsFor } from './words.js';

const { test } = planListening({ id: 't', kind: 'mos', systems: [{ name: 'a', role: 'system' }, { name: 'b', role: 'system' }], items: ['1', '2', '3'], nameOf: (s, i) => s + i });
const answered = (kept: Kept, count: number): Kept => ({ ...kept, ratings: resume(test, kept).trials.slice(0, count).map(({ id, order }) => ({ v: 1, test: 't', listener: kept.listener, trial: id, order, answer: 3, at: '', tookMs: 1 })) });

it('goes on where the listener stopped, and ends after the last', () => {
  const ann: Kept = { listener: 'ann', ratings: [], sent: 0 };
  expect([0, 2, 6].map((count) => resume(test, answered(ann, count)).at)).toEqual([0, 2, 6]);
});
it('keeps nothing that is of another test, or torn', () => {
  const kept = answered({ listener: 'ann', ratings: [], sent: 1 }, 2);
  expect(readKept(JSON.stringify(kept), 't')).toEqual(kept);
  for (const text of [null, '{"listener":', '[]', '{}', JSON.stringify(kept)]) expect(readKept(text, 'other')).toBe(null);
});
it.each(['mos', 'cmos', 'abx'] as const)('a number key stands for each answer of %s, in both languages', (kind) => {
  for (const { scale } of ['en', 'zh'].map((language) => wordsFor(language)[kind])) {
    for (const [value] of scale) expect(answerOfKey(String(keyOfAnswer(value, scale)), scale)).toBe(value);
    for (const key of ['0', 'a', String(scale.length + 1), ' ', '1.5']) expect(answerOfKey(key, scale)).toBe(null);
  }
});
