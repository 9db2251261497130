// The public surface. A name here is a promise; groups follow the order of the work.
export { TRAINING_ADVICE, TrainingError, type TrainingErrorCode } from './errors.js';

export { ENGINE_VERSIONS, SHARED_MODELS, VERSION_FACTS, defaultEpochs, isEngineVersion, pretrainedFiles, type EngineVersion, type VersionFacts } from './profile/versions.js';
export { canBf16, gpuUse, machineUse, type GpuKind, type GpuUse } from './profile/precision.js';
export { engineModules } from './profile/modules.js';

export { GUIDE_SCHEMAS, guideJsonSchema, guideS1Schema, guideS2Schema, type GuideConfigKind, type GuideS1, type GuideS2 } from './config/guide-schemas.js';
export { checkGuideConfig, type CheckGuideOptions, type CheckedGuide, type GuideProblem } from './config/check-guide.js';
export { choosePreset, listPresets, type PresetChoice, type PresetFacts, type TrainingPreset } from './config/presets.js';
export { setGuideValue, type GuideValue } from './config/edit-guide.js';
export { mapGuideConfig, type GuideMapping } from './config/map-guide.js';

export { type EngineStep, type Expectation, type PlannedFile, type PlannedMerge, type ProgressSource, type StepId, type TrainingPlan } from './plan/engine-step.js';
export { type Device, type GptOptions, type Interpreter, type OverrideValue, type ProfileId, type SovitsOptions, type TrainingOverrides, type TrainingPaths, type TrainingPlanOptions } from './plan/options.js';
export { ENGINE_PROFILES, planGptBatchSize, planTraining, type EngineProfile } from './plan/plan-training.js';
export { planDifferences, type DifferencePlace, type PlanDifference } from './plan/differences.js';
export { planDisk, type DiskEstimate, type DiskFacts } from './plan/plan-disk.js';
export { formatPlan, quoteShell } from './plan/format-plan.js';
export { epochItems, exportedEpochs, gptBatchesPerEpoch, planGptBatch, planLogInterval, planSaveInterval } from './plan/schedule.js';
export { serverCommand, type ServerCommand, type ServerCommandOptions } from './plan/server-command.js';

export { STAND_IN_MARKER, probeCheckout, type Checkout, type CheckoutFinding, type ProbeCheckoutOptions } from './checkout/probe-checkout.js';
export { probeToolModels, type ToolModel } from './checkout/probe-tool-models.js';
export { planInterpreterSearch, type InterpreterCandidate } from './checkout/find-interpreter.js';

export { ENGINE_COMMIT, ENGINE_REPOSITORY, LANGUAGE_DETECTOR, MODEL_SOURCES, TORCH_BUILDS, archiveUrls, torchBuildFor, type ModelSource, type TorchBuild } from './setup/sources.js';
export { environmentPython, isWholePath, packagedPython, planSetup, type SetupAction, type SetupOptions, type SetupPlan, type SetupPlatform, type SetupStep, type SetupStepId } from './setup/plan-setup.js';
export { formatSetup } from './setup/format-setup.js';
export { adaptRequirements, type RequirementChange } from './setup/adapt-requirements.js';
export { runSetup, type FetchWhole, type RunSetupOptions, type SetupEvent, type SetupResult, type SetupStepState } from './setup/run-setup.js';
export { type SmokeReport } from './setup/smoke-test.js';
export { type LockedFile, type SetupLock } from './setup/setup-state.js';

export { LIST_LANGUAGES, parseEngineList, type ListClip, type ParsedList } from './list/parse-list.js';

export { trainingStages } from './stages/training-stages.js';
export { type TrainingStagesOptions } from './stages/voice-engine.js';
export { type Checkpoint } from './stages/checkpoints.js';
export { planTreeKill, type TreeKill } from './run/kill-tree.js';

export { readTorchFile, type ReadTorchFileOptions, type TensorInfo, type TorchFile } from './torch/torch-file.js';
export { scanTorchFile, type ScannedTorchFile } from './torch/not-numbers.js';
export { TENSOR_TYPES, type PickleGlobal, type PickleMap, type PickleNumber, type PickleObject, type PickleStorage, type PickleTensor, type PickleValue, type TensorType } from './torch/pickle.js';

export { CAUSES, type Cause } from './log/causes.js';
export { parseS2Line, parseTrainLog, type S2Line, type S2Loss } from './log/parse-s2-log.js';
export { parseEventFile, type ScalarPoint } from './log/tfevents.js';
export { type LossSeries } from './stages/losses.js';

export { readTrainingHistory, type TrainingHistory } from './report/training-history.js';
export { renderTrainingSection, type RenderTrainingInput } from './report/render-training.js';
export { enginePythonPath } from './plan/python-path.js';
