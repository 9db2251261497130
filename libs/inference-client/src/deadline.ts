import { ClientError } from './errors.js';

/** One timer and the caller's signal behind a single signal; tells afterwards which of the two fired. */
export type Deadline = {
  readonly signal: AbortSignal;
  /** Starts the time again: something arrived. */
  touch(): void;
  /** Stops the timer; must be called at the end. */
  done(): void;
  /** Names a failure: the caller's abort, the timer's, or null when neither fired. */
  reason(what: string): ClientError | null;
};

/** Starts a deadline of `timeoutMs` that also ends when the caller's signal does. */
export function startDeadline(timeoutMs: number, outer?: AbortSignal): Deadline {
  const controller = new AbortController();
  let timedOut = false;
  const expire = () => {
    timedOut = true;
    controller.abort();
  };
  const abort = () => controller.abort();
  let timer = setTimeout(expire, timeoutMs);
  if (outer?.aborted === true) controller.abort();
  outer?.addEventListener('abort', abort, { once: true });
  return {
    signal: controller.signal,
    touch() {
      clearTimeout(timer);
      timer = setTimeout(expire, timeoutMs);
    },
    done() {
      clearTimeout(timer);
      outer?.removeEventListener('abort', abort);
    },
    reason(what) {
      if (outer?.aborted === true) return new ClientError('CLIENT_ABORTED', `${what} was aborted`, {}, { cause: outer.reason });
      if (timedOut) return new ClientError('CLIENT_TIMEOUT', `${what} took longer than ${timeoutMs} ms`, { timeoutMs });
      return null;
    },
  };
}
