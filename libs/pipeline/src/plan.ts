import { resolve } from 'node:path';
import { checkStages, selectStages } from './check-stages.js';
import { decideStage, type Decision } from './decide.js';
import { deriveStatus, foldRuns } from './fold-journal.js';
import { type SeenTrees } from './fingerprint.js';
import { openHashCache } from './hash-cache.js';
import { readLock } from './lock.js';
import { identifyProcess, type ProcessIdentity } from './process-identity.js';
import { findPlaces, isOff, readJournals } from './run-folder.js';
import { type PipelineOptions, type SelectOptions } from './run.js';
import { type Stage, type StageStatus } from './stage.js';

/** What a run would do with one stage, and why. */
export type PlannedStage = { readonly id: string; readonly action: Decision['action']; readonly reason: string };

/**
 * Says what `runPipeline` would do now. Reads contents, writes nothing, takes no lock. Behind a stage that will run, the inputs are not
 * known yet: such a stage is planned to run and may turn out unchanged.
 * @throws {PipelineError} `PIPELINE_STAGES_INVALID`, `PIPELINE_STAGE_UNKNOWN`.
 */
export async function planPipeline(
  stages: readonly Stage[],
  { root, dir = 'work', enable = [], from, until, force = false, signal }: PipelineOptions & SelectOptions & { readonly signal?: AbortSignal | undefined },
): Promise<readonly PlannedStage[]> {
  checkStages(stages);
  const selected = selectStages(stages, from, until);
  const places = findPlaces(resolve(root), dir);
  const enabled = new Set(enable);
  const cache = await openHashCache(places.hashes);
  const histories = foldRuns(await readJournals(places)).histories;
  const skipped = new Map<string, string>();
  const running = new Set<string>();
  const planned: PlannedStage[] = [];
  const seen: SeenTrees = new Map();
  for (const stage of selected) {
    const behind = stage.needs.find((need) => running.has(need));
    const decision = await decideStage(stage, histories.get(stage.id), skipped, { places, cache, enabled, force, signal, seen });
    if (decision.action === 'skip-missing') skipped.set(stage.id, decision.reason);
    const waits = decision.action === 'skip-unchanged' && behind !== undefined;
    const action = waits ? 'run' : decision.action;
    if (action === 'run' && !isOff(stage, enabled)) running.add(stage.id);
    planned.push({ id: stage.id, action, reason: waits ? `'${behind}' runs before it; skipped if that changes nothing` : decision.reason });
  }
  return planned;
}

/**
 * Where each stage stands, from the journals alone: no input is read, no output verified, nothing written.
 * A stage that was running when its process died is pending, "interrupted at …, will resume".
 * @throws {PipelineError} `PIPELINE_STAGES_INVALID`, `PIPELINE_NOT_READABLE`.
 */
export async function readStatus(
  stages: readonly Stage[], { root, dir = 'work', enable = [], identity = identifyProcess() }: PipelineOptions & { readonly identity?: ProcessIdentity },
): Promise<readonly StageStatus[]> {
  checkStages(stages);
  const places = findPlaces(resolve(root), dir);
  const holder = await readLock(places.lock, identity);
  const histories = foldRuns(await readJournals(places)).histories;
  return deriveStatus(stages, histories, holder?.token ?? null, new Set(enable));
}
