import fc from 'fast-check';
import { expect, it } from 'vitest';
import { AFFINITY_WAIT_MS, chooseNext } from './choose-next.js';

const waiting = (voice: string, sinceMs = 0) => ({ voice, sinceMs });
const free = (voice: string | null, lastUsedMs = 0, heldSinceMs = 0) => ({ voice, lastUsedMs, heldSinceMs });

it.each([
  ['the first, to a worker that holds its voice', [waiting('a')], [free('b'), free('a')], 0, { waiting: 0, worker: 1 }],
  ['a later one whose voice is held, while the first is young', [waiting('a'), waiting('b')], [free('b')], AFFINITY_WAIT_MS - 1, { waiting: 1, worker: 0 }],
  ['the first, once it has waited long enough', [waiting('a'), waiting('b')], [free('b')], AFFINITY_WAIT_MS, { waiting: 0, worker: 0 }],
  ['a later one whose voice has only just been loaded, though the first has waited long', [waiting('a'), waiting('b')], [free('b', 0, AFFINITY_WAIT_MS)], 2 * AFFINITY_WAIT_MS - 1, { waiting: 1, worker: 0 }],
  ['the first, once the worker has held its voice long enough', [waiting('a'), waiting('b')], [free('b', 0, AFFINITY_WAIT_MS)], 2 * AFFINITY_WAIT_MS, { waiting: 0, worker: 0 }],
  ['a worker that holds nothing before one that must switch', [waiting('a')], [free('b', 1), free(null, 9)], 0, { waiting: 0, worker: 1 }],
  ['the worker idle longest when all must switch', [waiting('a')], [free('b', 9), free('c', 1)], 0, { waiting: 0, worker: 1 }],
  ['nothing when nobody waits', [], [free('a')], 0, null],
  ['nothing when nobody is free', [waiting('a')], [], 0, null],
])('chooses %s', (_, queue, workers, nowMs, expected) => {
  expect(chooseNext(queue, workers, nowMs)).toEqual(expected);
});

const voices = fc.constantFrom('a', 'b', 'c');

it('always chooses someone when someone waits and someone is free, and one who waited too long is first where voices were held long enough', () => {
  fc.assert(fc.property(fc.array(voices, { minLength: 1, maxLength: 8 }), fc.array(fc.option(voices), { minLength: 1, maxLength: 4 }), fc.nat(5000), (queue, workers, nowMs) => {
    const choice = chooseNext(queue.map((voice, index) => waiting(voice, index)), workers.map((voice) => free(voice)), nowMs);
    expect(choice).not.toBeNull();
    if (nowMs >= AFFINITY_WAIT_MS) expect(choice?.waiting).toBe(0);
  }));
});

it('never switches a worker while one that holds the voice is free', () => {
  fc.assert(fc.property(fc.array(voices, { minLength: 1, maxLength: 8 }), fc.array(fc.option(voices), { minLength: 1, maxLength: 4 }), fc.nat(5000), (queue, workers, nowMs) => {
    const choice = chooseNext(queue.map((voice) => waiting(voice)), workers.map((voice) => free(voice)), nowMs);
    const wanted = queue[choice?.waiting ?? -1] ?? null;
    if (workers.includes(wanted)) expect(workers[choice?.worker ?? -1]).toBe(wanted);
  }));
});
