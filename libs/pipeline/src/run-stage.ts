import { closeSync, openSync, writeSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { requireAccounting } from './accounting.js';
import { PipelineError, explainSystemError } from './errors.js';
import { type PipelineEvent } from './events.js';
import { TEMP_PREFIX, writeFileAtomic } from './files.js';
import { hashOutputs, hashPaths, type FileList, type HashedPath } from './fingerprint.js';
import { hashDefinition } from './fold-journal.js';
import { hashKnown, type HashCache } from './hash-cache.js';
import { type DoneRecord, type Journal } from './journal.js';
import { createProgressReporter } from './report-progress.js';
import { type Places } from './run-folder.js';
import { type Stage, type StageContext } from './stage.js';

export type RunStageOptions = {
  readonly places: Places;
  /** Name of the run folder. */
  readonly run: string;
  readonly journal: Journal;
  readonly cache: HashCache;
  readonly signal: AbortSignal;
  /** How long a cancelled stage may take to stop, ms. */
  readonly graceMs: number;
  readonly clock: () => number;
  readonly onEvent: (event: PipelineEvent) => void;
  /** Forced: what the stage made before is deleted first, so that it cannot keep it. */
  readonly afresh: boolean;
  readonly reads: readonly HashedPath[];
  readonly fingerprint: string;
  /** The outputs of the stages needed, by id. */
  readonly needs: Readonly<Record<string, string>>;
};

/** Thrown when a cancelled stage did not stop in time; `settled` ends when it does, and until then nobody else may write there. */
export class AbandonedStage extends Error {
  readonly settled: Promise<void>;
  constructor(stage: string, settled: Promise<void>) {
    super(`stage '${stage}' did not stop in time`);
    this.settled = settled;
  }
}

/**
 * Runs one stage from an empty scratch folder to a verified record of what it made.
 * @throws whatever the stage throws; {@link AbandonedStage}; {@link PipelineError} `PIPELINE_ABORTED`, `PIPELINE_ACCOUNTING`, `PIPELINE_OUTPUT_MISSING`.
 */
export async function runStage(stage: Stage, options: RunStageOptions): Promise<DoneRecord> {
  const { places, run, journal, cache, signal, clock, onEvent } = options;
  const runDir = join(places.runs, run);
  const scratchDir = join(places.work, `${TEMP_PREFIX}stage-${stage.id}`);
  await emptyFolder(scratchDir);
  const logPath = join(runDir, `${stage.id}.log`);
  const log = openLog(logPath);
  let over = false; // a stage that was abandoned can no longer write journal, log or progress
  const whileRunning = <Args extends unknown[]>(action: (...args: Args) => void) => (...args: Args): void => {
    if (!over) action(...args);
  };
  const context: StageContext = {
    root: places.root,
    runDir,
    signal,
    scratchDir,
    hash: (path) => hashKnown(path, cache, signal),
    progress: whileRunning(createProgressReporter(stage.id, journal, clock, onEvent)),
    log: whileRunning(log.write),
    event: whileRunning((data) => void journal.append({ event: 'stage-event', stage: stage.id, data })),
  };
  try {
    if (options.afresh) for (const path of stage.writes) await rm(join(places.root, path), { recursive: true, force: true });
    log.write(`--- ${new Date(clock()).toISOString()} ${stage.title}`);
    await untilAborted(stage.id, (async () => stage.run(context))(), signal, options.graceMs);
    const accounting = requireAccounting(stage.id, await untilAborted(stage.id, (async () => stage.accept(context))(), signal, options.graceMs));
    const writes = await hashPaths(places.root, stage.writes, { cache, signal, flushed: true });
    if (writes.length > 0 && writes.every((each) => each.kind === 'missing')) {
      throw new PipelineError('PIPELINE_OUTPUT_MISSING', `Stage '${stage.id}' wrote none of ${stage.writes.join(', ')}.`, { stage: stage.id, log: logPath });
    }
    await rm(scratchDir, { recursive: true, force: true });
    const files = `${run}/${stage.id}.files.json`;
    const list: FileList = { v: 1, options: stage.options ?? null, reads: options.reads, writes };
    await writeFileAtomic(join(places.runs, files), `${JSON.stringify(list)}\n`);
    return {
      version: stage.version,
      definition: hashDefinition(stage),
      fingerprint: options.fingerprint,
      reads: options.reads.map(({ path, digest }) => ({ path, digest })),
      writes: writes.map(({ path, digest }) => ({ path, digest })),
      outputs: hashOutputs(writes),
      needs: options.needs,
      accounting,
      files,
    };
  } catch (error) {
    if (!(error instanceof AbandonedStage)) await rm(scratchDir, { recursive: true, force: true }).catch(() => undefined); // cleaned at the next start
    throw error;
  } finally {
    over = true;
    log.close();
  }
}

async function emptyFolder(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw explainSystemError(error, 'write', folder);
  }
}

function openLog(path: string): { write(line: string): void; close(): void } {
  const guarded = <T>(action: () => T): T => {
    try {
      return action();
    } catch (error) {
      throw explainSystemError(error, 'write', path);
    }
  };
  const file = guarded(() => openSync(path, 'a'));
  return { write: (line) => guarded(() => void writeSync(file, `${line}\n`)), close: () => closeSync(file) };
}

/** The stage was cancelled. */
export const aborted = (stage: string, cause?: unknown): PipelineError =>
  new PipelineError('PIPELINE_ABORTED', `Stopped during stage '${stage}'.`, { stage }, { cause });

/**
 * Waits for the work, or for it to stop after an abort, or for the grace after an abort to pass. Work that ends normally after an
 * abort counts as stopped, not as done: it may have returned early.
 */
async function untilAborted<T>(stage: string, work: Promise<T>, signal: AbortSignal, graceMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let startTimer = (): void => undefined;
  const outOfTime = new Promise<'out of time'>((resolve) => {
    startTimer = () => void (timer = setTimeout(() => resolve('out of time'), graceMs));
    if (signal.aborted) startTimer();
    else signal.addEventListener('abort', startTimer, { once: true });
  });
  try {
    const result = await Promise.race([work.then((value) => ({ value })), outOfTime]);
    if (result === 'out of time') throw new AbandonedStage(stage, work.then(() => undefined, () => undefined));
    if (signal.aborted) throw aborted(stage);
    return result.value;
  } catch (error) {
    if (signal.aborted && !(error instanceof AbandonedStage) && !(error instanceof PipelineError && error.code === 'PIPELINE_ABORTED')) throw aborted(stage, error);
    throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', startTimer);
  }
}
