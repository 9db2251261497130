/** A request that waits for a worker. */
export type Waiting = { readonly voice: string; readonly sinceMs: number };
/** A worker that is free, and the voice it holds. */
export type FreeWorker = {
  readonly voice: string | null;
  readonly lastUsedMs: number;
  /** Since when it holds this voice. */
  readonly heldSinceMs: number;
};

/**
 * How long a request may be passed over for the sake of fewer voice switches, and how long a worker then keeps a voice that others still ask for, ms; ours: about
 * one sentence (1.5 to 2 s seen on GPT-SoVITS 48b1a01). With more callers than workers can serve, everyone waits longer than this, and switching for each would leave no time to speak.
 */
export const AFFINITY_WAIT_MS = 2000;

/**
 * Chooses which waiting request goes to which free worker. The request that waited longest goes first, to a worker that holds its voice if one is free.
 * A worker that holds the voice of a later request takes that one instead, so that voices are switched seldom, until the first has waited `affinityWaitMs`
 * and the worker has held its voice for as long.
 * @param waiting - In order of arrival.
 * @returns Indices into both lists; null when one of them is empty.
 */
export function chooseNext(waiting: readonly Waiting[], free: readonly FreeWorker[], nowMs: number, affinityWaitMs = AFFINITY_WAIT_MS): { readonly waiting: number; readonly worker: number } | null {
  const first = waiting[0];
  if (first === undefined || free.length === 0) return null;
  const holder = (voice: string): number => free.findIndex((worker) => worker.voice === voice);
  if (holder(first.voice) >= 0) return { waiting: 0, worker: holder(first.voice) };
  const young = nowMs - first.sinceMs < affinityWaitMs;
  const keeps = (worker: FreeWorker): boolean => worker.voice !== null && (young || nowMs - worker.heldSinceMs < affinityWaitMs);
  const match = waiting.findIndex((one) => free.some((worker) => worker.voice === one.voice && keeps(worker)));
  if (match >= 0) return { waiting: match, worker: free.findIndex((worker) => worker.voice === waiting[match]?.voice && keeps(worker)) };
  // No free worker holds it: one that holds nothing, else the one that was idle longest
  const rank = (worker: FreeWorker): number => (worker.voice === null ? -1 : worker.lastUsedMs);
  const worker = free.reduce((best, one, index) => (rank(one) < rank(free[best] as FreeWorker) ? index : best), 0);
  return { waiting: 0, worker };
}
