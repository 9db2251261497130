/** Does the same work once for all who ask for it at the same time. */
export type SharedWork<T> = {
  /**
   * Joins the work under this key, or begins it. It goes on while anyone waits for it, and is aborted when the last one leaves.
   * @throws what the work throws; the reason of `caller` when that aborts.
   */
  join(key: string, work: (signal: AbortSignal) => Promise<T>, caller: AbortSignal): Promise<T>;
};

type Running<T> = { readonly result: Promise<T>; readonly stop: AbortController; waiting: number };

/** Makes a place where equal requests meet. */
export function createSharedWork<T>(): SharedWork<T> {
  const running = new Map<string, Running<T>>();
  const begin = (key: string, work: (signal: AbortSignal) => Promise<T>): Running<T> => {
    const stop = new AbortController();
    const one: Running<T> = { result: work(stop.signal), stop, waiting: 0 };
    running.set(key, one);
    const end = (): void => { if (running.get(key) === one) running.delete(key); };
    one.result.then(end, end);
    return one;
  };
  return {
    async join(key, work, caller) {
      caller.throwIfAborted();
      const one = running.get(key) ?? begin(key, work);
      one.waiting += 1;
      let leave: () => void = () => undefined;
      const left = new Promise<never>((_, reject) => {
        leave = () => reject(caller.reason as Error);
        caller.addEventListener('abort', leave, { once: true });
      });
      try {
        return await Promise.race([one.result, left]);
      } finally {
        caller.removeEventListener('abort', leave);
        one.waiting -= 1;
        if (one.waiting === 0 && running.get(key) === one) {
          running.delete(key); // who comes now begins anew
          one.stop.abort(caller.reason);
        }
      }
    },
  };
}
