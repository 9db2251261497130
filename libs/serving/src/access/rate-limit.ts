/** Lets so much pass a minute. */
export type RateLimit = {
  /** Takes `amount` now; else the seconds until it could be taken, and nothing is taken. */
  take(amount: number): { readonly ok: true } | { readonly ok: false; readonly waitSec: number };
};

const MINUTE_MS = 60_000;

/**
 * A bucket that holds one minute's worth and fills evenly. More than a whole minute's worth passes when the bucket is full, and is owed afterwards:
 * a text longer than the limit is late, not impossible.
 * @param perMinute - Above 0.
 */
export function createRateLimit(perMinute: number, nowMs: () => number = () => performance.now()): RateLimit {
  let level = perMinute;
  let atMs = nowMs();
  return {
    take(amount) {
      const now = nowMs();
      level = Math.min(perMinute, level + ((now - atMs) * perMinute) / MINUTE_MS);
      atMs = now;
      const needed = Math.min(amount, perMinute);
      if (level + 1e-9 < needed) return { ok: false, waitSec: ((needed - level) * MINUTE_MS) / perMinute / 1000 };
      level -= amount;
      return { ok: true };
    },
  };
}
