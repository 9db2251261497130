import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { planTraining, type TrainingPlanOptions } from '../index.js';
import golden from '../plan/webui-plan.golden.json' with { type: 'json' };
import { type EngineVersion } from '../profile/versions.js';
import { choosePreset, listPresets } from './presets.js';

const paths = { expDir: '/v/exp', gptWeightsDir: '/v/g', sovitsWeightsDir: '/v/s', configDir: '/v/c', listPath: '/v/l', clipsDir: '/v/clips' };
const plan = (overrides: TrainingPlanOptions['overrides'], more: Partial<TrainingPlanOptions> = {}) => planTraining({ engineRoot: '/e', name: 'v', paths, overrides, ...more });
const configOf = (made: ReturnType<typeof plan>, id: string): Record<string, Record<string, unknown>> => parse(made.steps.find((step) => step.id === id)?.files[0]?.content ?? '', { version: '1.1' }) as Record<string, Record<string, unknown>>;

it('change the engine’s configurations and nothing else', () => {
  const made = plan({ s1: { model: { n_layer: 2 }, data: { num_workers: 0 } }, s2: { model: { n_layers: 2, upsample_rates: [10, 8] }, train: { segment_size: 1920 }, data: { mel_fmax: 8000 } } });
  const bare = plan({});
  const s1 = configOf(bare, 'train-gpt');
  expect(configOf(made, 'train-gpt')).toEqual({ ...s1, model: { ...s1.model, n_layer: 2 }, data: { ...s1.data, num_workers: 0 } });
  const s2 = configOf(bare, 'train-sovits');
  expect(configOf(made, 'train-sovits')).toEqual({ ...s2, model: { ...s2.model, n_layers: 2, upsample_rates: [10, 8] }, train: { ...s2.train, segment_size: 1920 }, data: { ...s2.data, mel_fmax: 8000 } });
  expect(made.notes.join()).toContain('s1.model, s1.data, s2.model');
  expect(bare.notes.join()).not.toContain('overrides');
});

it.each([
  [{ s1: { model: { n_layers: 2 } } }, 'did you mean model.n_layer?'],
  [{ s2: { train: { segment_sise: 2 } } }, 'did you mean train.segment_size?'],
  [{ s2: { model: { layers_of_another_kind: 2 } } }, 'is no key of the engine’s configuration.'],
  [{ s1: { model: { n_layer: 'two' } } }, 'must be a number, got "two"'],
  [{ s2: { train: { epochs: 3 } } }, 'is set by voxtune itself'],
])('refuse %j', (overrides, message) => {
  expect(() => plan(overrides)).toThrow(expect.objectContaining({ code: 'TRAINING_OPTION_INVALID', message: expect.stringContaining(message) as unknown }));
});

it('are held against the checkout’s own template', () => {
  const templates = { s2: '{"train": {"new_upstream_key": 1}, "data": {}, "model": {}}' };
  expect(configOf(plan({ s2: { train: { new_upstream_key: 5 } } }, { templates }), 'train-sovits').train).toMatchObject({ new_upstream_key: 5 });
  expect(() => plan({ s2: { train: { segment_size: 5 } } }, { templates })).toThrow(/is no key/);
});

it.each(golden.cases.filter(({ gpus }) => gpus === 1).map((each) => [each.version as EngineVersion, each.uiDefaults] as const))('the usual preset of %s has the web UI’s own epochs and batches, these up to 8', (version, ui) => {
  const { gpt, sovits } = choosePreset({ version, speechMin: 10, gpuGiB: 24 }); // the golden's GPU
  expect([gpt.batchSize, sovits.batchSize, sovits.epochs, sovits.saveEvery]).toEqual([Math.min(8, ui.gptBatch), Math.min(8, ui.sovitsBatch), ui.sovitsEpochs, ui.sovitsSaveEvery]);
});

it('presets fit the speech and the GPU, each with reasons', () => {
  expect([null, 3, 10, 45].map((speechMin) => choosePreset({ version: 'v2Pro', speechMin, gpuGiB: 12 }).name)).toEqual(['usual', 'few', 'usual', 'much']);
  const batch = (gpuGiB: number | null, version: 'v2Pro' | 'v4' = 'v2Pro') => choosePreset({ version, speechMin: 10, gpuGiB }).sovits;
  expect([batch(null).batchSize, batch(6).batchSize, batch(80).batchSize, batch(12, 'v4').batchSize]).toEqual([1, 3, 8, 1]);
  expect([batch(12, 'v4').gradCheckpoint, batch(24, 'v4').gradCheckpoint, batch(12).gradCheckpoint]).toEqual([true, undefined, undefined]);
  expect(choosePreset({ version: 'v2Pro', speechMin: 10, gpuGiB: 12 })).toMatchObject({ gpt: { epochs: 15, saveEvery: 5 }, sovits: { epochs: 8, saveEvery: 4 } });
  expect(choosePreset({ version: 'v3', speechMin: 10, gpuGiB: 24 }).sovits).toMatchObject({ epochs: 2, saveEvery: 1 });
  expect(listPresets({ version: 'v4', gpuGiB: 8 }).every(({ reasons }) => reasons.length >= 2)).toBe(true);
});
