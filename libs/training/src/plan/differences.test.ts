import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { VERSION_FACTS, type EngineVersion } from '../profile/versions.js';
import { planDifferences, type DifferencePlace, type PlanDifference } from './differences.js';
import { type EngineStep } from './engine-step.js';
import { formatPlan } from './format-plan.js';
import { type TrainingPlanOptions } from './options.js';
import { planTraining } from './plan-training.js';
import golden from './webui-plan.golden.json' with { type: 'json' };

type Case = (typeof golden.cases)[number];
type Values = Readonly<Record<string, unknown>>;

const inCheckout = (version: EngineVersion): TrainingPlanOptions['paths'] => ({
  expDir: 'logs/staff001', gptWeightsDir: VERSION_FACTS[version].gptWeightsFolder, sovitsWeightsDir: VERSION_FACTS[version].sovitsWeightsFolder,
  configDir: 'ROOT/TEMP', listPath: 'ROOT/train.list', clipsDir: 'ROOT/clips',
});
const inVoice = { expDir: '/v/exp', gptWeightsDir: '/v/gpt', sovitsWeightsDir: '/v/sovits', configDir: 'ROOT/TEMP', listPath: 'ROOT/train.list', clipsDir: 'ROOT/clips' };

const optionsOf = ({ version, gpus, gpuNumbers }: Case, paths?: TrainingPlanOptions['paths']): TrainingPlanOptions => ({
  engineRoot: 'ROOT', python: 'PYTHON', name: golden.name, version: version as EngineVersion, device: gpus > 0 ? 'cuda' : 'cpu',
  ...(gpus > 0 ? { gpus: gpuNumbers.split('-').map(Number) } : {}), paths: paths ?? inCheckout(version as EngineVersion),
  gpt: { epochs: golden.epochs.gpt, saveEvery: golden.epochs.gptSave, batchSize: golden.batchSize.gpt },
  sovits: { epochs: golden.epochs.sovits, saveEvery: golden.epochs.sovitsSave, batchSize: golden.batchSize.sovits },
});

const flatten = (value: unknown, at = ''): readonly (readonly [string, unknown])[] =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.entries(value).flatMap(([key, inner]) => flatten(inner, at === '' ? key : `${at}.${key}`))
    : [[at, value]];
const differing = (a: unknown, b: unknown): readonly string[] => {
  const [left, right]: Values[] = [Object.fromEntries(flatten(a)), Object.fromEntries(flatten(b))];
  return [...new Set([...Object.keys(left!), ...Object.keys(right!)])].filter((key) => JSON.stringify(left![key]) !== JSON.stringify(right![key]));
};

const content = (steps: readonly EngineStep[], id: string): string => steps.find((step) => step.id === id)?.files[0]?.content ?? '';
/** Keys that differ from the web UI's, by place; command lines must be equal. */
function compare(webUi: Case, paths?: TrainingPlanOptions['paths']): ReadonlySet<string> {
  const { steps } = planTraining(optionsOf(webUi, paths));
  expect(steps.map(({ command, args }) => [command, ...args].join(' '))).toEqual(webUi.steps.map((step) => step.command.replaceAll('"', '')));
  const found = new Set<string>();
  const add = (place: DifferencePlace, keys: readonly string[]): void => keys.forEach((key) => found.add(`${place} ${key}`));
  steps.forEach(({ env }, index) => add('environment', differing(env, webUi.steps[index]?.env)));
  add('tmp_s1.yaml', differing(parse(content(steps, 'train-gpt'), { version: '1.1' }), webUi.s1));
  add('tmp_s2.json', differing(JSON.parse(content(steps, 'train-sovits')), webUi.s2));
  return found;
}
const listed = (differences: readonly PlanDifference[]): readonly string[] => differences.flatMap(({ place, keys }) => keys.map((key) => `${place} ${key}`));
const deviceOf = ({ gpus }: Case): 'cuda' | 'cpu' => (gpus > 0 ? 'cuda' : 'cpu');

describe(`the plan beside what the web UI writes and exports (${golden.with})`, () => {
  it.each(golden.cases.map((each) => [each.version, `${deviceOf(each)} ${each.gpuNumbers}`, each] as const))('%s on %s: key by key, apart from the printed list', (version, _, webUi) => {
    const allowed = listed(planDifferences({ profile: 'upstream', version: version as EngineVersion, device: deviceOf(webUi) }));
    expect([...compare(webUi, inVoice)].sort()).toEqual([...new Set(allowed)].sort()); // none beyond the list, and none on it that is not so
  });

  it.each(golden.cases.map((each) => [each.version, `${deviceOf(each)} ${each.gpuNumbers}`, each] as const))('%s on %s: with the web UI’s own folders, paths are equal too', (_, __, webUi) => {
    const paths = ['opt_dir', 'half_weights_save_dir', 'train_semantic_path', 'train_phoneme_path', 'output_dir', 'exp_dir', 's2_ckpt_dir', 'save_weight_dir'];
    expect([...compare(webUi)].filter((key) => paths.some((path) => key.endsWith(path)))).toEqual([]);
  });

  it.each(golden.cases.map((each) => [each.version, deviceOf(each), each] as const))('%s on %s: the web UI’s epochs where none are given', (version, device, { uiDefaults }) => {
    const { steps } = planTraining({ engineRoot: 'ROOT', name: 'a', version: version as EngineVersion, device, paths: inVoice });
    expect(JSON.parse(content(steps, 'train-sovits'))).toMatchObject({ train: { epochs: uiDefaults.sovitsEpochs, save_every_epoch: uiDefaults.sovitsSaveEvery } });
  });

  it('is printed with the plan, each difference with its reason', () => {
    const plan = planTraining(optionsOf(golden.cases[0]!));
    const text = formatPlan(plan);
    for (const { reason, keys } of plan.differences) {
      expect(text).toContain(reason);
      expect(text).toContain(keys[0]);
    }
    expect(planTraining({ ...optionsOf(golden.cases[0]!), profile: 'guide' }).differences).toEqual([]);
  });
});
