import { ServingError } from '../errors.js';
import type { RestartReason, Worker } from '../workers/worker.js';
import { chooseNext } from './choose-next.js';
import { fairOrder } from './fair-order.js';

/** A worker in the hands of one request, until `release`. */
export type PoolLease = {
  readonly worker: Worker;
  readonly index: number;
  /** What the worker holds; null when that is not known. */
  readonly holds: string | null;
  /** Says what a switch left in the worker's process of that generation; of no effect when it was started again meanwhile. */
  setHolds(voice: string | null, generation: number): void;
  /** How long the request waited, ms. */
  readonly waitedMs: number;
  release(): void;
};

export type VoicePool = {
  /** Waits for a worker, best one that holds `voice`. @throws {ServingError} SERVING_QUEUE_FULL · SERVING_CALLER_GONE · SERVING_CLOSING · SERVING_WORKER_FAILED */
  lease(voice: string, options?: { readonly signal?: AbortSignal; /** Who asks; callers have their turns one after another. @default '' */ readonly caller?: string }): Promise<PoolLease>;
  readonly waiting: number;
  readonly busy: number;
  readonly ready: number;
  readonly maxWaiting: number;
  /** Refuses who waits for this voice. */
  refuse(voice: string, error: ServingError): void;
  /** Refuses who waits and who comes; resolves when no lease is out. */
  drain(): Promise<void>;
};

type Slot = { readonly worker: Worker; readonly index: number; holds: string | null; generation: number; busy: boolean; requests: number; lastUsedMs: number; heldSinceMs: number };
type Ticket = { readonly voice: string; readonly caller: string; readonly sinceMs: number; take(slot: Slot): void; refuse(error: ServingError): void };

export type VoicePoolOptions = {
  readonly workers: readonly Worker[];
  /** What a worker holds right after a start, by its index. */
  readonly startsWith: (index: number) => string | null;
  /** Requests that may wait; the next one is refused. @default 64 */
  readonly maxWaiting?: number;
  /** Asked when a worker has become free, with the requests its process has had: why it is to be started again, or null. One at a time is. @default never */
  readonly recycle?: (of: { readonly index: number; readonly requests: number }) => RestartReason | null;
  /** @default performance.now */
  readonly nowMs?: () => number;
};

/** Hands workers to requests: each worker to one at a time, the voice it holds first. */
export function createVoicePool({ workers, startsWith, maxWaiting = 64, recycle = () => null, nowMs = () => performance.now() }: VoicePoolOptions): VoicePool {
  const slots: Slot[] = workers.map((worker, index) => ({ worker, index, holds: startsWith(index), generation: worker.generation, busy: false, requests: 0, lastUsedMs: -1, heldSinceMs: nowMs() }));
  const tickets: Ticket[] = [];
  const servedAt = new Map<string, number>(); // a turn number for each caller
  let turn = 0;
  let closing: (() => void) | null = null;
  let closed = false;

  const refreshed = (slot: Slot): Slot => {
    if (slot.generation !== slot.worker.generation) { // it was started again: what was loaded since is gone
      slot.generation = slot.worker.generation;
      slot.holds = startsWith(slot.index);
      slot.requests = 0;
    }
    return slot;
  };
  const allFailed = (): boolean => slots.every(({ worker }) => worker.state === 'failed' || worker.state === 'stopped');
  const failure = (): ServingError => {
    const last = slots.map(({ worker }) => worker.lastError).find((error) => error !== null);
    return new ServingError('SERVING_WORKER_FAILED', `No engine worker is left. ${last?.message ?? ''}`.trim(), {}, { cause: last });
  };

  const recycleIfDue = (slot: Slot): void => {
    refreshed(slot).requests += 1;
    if (closed || slot.worker.state !== 'ready' || slots.some(({ worker }) => worker.state === 'restarting')) return;
    const reason = recycle({ index: slot.index, requests: slot.requests });
    if (reason !== null) void slot.worker.restart(reason).catch(() => undefined); // its state tells how that went
  };

  const serve = (): void => {
    if (tickets.length > 0 && allFailed()) tickets.splice(0).forEach((ticket) => ticket.refuse(failure()));
    for (;;) {
      const free = slots.filter((slot) => !slot.busy && slot.worker.state === 'ready').map(refreshed);
      const inTurn = fairOrder(tickets, servedAt).map((index) => tickets[index] as Ticket);
      const choice = chooseNext(inTurn, free.map(({ holds, lastUsedMs, heldSinceMs }) => ({ voice: holds, lastUsedMs, heldSinceMs })), nowMs());
      if (choice === null) break;
      const ticket = inTurn[choice.waiting] as Ticket;
      tickets.splice(tickets.indexOf(ticket), 1);
      servedAt.set(ticket.caller, (turn += 1));
      const slot = free[choice.worker] as Slot;
      slot.busy = true;
      ticket.take(slot);
    }
    if (closing !== null && slots.every((slot) => !slot.busy)) closing();
  };

  for (const { worker } of slots) worker.onState(serve);

  return {
    maxWaiting,
    get waiting() { return tickets.length; },
    get busy() { return slots.filter((slot) => slot.busy).length; },
    get ready() { return slots.filter((slot) => slot.worker.state === 'ready').length; },
    lease(voice, { signal, caller = '' } = {}) {
      return new Promise((resolve, reject) => {
        if (closed) return reject(new ServingError('SERVING_CLOSING', 'The gateway is shutting down'));
        if (allFailed()) return reject(failure());
        const mayStart = slots.some((slot) => !slot.busy && slot.worker.state === 'ready') && tickets.length === 0;
        if (!mayStart && tickets.length >= maxWaiting) return reject(new ServingError('SERVING_QUEUE_FULL', `${tickets.length} requests wait already; no more are taken`, { waiting: tickets.length, maxWaiting }));
        const gone = (): ServingError => signal?.reason instanceof ServingError ? signal.reason : new ServingError('SERVING_CALLER_GONE', 'The caller hung up while waiting');
        if (signal?.aborted === true) return reject(gone());
        const sinceMs = nowMs();
        const onAbort = (): void => {
          tickets.splice(tickets.indexOf(ticket), 1);
          reject(gone());
        };
        const ticket: Ticket = {
          voice, caller, sinceMs,
          refuse(error) {
            signal?.removeEventListener('abort', onAbort);
            reject(error);
          },
          take(slot) {
            signal?.removeEventListener('abort', onAbort);
            let mine = true;
            resolve({
              worker: slot.worker, index: slot.index, waitedMs: nowMs() - sinceMs,
              get holds() { return refreshed(slot).holds; },
              setHolds(next, generation) {
                if (refreshed(slot).generation !== generation) return;
                if (slot.holds !== next) slot.heldSinceMs = nowMs();
                slot.holds = next;
              },
              release() {
                if (!mine) return;
                mine = false;
                slot.busy = false;
                slot.lastUsedMs = nowMs();
                recycleIfDue(slot);
                serve();
              },
            });
          },
        };
        tickets.push(ticket);
        signal?.addEventListener('abort', onAbort, { once: true });
        serve();
      });
    },
    refuse(voice, error) {
      const own = tickets.filter((ticket) => ticket.voice === voice);
      for (const ticket of own) {
        tickets.splice(tickets.indexOf(ticket), 1);
        ticket.refuse(error);
      }
    },
    drain() {
      closed = true;
      tickets.splice(0).forEach((ticket) => ticket.refuse(new ServingError('SERVING_CLOSING', 'The gateway is shutting down')));
      return new Promise((done) => {
        closing = done;
        serve();
      });
    },
  };
}
