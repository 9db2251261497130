import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { checkStages, selectStages } from './check-stages.js';
import { decideStage } from './decide.js';
import { PipelineError, explainStageError, explainSystemError, reportError } from './errors.js';
import { type PipelineEvent } from './events.js';
import { type SeenTrees } from './fingerprint.js';
import { flush, removeTemps } from './files.js';
import { type Fold, type StageHistory, deriveStatus, describeInterruption, foldRuns } from './fold-journal.js';
import { openHashCache } from './hash-cache.js';
import { type DoneRecord, type Journal, openJournal } from './journal.js';
import { acquireLock } from './lock.js';
import { type ProcessIdentity, identifyProcess } from './process-identity.js';
import { AbandonedStage, aborted, runStage } from './run-stage.js';
import { type Places, describePlan, findPlaces, isOff, openRunFolder, readJournals } from './run-folder.js';
import { type Stage, type StageStatus } from './stage.js';

/** Where the pipeline works and which stages count. */
export type PipelineOptions = {
  /** The voice folder; must exist. */
  readonly root: string;
  /** Folder of what is made, relative to the root. @default 'work' */
  readonly dir?: string;
  /** Optional stages that are on. @default [] */
  readonly enable?: readonly string[];
};

export type SelectOptions = {
  /** First stage to consider; what it needs must be done. @default the first */
  readonly from?: string | undefined;
  /** Last stage to consider. @default the last */
  readonly until?: string | undefined;
  /** Run the considered stages even where nothing changed, from nothing: what they made is deleted first. @default false */
  readonly force?: boolean | undefined;
};

export type RunOptions = PipelineOptions & SelectOptions & {
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: PipelineEvent) => void) | undefined;
  /** Milliseconds since 1970. @default Date.now */
  readonly clock?: () => number;
  /** How long a cancelled stage may take to stop before it is abandoned, ms. @default 10000 */
  readonly graceMs?: number;
  /** Who holds the lock. @default this process */
  readonly identity?: ProcessIdentity;
};

export type RunResult = {
  /** True when no stage failed and the run was not cancelled; stages may have been skipped. */
  readonly ok: boolean;
  /** Name of the run folder. */
  readonly run: string;
  readonly stages: readonly StageStatus[];
  /** The stage at which the run ended early, and why. `PIPELINE_ABORTED` when it was cancelled. */
  readonly failed?: { readonly stage: string; readonly error: Error };
};

/**
 * Runs the stages in their order, skipping what is done and unchanged, and stops at the first that fails.
 *
 * Cancelling: the stage gets the signal and `graceMs` to stop. One that does not is abandoned: the run returns, but the lock stays
 * held until the stage ends or this process does, so that nothing else writes where it may still write.
 * @throws {PipelineError} when there is no run to speak of: `PIPELINE_STAGES_INVALID`, `PIPELINE_STAGE_UNKNOWN`, `PIPELINE_NOT_READY`,
 * `PIPELINE_ROOT_MISSING`, `PIPELINE_LOCKED`, and `PIPELINE_DISK_FULL` or `PIPELINE_NOT_WRITABLE` where the journal itself cannot be written.
 * What goes wrong inside a stage is returned in `failed`.
 */
export async function runPipeline(stages: readonly Stage[], options: RunOptions): Promise<RunResult> {
  const { root, dir = 'work', enable = [], from, until, clock = Date.now, identity = identifyProcess() } = options;
  checkStages(stages);
  const selected = selectStages(stages, from, until);
  const places = findPlaces(resolve(root), dir);
  await requireFolder(places.root);
  const lock = await acquireLock(places.lock, identity, clock);
  let abandoned: Promise<void> | null = null;
  try {
    await removeLeftovers(places, stages).catch((error: unknown) => { throw explainSystemError(error, 'write', places.work); });
    const fold = foldRuns(await readJournals(places));
    requireReady(stages, selected, fold.histories, new Set(enable));
    const run = await openRunFolder(places, describePlan(stages, new Set(enable)));
    const session = await openSession(places, run, clock, fold);
    try {
      session.journal.append({ event: 'run-start', run, lock: lock.token, pid: identity.pid, host: identity.host });
      return await runSelected(stages, selected, session, options, run, (settled) => { abandoned = settled; });
    } finally {
      session.journal.close();
    }
  } finally {
    const held = abandoned as Promise<void> | null;
    if (held === null) await lock.release();
    else void held.then(() => lock.release()).catch(() => undefined); // nobody is left to tell; a lock that stays is recognised as stale
  }
}

