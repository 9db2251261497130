/** Lets so many pass at a time; the others wait in the order in which they came. */
export type Limit = {
  /** Waits for a place; answers with what gives it back, any number of calls. When `signal` aborts while waiting, it resolves without one. */
  enter(signal: AbortSignal): Promise<() => void>;
};

/** @param most - A positive integer, or Infinity. */
export function createLimit(most: number): Limit {
  let inside = 0;
  const waiting: (() => void)[] = [];
  const leaveOnce = (): (() => void) => {
    let mine = true;
    return () => {
      if (!mine) return;
      mine = false;
      const next = waiting.shift();
      if (next === undefined) inside -= 1;
      else next(); // the place goes on to whoever waited longest
    };
  };
  return {
    async enter(signal) {
      if (inside < most) {
        inside += 1;
        return leaveOnce();
      }
      let placed = false;
      await new Promise<void>((go) => {
        const take = (): void => {
          placed = true;
          signal.removeEventListener('abort', giveUp);
          go();
        };
        const giveUp = (): void => {
          waiting.splice(waiting.indexOf(take), 1);
          go();
        };
        waiting.push(take);
        if (signal.aborted) giveUp();
        else signal.addEventListener('abort', giveUp, { once: true });
      });
      return placed ? leaveOnce() : () => undefined;
    },
  };
}
