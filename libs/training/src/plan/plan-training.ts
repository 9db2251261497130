import { planDifferences } from './differences.js';
import { type EngineStep, type TrainingPlan } from './engine-step.js';
import { resolveOptions, type ProfileId, type ResolvedOptions, type TrainingPlanOptions } from './options.js';
import { planGuide } from './plan-guide.js';
import { planUpstream } from './plan-upstream.js';
import { gptSchedule } from './render-config.js';
import { planSaveInterval } from './schedule.js';

/** A way to drive an engine: what it is called, where it comes from, and the processes it plans. */
export type EngineProfile = {
  readonly id: ProfileId;
  readonly title: string;
  readonly source: string;
  /** Stages in order; the guide's interface has no feature stages of its own. */
  readonly stages: readonly string[];
  /** Rate of the clips it trains on, hertz. */
  readonly sampleRateHz: number;
  plan(options: ResolvedOptions): readonly EngineStep[];
};

/** Every profile. */
export const ENGINE_PROFILES: Readonly<Record<ProfileId, EngineProfile>> = {
  upstream: {
    id: 'upstream', title: 'GPT-SoVITS as its web UI drives it', source: 'GPT-SoVITS 48b1a01: webui.py, GPT_SoVITS/prepare_datasets, s1_train.py, s2_train.py',
    stages: ['features-text', 'features-ssl', 'features-speaker', 'features-semantic', 'train-gpt', 'train-sovits'], sampleRateHz: 32_000, plan: planUpstream,
  },
  guide: {
    id: 'guide', title: 'The command lines of the guide', source: 'the guide: GPT and SoVITS training commands and configurations',
    stages: ['train-gpt', 'train-sovits'], sampleRateHz: 22_050, plan: planGuide,
  },
};

function planNotes(options: ResolvedOptions): readonly string[] {
  if (options.profile === 'guide') return [];
  const { gpt, sovits, clipCount, overrides } = options;
  const { batchSize, saveEvery } = gptSchedule(options);
  const sovitsSave = planSaveInterval(sovits.epochs, sovits.saveEvery);
  const changed = [...Object.keys(overrides.s1).map((key) => `s1.${key}`), ...Object.keys(overrides.s2).map((key) => `s2.${key}`)];
  return [
    ...(changed.length === 0 ? [] : [`train.overrides changes the engine’s own configuration: ${changed.join(', ')}`]),
    ...(batchSize < gpt.batchSize ? [`GPT batch size ${gpt.batchSize} lowered to ${batchSize}: with ${clipCount} utterances an epoch would have fewer than five batches and train nothing`] : []),
    ...(saveEvery === gpt.saveEvery ? [] : [`GPT weights are exported every ${saveEvery} epochs instead of ${gpt.saveEvery}, so that epoch ${gpt.epochs} is`]),
    ...(sovitsSave === sovits.saveEvery ? [] : [`SoVITS weights are exported every ${sovitsSave} epochs instead of ${sovits.saveEvery}, so that epoch ${sovits.epochs} is`]),
  ];
}

/** Clips a step, as GPT training will run with them: what was asked for, less on small sets, so that an epoch steps at all. @throws {TrainingError} as {@link planTraining}. */
export const planGptBatchSize = (options: TrainingPlanOptions): number => gptSchedule(resolveOptions(options)).batchSize;

/** The processes of a profile with the caller's own variables on top. */
export const planSteps = (resolved: ResolvedOptions): readonly EngineStep[] =>
  ENGINE_PROFILES[resolved.profile].plan(resolved).map((step) => ({ ...step, env: { ...step.env, ...resolved.env } }));

/**
 * Every process of one training: command, environment, files, what it must leave. Touches nothing; neither the checkout nor its Python need exist.
 * @throws {TrainingError} `TRAINING_OPTION_INVALID`, `TRAINING_VERSION_UNSUPPORTED`.
 */
export function planTraining(options: TrainingPlanOptions): TrainingPlan {
  const resolved = resolveOptions(options);
  return {
    profile: resolved.profile, version: resolved.version, engineRoot: resolved.engineRoot,
    steps: planSteps(resolved), notes: planNotes(resolved), differences: planDifferences(resolved),
  };
}