type Session = Awaited<ReturnType<typeof openSession>>;

/** The journal, what it tells so far, and the hash cache of one run. */
async function openSession(places: Places, run: string, clock: () => number, fold: Fold) {
  const path = join(places.runs, run, 'journal.jsonl');
  const cache = await openHashCache(places.hashes);
  const onDisk = openJournal(path, clock);
  await flush(dirname(path));
  const here = new Set(onDisk.events.map((event) => ('record' in event && event.record !== undefined ? event.record.fingerprint : '')));
  const journal: Journal = {
    ...onDisk,
    append: (body) => {
      const event = onDisk.append(body);
      fold.apply(event);
      return event;
    },
  };
  return {
    places, cache, journal,
    histories: fold.histories,
    /** True when this run's own journal holds the record; otherwise it is carried over, so that old run folders may be deleted. */
    holds: (record: DoneRecord): boolean => here.has(record.fingerprint),
  };
}

async function runSelected(
  stages: readonly Stage[], selected: readonly Stage[], session: Session, options: RunOptions, run: string, abandon: (settled: Promise<void>) => void,
): Promise<RunResult> {
  const { signal = new AbortController().signal, onEvent = () => undefined, clock = Date.now, graceMs = 10_000, force = false, enable = [] } = options;
  const enabled = new Set(enable);
  const { places, cache, journal } = session;
  const skipped = new Map<string, string>();
  for (const stage of stages) {
    const history = session.histories.get(stage.id);
    if (!selected.includes(stage) && history?.state === 'skipped' && !isOff(stage, enabled)) skipped.set(stage.id, history.reason ?? '');
  }
  onEvent({ event: 'run-start', run, root: places.root, stages: selected.map((stage) => stage.id) });
  let failed: RunResult['failed'];
  const seen: SeenTrees = new Map();
  for (const stage of selected) {
    const startedAtMs = clock();
    try {
      if (signal.aborted) throw aborted(stage.id);
      const decision = await decideStage(stage, session.histories.get(stage.id), skipped, { places, cache, enabled, force, signal, seen });
      const { reason } = decision;
      if (decision.action !== 'run') {
        const why = decision.action === 'skip-missing' ? decision.why : decision.action === 'skip-off' ? 'off' : 'unchanged';
        if (why === 'missing' || why === 'needs') skipped.set(stage.id, whatIsMissing(reason, why));
        const old = session.histories.get(stage.id)?.record ?? null;
        const record = why === 'unchanged' && old !== null ? { ...old, needs: outputsOf(stage, session) } : null;
        const carry = record !== null && (!session.holds(record) || JSON.stringify(record) !== JSON.stringify(old));
        session.journal.append({ event: 'stage-skipped', stage: stage.id, why, reason, ...(carry ? { record } : {}) });
        onEvent({ event: 'stage-skipped', stage: stage.id, why, reason });
        continue;
      }
      const { reads, fingerprint } = decision;
      session.journal.append({ event: 'stage-start', stage: stage.id, fingerprint, reason });
      onEvent({ event: 'stage-start', stage: stage.id, title: stage.title, reason });
      const needs = outputsOf(stage, session);
      seen.clear();
      const record = await runStage(stage, { places, run, journal, cache, signal, graceMs, clock, onEvent, afresh: force, reads, fingerprint, needs });
      const elapsedSec = (clock() - startedAtMs) / 1000;
      session.journal.append({ event: 'stage-done', stage: stage.id, record, elapsedSec });
      const { accounting } = record;
      onEvent({ event: 'stage-done', stage: stage.id, in: accounting.in, kept: accounting.kept, dropped: accounting.dropped, notes: accounting.notes ?? [], elapsedSec });
      await cache.save();
    } catch (thrown) {
      failed = { stage: stage.id, error: endStage(stage, thrown, session, signal, onEvent, abandon) };
      break;
    }
  }
  await cache.save().catch((error: unknown) => { if (failed === undefined) throw error; });
  session.journal.append({ event: 'run-done', ok: failed === undefined });
  const status = deriveStatus(stages, session.histories, null, enabled);
  onEvent({ event: 'done', ok: failed === undefined, stages: status });
  return { ok: failed === undefined, run, stages: status, ...(failed === undefined ? {} : { failed }) };
}

