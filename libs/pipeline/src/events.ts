import { type ErrorReport } from './errors.js';
import { type SkipWhy } from './journal.js';
import { type StageStatus } from './stage.js';

/** What a run tells while it goes on, in order; ready to be printed as NDJSON. */
export type PipelineEvent =
  | { readonly event: 'run-start'; readonly run: string; readonly root: string; readonly stages: readonly string[] }
  | { readonly event: 'stage-start'; readonly stage: string; readonly title: string; readonly reason: string }
  /** At most ten a second and stage, the last one always. `etaSec` is null while it cannot be known. */
  | { readonly event: 'progress'; readonly stage: string; readonly done: number; readonly total: number | null; readonly unit: string; readonly etaSec: number | null; readonly note?: string; readonly values?: Readonly<Record<string, number>> }
  | { readonly event: 'stage-done'; readonly stage: string; readonly in: number; readonly kept: number; readonly dropped: StageStatus['dropped']; readonly notes: readonly string[]; readonly elapsedSec: number }
  | { readonly event: 'stage-skipped'; readonly stage: string; readonly why: SkipWhy; readonly reason: string }
  | { readonly event: 'stage-failed'; readonly stage: string; readonly error: ErrorReport; readonly interrupted: boolean }
  | { readonly event: 'done'; readonly ok: boolean; readonly stages: readonly StageStatus[] };
