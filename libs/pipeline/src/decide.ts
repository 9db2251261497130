import { explainFresh, explainStale, fingerprintStage, hashPaths, readFileList, type HashedPath, type SeenTrees } from './fingerprint.js';
import { OFF_REASON, describeInterruption, type StageHistory } from './fold-journal.js';
import { type HashCache } from './hash-cache.js';
import { isOff, type Places } from './run-folder.js';
import { type Stage } from './stage.js';

/** What the runner would do with a stage, and why. `reads` and `fingerprint` are of the inputs as they are now. */
export type Decision =
  | { readonly action: 'run'; readonly reason: string; readonly reads: readonly HashedPath[]; readonly fingerprint: string }
  | { readonly action: 'skip-unchanged'; readonly reason: string }
  | { readonly action: 'skip-missing'; readonly reason: string; readonly why: 'missing' | 'needs' }
  | { readonly action: 'skip-off'; readonly reason: string };

export type DecideContext = {
  readonly places: Places;
  readonly cache: HashCache;
  readonly enabled: ReadonlySet<string>;
  readonly force: boolean;
  readonly signal?: AbortSignal | undefined;
  /** What was looked at since a stage last ran. */
  readonly seen: SeenTrees;
};

/**
 * Decides about one stage. It is skipped, in this order of precedence, when it is off, when a stage it needs was skipped for want of
 * means, when it is unchanged (same fingerprint, and its outputs verified), when its own means are missing.
 * @param skipped - Stages skipped for want of means so far, with what was missing.
 */
export async function decideStage(
  stage: Stage, history: StageHistory | undefined, skipped: ReadonlyMap<string, string>, { places, cache, enabled, force, signal, seen }: DecideContext,
): Promise<Decision> {
  if (isOff(stage, enabled)) return { action: 'skip-off', reason: OFF_REASON };
  const need = stage.needs.find((id) => skipped.has(id));
  if (need !== undefined) return { action: 'skip-missing', why: 'needs', reason: `needs '${need}', which is skipped: ${skipped.get(need)!}` };

  const record = history?.record ?? null;
  const options = { cache, signal, seen };
  const looked = record !== null && !force ? await look(stage, places, options) : null;
  let stale: string | null = null;
  if (record !== null && looked !== null) {
    const writes = await hashPaths(places.root, stage.writes, options);
    stale = await explainStale(stage, record, () => readFileList(places.runs, record), looked.fingerprint, looked.reads, writes);
    if (stale === null) return { action: 'skip-unchanged', reason: 'unchanged: same input and options, output verified' };
  }
  const missing = (await stage.missing?.()) ?? null;
  if (missing !== null) return { action: 'skip-missing', why: 'missing', reason: `${missing.what} — ${missing.how}` };
  const interruption = history?.state === 'running' ? describeInterruption(history.progress) : null;
  const reason = force ? 'forced' : (stale ?? explainFresh(history, interruption));
  return { action: 'run', reason, ...(looked ?? (await look(stage, places, options))) };
}

async function look(stage: Stage, places: Places, options: { cache: HashCache; signal?: AbortSignal | undefined; seen: SeenTrees }): Promise<{ reads: readonly HashedPath[]; fingerprint: string }> {
  const reads = await hashPaths(places.root, stage.reads, options);
  return { reads, fingerprint: fingerprintStage(stage, places.root, reads) };
}