/** Journals how a stage ended early and gives the error to report. */
function endStage(
  stage: Stage, thrown: unknown, session: Session, signal: AbortSignal, onEvent: (event: PipelineEvent) => void, abandon: (settled: Promise<void>) => void,
): Error {
  if (thrown instanceof AbandonedStage) abandon(thrown.settled);
  const error = signal.aborted || thrown instanceof AbandonedStage
    ? thrown instanceof PipelineError && thrown.code === 'PIPELINE_ABORTED' ? thrown : aborted(stage.id, thrown)
    : explainStageError(thrown, stage.id);
  const interrupted = error instanceof PipelineError && error.code === 'PIPELINE_ABORTED';
  const history = session.histories.get(stage.id);
  if (!interrupted) session.journal.append({ event: 'stage-failed', stage: stage.id, error: reportError(error) });
  else if (history?.state === 'running') session.journal.append({ event: 'stage-interrupted', stage: stage.id, reason: describeInterruption(history.progress) });
  onEvent({ event: 'stage-failed', stage: stage.id, error: reportError(error), interrupted });
  return error;
}

/** The outputs of the stages that a stage needs, as they are now. */
const outputsOf = (stage: Stage, session: Session): Record<string, string> => {
  const outputs: Record<string, string> = {};
  for (const need of stage.needs) {
    const record = session.histories.get(need)?.record ?? null;
    if (record !== null && session.histories.get(need)?.state === 'done') outputs[need] = record.outputs;
  }
  return outputs;
};

/** The root cause of a skip: what is missing, without the chain of stages in between. */
const whatIsMissing = (reason: string, why: 'missing' | 'needs'): string => (why === 'missing' ? reason : reason.slice(reason.indexOf(': ') + 2));

async function requireFolder(root: string): Promise<void> {
  const stats = await stat(root).catch(() => null);
  if (stats?.isDirectory() !== true) throw new PipelineError('PIPELINE_ROOT_MISSING', `There is no folder ${root}.`, { path: root });
}

/** Deletes what a killed run left half-written. Only the holder of the lock may. */
async function removeLeftovers(places: Places, stages: readonly Stage[]): Promise<void> {
  await removeTemps(places.work, false);
  await removeTemps(places.runs, true);
  const parents = new Set<string>();
  for (const path of stages.flatMap((stage) => stage.writes)) {
    const full = join(places.root, path);
    parents.add(dirname(full));
    await removeTemps(full, true);
  }
  for (const parent of parents) await removeTemps(parent, false);
}

/** Refuses to start in the middle when what comes before is not done. */
function requireReady(stages: readonly Stage[], selected: readonly Stage[], histories: ReadonlyMap<string, StageHistory>, enabled: ReadonlySet<string>): void {
  const status = new Map(deriveStatus(stages, histories, null, enabled).map((each) => [each.id, each]));
  const chosen = new Set(selected.map((stage) => stage.id));
  for (const stage of selected) {
    for (const need of stage.needs) {
      const { state, reason } = status.get(need)!;
      if (chosen.has(need) || state === 'done' || state === 'skipped') continue;
      throw new PipelineError('PIPELINE_NOT_READY', `Cannot start from '${stage.id}': '${need}', which it needs, is not done${reason === null ? '' : ` (${reason})`}. Start from '${need}'.`, { stage: stage.id, need });
    }
  }
}
