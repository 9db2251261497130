import { EvalError } from '../errors.js';

/**
 * Maps items with at most `workers` of them in work at once, started in order.
 * @returns Results in the order of the items.
 * @throws {RangeError} when `workers` is not a positive integer; and what the first failing item throws, after which no more are started.
 */
export async function mapInParallel<T, R>(items: readonly T[], workers: number, map: (item: T) => Promise<R>): Promise<R[]> {
  if (!Number.isInteger(workers) || workers < 1) throw new RangeError(`workers must be a positive integer, got ${workers}`);
  const results: R[] = [];
  let next = 0;
  let failed = false;
  const work = async (): Promise<void> => {
    while (next < items.length && !failed) {
      const at = next;
      next += 1;
      try {
        results[at] = await map(items[at]!);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: Math.min(workers, items.length) }, work)); // all end before the first failure is told
  const failure = outcomes.find((one) => one.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
  return results;
}

/**
 * Calls something that may hang: after `timeoutMs` its signal is aborted and the wait is over.
 * @throws {EvalError} EVAL_SYNTHESIS_TIMEOUT; and what the call throws, or the outer signal holds.
 */
export async function withTimeout<T>(call: (signal: AbortSignal) => Promise<T>, timeoutMs: number, outer: AbortSignal): Promise<T> {
  const controller = new AbortController();
  const stop = new EvalError('EVAL_SYNTHESIS_TIMEOUT', `No audio came within ${(timeoutMs / 1000).toFixed(1)} s.`, { timeoutMs });
  const forward = (): void => controller.abort(outer.reason);
  outer.addEventListener('abort', forward, { once: true });
  if (outer.aborted) forward();
  const timer = setTimeout(() => controller.abort(stop), timeoutMs);
  const over = new Promise<never>((_, reject) => controller.signal.addEventListener('abort', () => reject(controller.signal.reason), { once: true }));
  try {
    return await Promise.race([call(controller.signal), over]);
  } finally {
    clearTimeout(timer);
    outer.removeEventListener('abort', forward);
  }
}
