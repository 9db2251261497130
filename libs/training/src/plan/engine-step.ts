import { type PlanDifference } from './differences.js';

/** A file that a step needs on disk before it starts. */
export type PlannedFile = { readonly path: string; readonly content: string };

/** Part files that a step leaves, and the file we make of them. */
export type PlannedMerge = {
  readonly parts: readonly string[];
  readonly into: string;
  /** First line of the merged file, without its newline; null for none. */
  readonly header: string | null;
};

export type StepId = 'features-text' | 'features-ssl' | 'features-speaker' | 'features-semantic' | 'train-gpt' | 'train-sovits';

/** How the running engine shows where it is. */
export type ProgressSource =
  | { readonly kind: 'stdout-names' } // prints each audio file's name as it starts
  | { readonly kind: 'files'; readonly dir: string; readonly extension: string } // one file a clip
  | { readonly kind: 'none' }
  | { readonly kind: 'gpt'; readonly weightsDir: string; readonly name: string; readonly outputDir: string; readonly epochs: number }
  | { readonly kind: 'sovits'; readonly epochs: number };

/** What must be on disk after a step that worked; an exit code says nothing. */
export type Expectation = { readonly what: string; readonly path: string };

/** One process of the engine: all that is needed to start it by hand. */
export type EngineStep = {
  readonly id: StepId;
  readonly title: string;
  /** Features of one stage may run in parts at once, one a GPU; `index` counts from 0. */
  readonly part: { readonly index: number; readonly count: number };
  readonly command: string;
  readonly args: readonly string[];
  /** Set on top of the inherited environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly files: readonly PlannedFile[];
  /** Deleted before it starts: the engine skips a stage whose output exists, even a broken one. */
  readonly clears: readonly string[];
  readonly makesDirs: readonly string[];
  readonly expects: readonly Expectation[];
  /** On the last part: what we make of the parts. */
  readonly merge: PlannedMerge | null;
  readonly progress: ProgressSource;
  /** Files of the checkout it opens, relative to its root: looked at before it starts. */
  readonly needs: readonly string[];
};

/** All processes of one training, in order. */
export type TrainingPlan = {
  readonly profile: 'upstream' | 'guide';
  readonly version: string;
  readonly engineRoot: string;
  readonly steps: readonly EngineStep[];
  /** Options that were lowered or changed, and why. */
  readonly notes: readonly string[];
  /** What is done otherwise than the engine's web UI does it, on purpose. */
  readonly differences: readonly PlanDifference[];
};

/** Joins with forward slashes, which the engine's Python takes on every system. */
export const join = (dir: string, ...names: readonly string[]): string => [dir.replace(/[/\\]+$/, ''), ...names].join('/');
