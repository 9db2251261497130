import { expect, it } from 'vitest';
import { createSharedWork } from './share-work.js';

const never = new AbortController().signal;

it('does equal work once, and anew when it is asked for later', async () => {
  const shared = createSharedWork<number>();
  let runs = 0;
  const work = async (): Promise<number> => { runs += 1; await Promise.resolve(); return runs; };
  expect(await Promise.all([shared.join('a', work, never), shared.join('a', work, never), shared.join('b', work, never)])).toEqual([2, 2, 2]);
  expect(await shared.join('a', work, never)).toBe(3);
});

it('goes on for those who stay when one leaves, and stops when the last one does', async () => {
  const shared = createSharedWork<string>();
  const [first, second] = [new AbortController(), new AbortController()];
  let stopped = false;
  let finish: (text: string) => void = () => undefined;
  const work = (signal: AbortSignal): Promise<string> => new Promise((resolve) => { finish = resolve; signal.addEventListener('abort', () => { stopped = true; }); });
  const results = Promise.allSettled([shared.join('a', work, first.signal), shared.join('a', work, second.signal)]);
  first.abort(new Error('left'));
  await new Promise((next) => setImmediate(next));
  expect(stopped).toBe(false);
  finish('done');
  expect(await results).toMatchObject([{ status: 'rejected', reason: { message: 'left' } }, { status: 'fulfilled', value: 'done' }]);
  const alone = new AbortController();
  const gone = shared.join('a', work, alone.signal);
  alone.abort(new Error('left too'));
  await expect(gone).rejects.toThrow('left too');
  expect(stopped).toBe(true);
});

it('passes a failure to all who wait', async () => {
  const shared = createSharedWork<number>();
  const fail = async (): Promise<number> => { throw new Error('planted'); };
  expect(await Promise.allSettled([shared.join('a', fail, never), shared.join('a', fail, never)])).toMatchObject([{ reason: { message: 'planted' } }, { reason: { message: 'planted' } }]);
});
