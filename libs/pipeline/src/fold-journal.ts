import { type DoneRecord, type JournalEvent } from './journal.js';
import { hashValue } from './canonical-json.js';
import { isOff } from './run-folder.js';
import { type Stage, type StageState, type StageStatus } from './stage.js';

/** What the journals tell of one stage. */
export type StageHistory = {
  readonly state: StageState;
  readonly reason: string | null;
  /** What is remembered of its last success; null once it was started again. */
  readonly record: DoneRecord | null;
  readonly progress: StageStatus['progress'];
  /** The lock under which it was started: while that lock lives, so does the stage. */
  readonly lock: string;
};

const FRESH: StageHistory = { state: 'pending', reason: null, record: null, progress: null, lock: '' };

/** Where each stage stands after the events so far. Stages without an event are left out. */
export type Fold = { readonly histories: ReadonlyMap<string, StageHistory>; apply(event: JournalEvent): void };

/** Starts following events, oldest first. */
export function createFold(): Fold {
  const histories = new Map<string, StageHistory>();
  let lock = '';
  return {
    histories,
    apply(event) {
      if (event.event === 'run-start') lock = event.lock;
      if ('stage' in event) histories.set(event.stage, step(histories.get(event.stage) ?? FRESH, event, lock));
    },
  };
}

/** Follows the events of all runs, oldest first. */
export function foldRuns(runs: Iterable<{ readonly events: Iterable<JournalEvent> }>): Fold {
  const fold = createFold();
  for (const { events } of runs) for (const event of events) fold.apply(event);
  return fold;
}

function step(before: StageHistory, event: Extract<JournalEvent, { stage: string }>, lock: string): StageHistory {
  switch (event.event) {
    case 'stage-start':
      return { state: 'running', reason: null, record: null, progress: null, lock };
    case 'progress':
      return { ...before, progress: { done: event.done, total: event.total, unit: event.unit } };
    case 'stage-done':
      return { state: 'done', reason: null, record: event.record, progress: null, lock };
    case 'stage-failed':
      return { ...before, state: 'failed', reason: `${event.error.code}: ${event.error.message}` };
    case 'stage-interrupted':
      return { ...before, state: 'pending', reason: event.reason };
    case 'stage-skipped':
      if (event.why !== 'unchanged') return { ...before, state: 'skipped', reason: event.reason };
      return { ...before, state: 'done', reason: null, record: event.record ?? before.record, progress: null };
    case 'stage-event':
      return before;
  }
}

/** "interrupted at 12/40 clips, will resume". */
export const describeInterruption = (progress: StageStatus['progress']): string =>
  progress === null ? 'interrupted, will resume' : `interrupted at ${progress.done}/${progress.total ?? '?'} ${progress.unit}, will resume`;

/** Hash of what a stage is, without its inputs. */
export const hashDefinition = (stage: Stage): string => hashValue({ version: stage.version, options: stage.options ?? null });

/** Why a stage that is off is off. */
export const OFF_REASON = 'off: this stage is optional and not switched on';

/**
 * Where each stage stands, from what the journals tell and the lock that is alive.
 * @param liveLock - Token of the lock that a living process holds, or null.
 */
export function deriveStatus(stages: readonly Stage[], histories: ReadonlyMap<string, StageHistory>, liveLock: string | null, enabled: ReadonlySet<string>): readonly StageStatus[] {
  const byId = new Map(stages.map((stage) => [stage.id, stage]));
  const derived = new Map<string, StageStatus>();
  for (const stage of stages) {
    const history = histories.get(stage.id) ?? FRESH;
    const base = { id: stage.id, title: stage.title, in: null, kept: null, dropped: [], notes: [], progress: history.progress };
    const set = (state: StageState, reason: string | null): void => void derived.set(stage.id, { ...base, state, reason });

    if (history.state === 'running' && liveLock !== null && history.lock === liveLock) set('running', null);
    else if (isOff(stage, enabled)) set('skipped', OFF_REASON);
    else if (history.state === 'failed') set('failed', history.reason);
    else if (history.state === 'skipped') {
      // a stage skipped for being off has been switched on since
      if (history.reason === OFF_REASON) set('pending', null);
      else set('skipped', history.reason);
    } else {
      const waits = waitsFor(stage, derived, byId, enabled);
      if (history.state === 'running') set('pending', describeInterruption(history.progress));
      else if (history.state === 'pending') set('pending', history.reason ?? waits);
      else if (waits !== null) set('pending', waits);
      else {
        const stale = outdated(stage, history.record, histories, byId, enabled);
        const accounting = history.record?.accounting;
        derived.set(stage.id, stale !== null ? { ...base, state: 'pending', reason: stale } : {
          ...base, state: 'done', reason: null,
          in: accounting?.in ?? null, kept: accounting?.kept ?? null, dropped: accounting?.dropped ?? [], notes: accounting?.notes ?? [],
        });
      }
    }
  }
  return stages.map((stage) => derived.get(stage.id)!);
}

function waitsFor(stage: Stage, derived: ReadonlyMap<string, StageStatus>, byId: ReadonlyMap<string, Stage>, enabled: ReadonlySet<string>): string | null {
  for (const need of stage.needs) {
    const status = derived.get(need);
    if (status === undefined || isOff(byId.get(need)!, enabled)) continue;
    if (status.state === 'failed') return `waits for '${need}', which failed`;
    if (status.state === 'pending' || status.state === 'running') return `waits for '${need}'`;
  }
  return null;
}

function outdated(stage: Stage, record: DoneRecord | null, histories: ReadonlyMap<string, StageHistory>, byId: ReadonlyMap<string, Stage>, enabled: ReadonlySet<string>): string | null {
  if (record === null) return 'its record is damaged; will be checked';
  if (record.version !== stage.version) return `stage version ${record.version} → ${stage.version}; will run again`;
  if (record.definition !== hashDefinition(stage)) return 'its options changed since; will run again';
  for (const need of stage.needs) {
    const now = histories.get(need)?.record?.outputs;
    if (isOff(byId.get(need)!, enabled) || now === undefined) continue;
    if (record.needs[need] !== now) return `'${need}' ran again since; will be checked`;
  }
  return null;
}
