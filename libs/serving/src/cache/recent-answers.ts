import type { CachedAnswer } from './speech-cache.js';

/** The answers used last, in memory. */
export type RecentAnswers = {
  get(key: string): CachedAnswer | null;
  set(key: string, answer: CachedAnswer): void;
  delete(key: string): void;
};

/** @param maxBytes - Most bytes of audio that lie here; the answer used longest ago goes first, and one larger than that is not taken. */
export function createRecent(maxBytes: number): RecentAnswers {
  const answers = new Map<string, CachedAnswer>();
  let bytes = 0;
  const drop = (key: string): void => {
    bytes -= answers.get(key)?.bytes.byteLength ?? 0;
    answers.delete(key);
  };
  return {
    get: (key) => answers.get(key) ?? null,
    set(key, answer) {
      drop(key);
      if (answer.bytes.byteLength > maxBytes) return;
      answers.set(key, answer);
      bytes += answer.bytes.byteLength;
      for (const oldest of answers.keys()) {
        if (bytes <= maxBytes) break;
        drop(oldest);
      }
    },
    delete: drop,
  };
}
