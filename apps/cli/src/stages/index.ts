// All stages of a voice, in order.
import { recognizeModels, type ModelFile } from '@voxtune/models';
import { trainingStages } from '@voxtune/training';
import type { Stage } from '@voxtune/pipeline';
import { measuringModels, tryProviders, type Providers } from '../measuring.js';
import { openEngine, trainingOptions, type Engine } from '../voice/engine.js';
import { type Voice } from '../voice/folder.js';
import { refuseOwnOutput } from '../voice/own-output.js';
import { cleanStage } from './clean.js';
import { evaluateStage } from './evaluate.js';
import { ingestStage } from './ingest.js';
import { listStage } from './list.js';
import { publishStage } from './publish.js';
import { reviewStage } from './review.js';
import { sliceStage } from './slice.js';
import { transcribeStage } from './transcribe.js';

export type VoicePipeline = { readonly stages: readonly Stage[]; readonly engine: Engine | null; readonly models: readonly ModelFile[] };

const NO_ENGINE = { what: 'no GPT-SoVITS checkout', how: 'set engine.path in voxtune.yaml, or voxtune init with --engine DIR' };

/**
 * The stages that `run`, `status` and `report` share. Everything that can be checked before work begins is checked here.
 * @throws CliError when the voice would read its own output; TrainingError when engine.path is not a checkout; ModelsError when the models folder is not there; EvalError when no provider that was asked for works.
 */
export async function voicePipeline(voice: Voice, { extend = false, providers = {} }: { readonly extend?: boolean; /** Where models that measure run. */ readonly providers?: Providers } = {}): Promise<VoicePipeline> {
  await refuseOwnOutput(voice.root, [{ what: 'recordings', path: voice.recordingsDir }, ...voice.transcriptPaths.map((path) => ({ what: 'transcripts', path }))]);
  const engine = await openEngine(voice);
  const models = voice.modelsDir === null ? [] : await recognizeModels(voice.modelsDir);
  await tryProviders(measuringModels(models), providers);
  const training = trainingStages({ ...trainingOptions(voice, engine), extend });
  const withEngine = (stage: Stage): Stage => (engine === null ? { ...stage, missing: async () => NO_ENGINE } : stage);
  return {
    engine, models,
    stages: [ingestStage(voice), cleanStage('separate', voice, engine, models, NO_ENGINE), cleanStage('denoise', voice, engine, models, NO_ENGINE), sliceStage(voice, models), transcribeStage(voice, engine), reviewStage(voice), listStage(voice), ...training.map(withEngine), withEngine(evaluateStage(voice, engine, models, providers)), withEngine(publishStage(voice, engine?.checkout ?? null))],
  };
}
