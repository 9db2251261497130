// The public surface. A name here is a promise; groups follow the order of the work.
export { TRAINING_ADVICE, TrainingError, type TrainingErrorCode } from './errors.js';

export { ENGINE_VERSIONS, SHARED_MODELS, VERSION_FACTS, isEngineVersion, pretrainedFiles, type EngineVersion, type VersionFacts } from './profile/versions.js';

export { type EngineStep, type Expectation, type PlannedFile, type PlannedMerge, type ProgressSource, type StepId, type TrainingPlan } from './plan/engine-step.js';
export { type Device, type GptOptions, type Interpreter, type ProfileId, type SovitsOptions, type TrainingPaths, type TrainingPlanOptions } from './plan/options.js';
export { ENGINE_PROFILES, planTraining, type EngineProfile } from './plan/plan-training.js';
export { formatPlan, quoteShell } from './plan/format-plan.js';
export { epochItems, exportedEpochs, gptBatchesPerEpoch, planGptBatch, planLogInterval, planSaveInterval } from './plan/schedule.js';
export { serverCommand, type ServerCommand, type ServerCommandOptions } from './plan/server-command.js';
