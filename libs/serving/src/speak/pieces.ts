import { ServingError } from '../errors.js';
import type { Sound } from './sound.js';

/** Hands pieces from one who makes them to one who takes them, each at its own pace, within bounds. */
export type Pieces = {
  /** Resolves when the piece was taken in; waits while more than `mostSec` of speech lie here. False when nobody takes pieces any more, or nobody did for `patienceMs`. */
  push(piece: Sound): Promise<boolean>;
  end(): void;
  fail(error: unknown): void;
  /** The first piece, or null when it ended without one. @throws what `fail` was given. It is still the first that `take` gives. */
  readonly first: Promise<Sound | null>;
  /** To be iterated once; leaving the loop tells the maker. @throws what `fail` was given, after the pieces before it. */
  take(): AsyncGenerator<Sound, void, void>;
};

/**
 * @param mostSec - Speech that may wait here, seconds; a reader slower than that holds the maker up.
 * @param patienceMs - How long it does; then the reader is told that it was too slow, and the maker goes on without it.
 */
export function createPieces(mostSec: number, patienceMs = Infinity): Pieces {
  const waiting: Sound[] = [];
  let ended = false;
  let failure: { readonly error: unknown } | null = null;
  let left = false;
  const wake: (() => void)[] = [];
  const changed = (): void => wake.splice(0).forEach((one) => one());
  const change = (): Promise<void> => new Promise((resolve) => wake.push(resolve));
  const changeWithin = async (ms: number): Promise<void> => {
    if (ms === Infinity) return change();
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([change(), new Promise((over) => { timer = setTimeout(over, ms); })]);
    clearTimeout(timer);
  };
  const waitingSec = (): number => waiting.reduce((sum, { length, sampleRateHz }) => sum + length / sampleRateHz, 0);
  /** @throws what `fail` was given. */
  const ifOver = (): boolean => {
    if (failure !== null) throw failure.error;
    return ended;
  };
  const first = (async () => {
    while (waiting.length === 0 && !ifOver()) await change();
    return waiting[0] ?? null;
  })();
  first.catch(() => undefined); // whoever waits for it hears of it
  return {
    first,
    async push(piece) {
      const until = performance.now() + patienceMs;
      while (!left && failure === null && waitingSec() > mostSec) {
        const waitMs = until - performance.now();
        if (waitMs <= 0) this.fail(new ServingError('SERVING_CALLER_GONE', `The caller took nothing for ${patienceMs} ms`));
        else await changeWithin(waitMs);
      }
      if (left || failure !== null) return false;
      waiting.push(piece);
      changed();
      return true;
    },
    end() {
      ended = true;
      changed();
    },
    fail(error) {
      failure = { error };
      changed();
    },
    async *take() {
      try {
        for (;;) {
          const piece = waiting.shift();
          if (piece !== undefined) {
            changed();
            yield piece;
          } else if (ifOver()) return;
          else await change();
        }
      } finally {
        left = true;
        waiting.length = 0;
        changed();
      }
    },
  };
}
