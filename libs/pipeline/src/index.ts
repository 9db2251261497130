// The public surface. A name here is a promise; groups follow the life of a run.
export { PIPELINE_ADVICE, PipelineError, type ErrorReport, type Facts, type PipelineErrorCode } from './errors.js';
export { type Missing, type Progress, type Stage, type StageContext, type StageState, type StageStatus } from './stage.js';
export { checkAccounting, type Accounting, type Drop } from './accounting.js';
export { planPipeline, readStatus, type PlannedStage } from './plan.js';
export { runPipeline, type PipelineOptions, type RunOptions, type RunResult, type SelectOptions } from './run.js';
export { type PipelineEvent } from './events.js';
export { readRuns, type RunJournal } from './read-runs.js';
export { type DoneRecord, type JournalEvent, type SkipWhy } from './journal.js';
export { OFF_REASON } from './fold-journal.js';
export { identifyProcess, mayBeAlive, type ProcessIdentity } from './process-identity.js';
export { TEMP_PREFIX, readJsonLines, removeStray, writeFileAtomic, writeJsonLines } from './files.js';
export { canonicalJson, hashValue } from './canonical-json.js';
export { openHashCache, type HashCache } from './hash-cache.js';
export { hashFile } from './hash-file.js';
