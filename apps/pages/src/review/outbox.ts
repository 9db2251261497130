// Decisions on their way to the disk: sent one after the other, again until they are answered, and kept over a reload.
import type { Change, Intent } from './api.js';

export type Order = { readonly request: string; readonly by: string; readonly intent: Intent };
export type Store = { get(): string | null; set(value: string): void };
export type OutboxOptions = {
  readonly send: (order: Order) => Promise<Change>;
  /** True for an answer; false where nobody answered, so that it is tried again. */
  readonly isAnswer: (error: unknown) => boolean;
  readonly store: Store;
  readonly wait: () => Promise<void>;
  /** After each change: how many are not on disk yet, and whether the server can be reached. */
  readonly onState: (state: { readonly waiting: number; readonly reachable: boolean }) => void;
};
export type Outbox = {
  /** Sends a decision; settles when the server has answered. */
  post(order: Order): Promise<Change>;
  /** Sends what a page before this one left. */
  resume(onSettled: (order: Order, result: PromiseSettledResult<Change>) => void): void;
  /** True while a decision on this clip waits. */
  holds(id: string): boolean;
  /** True for a decision of this page whose answer is on its way. */
  sends(request: string): boolean;
  readonly waiting: number;
};

const idsOf = ({ intent }: Order): readonly string[] => ('units' in intent ? intent.units.map(({ id }) => id) : []);

export function createOutbox({ send, isAnswer, store, wait, onState }: OutboxOptions): Outbox {
  const queue: { readonly order: Order; readonly done: (change: Change) => void; readonly failed: (error: unknown) => void }[] = [];
  let running = false;
  let reachable = true;
  const tell = (): void => {
    store.set(JSON.stringify(queue.map(({ order }) => order)));
    onState({ waiting: queue.length, reachable });
  };
  const run = async (): Promise<void> => {
    if (running) return;
    running = true;
    for (let first = queue[0]; first !== undefined; first = queue[0]) {
      try {
        const change = await send(first.order);
        reachable = true;
        queue.shift();
        tell();
        first.done(change);
      } catch (error) {
        if (isAnswer(error)) {
          reachable = true;
          queue.shift();
          tell();
          first.failed(error);
        } else {
          reachable = false;
          tell();
          await wait();
        }
      }
    }
    running = false;
  };
  const post = (order: Order): Promise<Change> => new Promise((done, failed) => {
    queue.push({ order, done, failed });
    tell();
    void run();
  });
  return {
    post,
    resume: (onSettled) => {
      for (const order of readOrders(store.get())) void post(order).then((value) => onSettled(order, { status: 'fulfilled', value }), (reason: unknown) => onSettled(order, { status: 'rejected', reason }));
    },
    holds: (id) => queue.some(({ order }) => idsOf(order).includes(id)),
    sends: (request) => queue.some(({ order }) => order.request === request),
    get waiting() { return queue.length; },
  };
}

function readOrders(text: string | null): Order[] {
  try {
    const orders: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(orders) ? (orders as Order[]) : [];
  } catch {
    return [];
  }
}
