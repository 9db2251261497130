import { type Accounting } from './accounting.js';

/** Means that are not there, and how to get them; shown as "<what> — <how>". */
export type Missing = { readonly what: string; readonly how: string };

/** How far a stage is. */
export type Progress = {
  /** Items finished, in this attempt or found done already. */
  readonly done: number;
  /** Items in all, or null when not known. */
  readonly total: number | null;
  /** What an item is, plural: 'clips', 'steps'. */
  readonly unit: string;
  /** Seconds left, when the stage knows better than the runner. @default estimated from the rate of the last minute */
  readonly etaSec?: number | null;
  readonly note?: string;
  /** What is measured along the way, by name: losses, a learning rate, steps a second. Not journalled. */
  readonly values?: Readonly<Record<string, number>>;
};

/** What the runner gives to a stage. */
export type StageContext = {
  /** The voice folder, absolute. */
  readonly root: string;
  /** This run's folder (journal, plan, logs), absolute. */
  readonly runDir: string;
  /** Aborted when the run is cancelled; stop soon, leaving whole files only. */
  readonly signal: AbortSignal;
  /** A folder for this stage alone: empty when the stage starts, deleted when it ends. Absolute. */
  readonly scratchDir: string;
  /**
   * SHA-256 of a file's content, 64 hex digits; an absolute path. A file that has not changed since it was last hashed is not read.
   * @throws {PipelineError} `PIPELINE_FILE_MISSING`, `PIPELINE_NOT_READABLE`.
   */
  hash(path: string): Promise<string>;
  /** Says how far the stage is. */
  progress(progress: Progress): void;
  /** Adds a line to `<runDir>/<stage>.log`. */
  log(line: string): void;
  /** Adds a fact to the journal; flushed to disk when it returns. JSON values only. */
  event(data: Readonly<Record<string, unknown>>): void;
};

/** One step of the pipeline, as data. */
export type Stage = {
  /** Lower-case letters, digits and hyphens; names its log file. */
  readonly id: string;
  readonly title: string;
  /** Raise it when the same input and options would give another output. A positive integer. */
  readonly version: number;
  /** Ids of stages that come before it and must be done. An optional stage that is off is no hindrance. */
  readonly needs: readonly string[];
  /** True for a stage that is off unless the run enables it. @default false */
  readonly optional?: boolean;
  /** Files and folders whose contents it depends on: relative to the root, or absolute. One that is missing counts as missing. */
  readonly reads: readonly string[];
  /** Files and folders that it makes, relative to the root. No other stage writes there. */
  readonly writes: readonly string[];
  /** What else its result depends on; a JSON value. */
  readonly options: unknown;
  /** Says what it cannot do without and does not have; null when all is there. */
  missing?(): Promise<Missing | null>;
  /** Does the work. Called again after an interruption: keep what is whole, redo the rest. */
  run(context: StageContext): Promise<void>;
  /** Accepts the work by counting what is on disk. */
  accept(context: StageContext): Promise<Accounting>;
};

export type StageState = 'pending' | 'running' | 'done' | 'skipped' | 'failed';

/** Where a stage stands. Counts are null until it is done. */
export type StageStatus = {
  readonly id: string;
  readonly title: string;
  readonly state: StageState;
  readonly in: number | null;
  readonly kept: number | null;
  readonly dropped: readonly { readonly id: string; readonly reason: string }[];
  readonly notes: readonly string[];
  /** Why it is not done, or what a reader should know; null when there is nothing to say. */
  readonly reason: string | null;
  /** How far it is or was, where it was started and is not done. */
  readonly progress: { readonly done: number; readonly total: number | null; readonly unit: string } | null;
};
