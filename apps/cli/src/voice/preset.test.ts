import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { planTraining } from '@voxtune/training';
import { loadConfig } from '../config/load.js';
import { parseGpuFacts } from '../machine/programs.js';
import { decideDevice, type Wanted } from './device.js';
import { trainingOptions } from './engine.js';
import { openVoice } from './folder.js';
import { namePreset, presetFacts, withPreset, writePreset } from './preset.js';

const voiceOf = async (yaml: string) => {
  const root = await mkdtemp(join(tmpdir(), 'voxtune-preset-'));
  onTestFinished(() => rm(root, { recursive: true }));
  await writeFile(join(root, 'voxtune.yaml'), yaml);
  return openVoice(root, root);
};

it('leaves epochs that nobody chose to the version', async () => {
  const epochs = async (version: string, train = '') => {
    const { gpt, sovits } = trainingOptions(await voiceOf(`voice: a\nengine: { version: ${version} }\n${train}`), null);
    return [gpt?.epochs, sovits?.epochs];
  };
  expect(await epochs('v4')).toEqual([undefined, undefined]);
  expect(await epochs('v4', 'train: { sovits: { epochs: 5 } }\n')).toEqual([undefined, 5]);
  const plan = planTraining({ ...trainingOptions(await voiceOf('voice: a\nengine: { version: v4 }\n'), null), engineRoot: '/e' });
  expect(plan.steps.at(-1)?.expects[0]?.path).toContain('a_e2_s');
});

it('hands overrides to the plan, which holds them against the template', async () => {
  const options = async (overrides: string) => ({ ...trainingOptions(await voiceOf(`voice: a\ntrain: { overrides: ${overrides} }\n`), null), engineRoot: '/e' });
  expect(planTraining(await options('{ s1: { model: { n_layer: 2 } } }')).steps.find(({ id }) => id === 'train-gpt')?.files[0]?.content).toContain('  n_layer: 2\n');
  const wrong = await options('{ s1: { model: { n_layr: 2 } } }');
  expect(() => planTraining(wrong)).toThrow(/did you mean model.n_layer/);
});

it('writes a preset into voxtune.yaml and keeps its comments', async () => {
  const voice = await voiceOf('voice: a # the name\ntrain:\n  gpt: { epochs: null } # mine\n');
  await mkdir(join(voice.root, 'work'));
  await writeFile(voice.at('clipsManifest'), [[0, 200, true], [200, 260, true], [260, 900, false]].map(([startSec, endSec, kept]) => `${JSON.stringify({ startSec, endSec, kept })}\n`).join(''));
  const facts = await presetFacts(voice);
  expect(facts.speechMin).toBeCloseTo(260 / 60); // what was dropped is not trained on
  const choice = namePreset('auto', facts);
  expect(choice.name).toBe('few');
  await writePreset(voice, choice);
  const text = await readFile(join(voice.root, 'voxtune.yaml'), 'utf8');
  expect(text).toContain('# the name');
  expect(text).toContain('# mine');
  const { train } = await loadConfig(join(voice.root, 'voxtune.yaml'));
  expect([train.gpt.epochs, train.sovits.epochs]).toEqual([8, 6]);
  expect(withPreset(voice, namePreset('much', facts)).config.train.gpt.epochs).toBe(20);
});

it('reads what nvidia-smi says', () => {
  const banner = '| NVIDIA-SMI 570.133.20   Driver Version: 570.133.20   CUDA Version: 12.8     |';
  const h100 = { name: 'NVIDIA H100 80GB HBM3', freeMiB: 80_995, totalMiB: 81_559, driver: '570.133.20', computeCapability: 9, cuda: 12.8 };
  const row = (index: number) => `${index}, NVIDIA H100 80GB HBM3, 80995, 81559, 570.133.20, 9.0\n`;
  expect(parseGpuFacts(row(0) + row(1), banner)).toEqual([{ index: 0, ...h100 }, { index: 1, ...h100 }]);
  expect(parseGpuFacts('0, Tesla, [N/A], [N/A], 450.1, [N/A]', '')).toMatchObject([{ name: 'Tesla', freeMiB: null, computeCapability: null, cuda: null }]);
  expect(parseGpuFacts('', '')).toEqual([]);
});

const row = (name: string, index = 0, computeCapability: number | null = 9, totalMiB = 81_559) => ({ index, name, freeMiB: totalMiB, totalMiB, driver: '580', computeCapability, cuda: 13 });

it.each<[string, Partial<Wanted>, readonly ReturnType<typeof row>[], object]>([
  ['an H100', {}, [row('H100')], { device: 'cuda', half: true, gpus: [0], bf16: false }],
  ['no GPU', {}, [], { device: 'cpu', half: false, gpus: [] }],
  ['a GTX 1660', {}, [row('NVIDIA GeForce GTX 1660', 0, 7.5, 6144)], { device: 'cuda', half: false, gpus: [0] }],
  ['one that the engine leaves alone', {}, [row('Tesla K80', 0, 3.7)], { device: 'cpu', half: false, gpus: [] }],
  ['the second, since the first is too old', {}, [row('Tesla K80', 0, 3.7), row('H100', 1)], { device: 'cuda', half: true, gpus: [1] }],
  ['two, asked for', { gpus: [0, 1] }, [row('H100'), row('H100', 1)], { device: 'cuda', gpus: [0, 1] }],
  ['full precision, asked for', { precision: 'fp32' }, [row('H100')], { half: false }],
  ['bfloat16, asked for', { precision: 'bf16' }, [row('H100')], { half: true, bf16: true }],
  ['the CPU, asked for', { device: 'cpu', gpus: [0] }, [row('H100')], { device: 'cpu', half: false, gpus: [] }],
  ['a GPU that nvidia-smi does not list, asked for', { device: 'cuda' }, [], { device: 'cuda', half: true, gpus: [0] }],
])('%s', (_, wanted, gpus, expected) => {
  expect(decideDevice({ device: 'auto', gpus: null, precision: 'auto', ...wanted }, gpus)).toMatchObject(expected);
});

it('refuses a GPU that is not there, and bfloat16 where there is none', () => {
  expect(() => decideDevice({ device: 'auto', gpus: [3], precision: 'auto' }, [row('H100')])).toThrow(/GPU 3/);
  expect(() => decideDevice({ device: 'auto', gpus: null, precision: 'bf16' }, [row('V100', 0, 7)])).toThrow(/bfloat16/);
});
