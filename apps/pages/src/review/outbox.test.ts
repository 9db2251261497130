import { expect, it } from 'vitest';
import type { Change } from './api.js';
import { createOutbox, type Order } from './outbox.js';

const order = (request: string): Order => ({ request, by: 'ann', intent: { action: 'reject', units: [{ id: request, rev: 0 }] } });
const change = (request: string): Change => ({ seq: 1, request, by: 'ann', action: 'reject', removed: [], items: [] });
class Answer extends Error {}

function setUp(send: (order: Order) => Promise<Change>, before: string | null = null) {
  let kept = before;
  const states: string[] = [];
  const outbox = createOutbox({
    send, isAnswer: (error) => error instanceof Answer, wait: () => Promise.resolve(),
    store: { get: () => kept, set: (value) => { kept = value; } }, onState: ({ waiting, reachable }) => states.push(`${waiting}${reachable ? '' : ' unreachable'}`),
  });
  return { outbox, states, kept: () => JSON.parse(kept ?? '[]') as Order[] };
}

it('sends one after the other, and keeps what is not answered', async () => {
  const sent: string[] = [];
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => { open = resolve; });
  const { outbox, kept, states } = setUp(async ({ request }) => { sent.push(request); await gate; return change(request); });
  const both = Promise.all([outbox.post(order('a')), outbox.post(order('b'))]);
  expect([sent, kept().map((o) => o.request), outbox.holds('b'), outbox.holds('c'), outbox.sends('a'), outbox.sends('c')]).toEqual([['a'], ['a', 'b'], true, false, true, false]);
  open();
  expect((await both).map((c) => c.request)).toEqual(['a', 'b']);
  expect([sent, kept(), states.at(-1)]).toEqual([['a', 'b'], [], '0']);
});
it('sends the same request again until somebody answers', async () => {
  const sent: string[] = [];
  const { outbox, states } = setUp(({ request }) => { sent.push(request); return sent.length < 3 ? Promise.reject(new TypeError('no server')) : Promise.resolve(change(request)); });
  await outbox.post(order('a'));
  expect([sent, states]).toEqual([['a', 'a', 'a'], ['1', '1 unreachable', '1 unreachable', '0']]);
});
it('a refusal is an answer: it is told, and the next goes on', async () => {
  const { outbox } = setUp(({ request }) => (request === 'a' ? Promise.reject(new Answer('conflict')) : Promise.resolve(change(request))));
  const [a, b] = await Promise.allSettled([outbox.post(order('a')), outbox.post(order('b'))]);
  expect([a.status, b.status, outbox.waiting]).toEqual(['rejected', 'fulfilled', 0]);
});
it('sends what a page before it left; what is no list is nothing', async () => {
  const settled: string[] = [];
  const { outbox } = setUp(({ request }) => Promise.resolve(change(request)), JSON.stringify([order('old')]));
  await new Promise<void>((resolve) => outbox.resume(({ request }, { status }) => { settled.push(`${request} ${status}`); resolve(); }));
  expect(settled).toEqual(['old fulfilled']);
  setUp(() => Promise.reject(new Error('never')), '{torn').outbox.resume(() => { throw new Error('nothing was left'); });
});
