import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { formatPlan } from './format-plan.js';
import { type TrainingPlanOptions } from './options.js';
import { planTraining } from './plan-training.js';
import { setYamlKeys } from './engine-yaml.js';

const paths = { expDir: '/v/exp', gptWeightsDir: '/v/gpt', sovitsWeightsDir: '/v/sovits', configDir: '/v/configs', listPath: '/v/train.list', clipsDir: '/v/clips' };
const base: TrainingPlanOptions = { engineRoot: '/opt/GPT-SoVITS', name: 'staff001', paths };
const step = (options: TrainingPlanOptions, id: string) => planTraining(options).steps.find((each) => each.id === id)!;

describe('the engine’s own plan', () => {
  it('has the engine’s command lines, in order', () => {
    expect(planTraining(base).steps.map(({ id, args }) => [id, args.join(' ')])).toEqual([
      ['features-text', '-s GPT_SoVITS/prepare_datasets/1-get-text.py'],
      ['features-ssl', '-s GPT_SoVITS/prepare_datasets/2-get-hubert-wav32k.py'],
      ['features-speaker', '-s GPT_SoVITS/prepare_datasets/2-get-sv.py'],
      ['features-semantic', '-s GPT_SoVITS/prepare_datasets/3-get-semantic.py'],
      ['train-gpt', '-s GPT_SoVITS/s1_train.py --config_file /v/configs/tmp_s1.yaml'],
      ['train-sovits', '-s GPT_SoVITS/s2_train.py --config /v/configs/tmp_s2.json'],
    ]);
  });

  it.each([
    ['v1', 5, 'GPT_SoVITS/s2_train.py', 'GPT_SoVITS/configs/s2.json'], ['v2', 5, 'GPT_SoVITS/s2_train.py', 'GPT_SoVITS/configs/s2.json'],
    ['v2ProPlus', 6, 'GPT_SoVITS/s2_train.py', 'GPT_SoVITS/configs/s2v2ProPlus.json'], ['v4', 5, 'GPT_SoVITS/s2_train_v3_lora.py', 'GPT_SoVITS/configs/s2.json'],
  ] as const)('version %s has %i stages, %s and %s', (version, count, script, config) => {
    const { steps } = planTraining({ ...base, version });
    expect(steps).toHaveLength(count);
    expect(steps.at(-1)?.args).toContain(script);
    expect(steps.find(({ id }) => id === 'features-semantic')?.env.s2config_path).toBe(config);
  });

  it('asks for G2PW where Mandarin is read, and only there', () => {
    const needs = (language: string, version: 'v1' | 'v2') => step({ ...base, language, version }, 'features-text').needs.filter((path) => path.includes('G2PW')).length;
    expect([needs('zh', 'v2'), needs('zh', 'v1'), needs('yue', 'v2'), needs('en', 'v2')]).toEqual([1, 0, 0, 0]);
  });

  it('gives the environment the scripts read', () => {
    expect(step(base, 'features-ssl').env).toMatchObject({
      inp_text: '/v/train.list', inp_wav_dir: '/v/clips', exp_name: 'staff001', opt_dir: '/v/exp', cnhubert_base_dir: 'GPT_SoVITS/pretrained_models/chinese-hubert-base',
      i_part: '0', all_parts: '1', is_half: 'True', version: 'v2Pro', _CUDA_VISIBLE_DEVICES: '0', PYTHONUNBUFFERED: '1', PYTHONIOENCODING: 'utf-8',
      PYTHONPATH: ['', '/GPT_SoVITS/BigVGAN', '/tools', '/tools/asr', '/GPT_SoVITS', '/tools/uvr5'].map((folder) => `/opt/GPT-SoVITS${folder}`).join(':'),
    });
    expect(step(base, 'train-gpt').env).toMatchObject({ hz: '25hz', TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD: '1' });
    expect(step({ ...base, device: 'cpu' }, 'train-sovits').env).toMatchObject({ is_half: 'False', OMP_NUM_THREADS: '1', _CUDA_VISIBLE_DEVICES: '' });
    expect(step({ ...base, platform: 'win32' }, 'train-gpt').env.PYTHONPATH).toContain('GPT-SoVITS;/opt');
  });

  it('runs features in one part a GPU, and merges them in the last', () => {
    const text = planTraining({ ...base, gpus: [0, 2] }).steps.filter(({ id }) => id === 'features-text');
    expect(text.map(({ env }) => [env.i_part, env.all_parts, env._CUDA_VISIBLE_DEVICES])).toEqual([['0', '2', '0'], ['1', '2', '2']]);
    expect(text.map(({ merge }) => merge?.parts.length ?? 0)).toEqual([0, 2]);
    expect(text[0]?.clears).toEqual(['/v/exp/2-name2text-0.txt', '/v/exp/2-name2text-1.txt', '/v/exp/2-name2text.txt']);
  });

  it('lowers what would train or export nothing, and says so', () => {
    const plan = planTraining({ ...base, clipCount: 12, gpt: { epochs: 7, saveEvery: 5, batchSize: 40 }, sovits: { epochs: 9, saveEvery: 4 } });
    const s1 = parse(plan.steps.find(({ id }) => id === 'train-gpt')?.files[0]?.content ?? '') as { train: Record<string, unknown> };
    expect(s1.train).toMatchObject({ batch_size: 23, epochs: 7, save_every_n_epoch: 1 });
    expect(plan.notes).toHaveLength(3);
  });

  it.each([[{ name: 'a/b' }, 'name'], [{ name: ' a' }, 'name'], [{ gpt: { epochs: 0 } }, 'gpt.epochs'], [{ sovits: { batchSize: 1.5 } }, 'sovits.batchSize']])('refuses %j', (wrong, option) => {
    expect(() => planTraining({ ...base, ...wrong })).toThrow(expect.objectContaining({ code: 'TRAINING_OPTION_INVALID', facts: { option } }));
  });
  it('refuses an unknown version', () => {
    expect(() => planTraining({ ...base, version: 'v9' as 'v1' })).toThrow(expect.objectContaining({ code: 'TRAINING_VERSION_UNSUPPORTED' }));
  });
});

const VECTORS = fileURLToPath(new URL('../../../../../shared/vectors/engine/exp/', import.meta.url));
describe.skipIf(!existsSync(VECTORS))('configurations of a real run, key by key (needs the shared vectors)', () => {
  const real = (name: string): string => readFileSync(`${VECTORS}${name}`, 'utf8');
  const relative = { expDir: 'logs/exp1', gptWeightsDir: 'GPT_weights_v2Pro', sovitsWeightsDir: 'SoVITS_weights_v2Pro', configDir: 'TEMP', listPath: 'l', clipsDir: 'c' };
  const options = { ...base, name: 'exp1', device: 'cpu', gpus: [0], paths: relative, gpt: { epochs: 2, saveEvery: 1, batchSize: 4 }, sovits: { epochs: 1, saveEvery: 1, batchSize: 32 } } as const;

  it('tmp_s1.yaml', () => {
    const golden = parse(real('tmp_s1.yaml')) as Record<string, Record<string, unknown>>;
    const template = setYamlKeys(real('tmp_s1.yaml'), {}); // its model is smaller than the built-in one
    const rendered = parse(step({ ...options, templates: { s1: template } }, 'train-gpt').files[0]?.content ?? '', { version: '1.1' });
    // All checkpoints are kept while training runs, and all but the last deleted once the weights beside them are whole: a kill between the two loses nothing.
    expect(rendered).toEqual({ ...golden, train: { ...golden.train, if_save_latest: false } });
    const builtIn = parse(step(options, 'train-gpt').files[0]?.content ?? '') as typeof golden;
    expect(builtIn).toEqual({ ...golden, train: { ...golden.train, if_save_latest: false }, model: { ...golden.model, n_layer: 24 } });
  });

  it('tmp_s2.json', () => {
    const golden = JSON.parse(real('tmp_s2.json')) as Record<string, Record<string, unknown>>;
    const train = { ...golden.train, if_save_latest: false };
    expect(JSON.parse(step({ ...options, templates: { s2: real('tmp_s2.json') } }, 'train-sovits').files[0]?.content ?? '')).toEqual({ ...golden, train });
    const builtIn = JSON.parse(step(options, 'train-sovits').files[0]?.content ?? '') as typeof golden;
    expect(builtIn).toEqual({ ...golden, train: { ...train, segment_size: 20480 }, model: { ...golden.model, filter_channels: 768, n_layers: 6, n_layers_q: 3, upsample_initial_channel: 512 } });
  });
});

describe('the guide’s plan', () => {
  const guide: TrainingPlanOptions = { ...base, profile: 'guide', paths: { ...paths, gptWeightsDir: 'logs/staff001/gpt', configDir: 'configs' } };
  it('has the guide’s command lines, word for word', () => {
    expect(planTraining(guide).steps.map(({ command, args }) => [command, ...args].join(' '))).toEqual([
      'python GPT_SoVITS/s1_train.py --config_path configs/s1longer.yaml --train_list logs/staff001/gpt_train_list.txt --valid_list logs/staff001/gpt_valid_list.txt --output_dir logs/staff001/gpt --pretrained_s1 pretrained_models/s1bert25hz-2kh-longer-epoch=68e-step=50232.ckpt',
      'python GPT_SoVITS/s2_train.py --config_path configs/s2.json --model_name staff001 --pretrained_s2G pretrained_models/s2G488k.pth --pretrained_s2D pretrained_models/s2D488k.pth',
    ]);
  });
  it('has the guide’s configurations', () => {
    expect(parse(step(guide, 'train-gpt').files[0]?.content ?? '')).toEqual({
      model: { semantic_frame_rate: 25, max_sec: 30, batch_size: 4, learning_rate: 0.0001, epochs: 15, save_every_epoch: 5, warmup_epoch: 2 },
      data: { train_list: 'logs/staff001/gpt_train_list.txt', valid_list: 'logs/staff001/gpt_valid_list.txt' },
      training: { precision: 'fp16', gradient_accumulation_steps: 4, max_grad_norm: 1 },
    });
    const s2 = JSON.parse(step({ ...guide, sovits: { epochs: 100 } }, 'train-sovits').files[0]?.content ?? '') as Record<string, Record<string, unknown>>;
    expect(s2.train).toMatchObject({ log_interval: 200, epochs: 100, learning_rate: 0.0002, batch_size: 8, fp16_run: true, segment_size: 17920, eps: 1e-9 });
    expect(s2.data).toMatchObject({ training_files: 'logs/staff001/sovits_train_list.txt', sampling_rate: 22050, mel_fmax: null });
  });
});

describe('the plan as shell text', () => {
  it('runs in a shell: the same arguments, environment, folder and files reach the program', () => {
    const dir = mkdtempSync(join(tmpdir(), 'voxtune plan '));
    try {
      const root = join(dir, "engine's root");
      mkdirSync(root);
      const seen = join(dir, 'seen.jsonl');
      const fake = join(dir, 'fake.cjs');
      writeFileSync(fake, `
        const fs = require('node:fs');
        const { env } = process;
        fs.appendFileSync(${JSON.stringify(seen)}, JSON.stringify({ args: process.argv.slice(2), cwd: process.cwd(), name: env.exp_name, half: env.is_half, gpu: env._CUDA_VISIBLE_DEVICES }) + '\\n');
        if (process.argv[3].includes('1-get-text')) fs.writeFileSync(env.opt_dir + '/2-name2text-' + env.i_part + '.txt', 'row' + env.i_part + '\\n');
        if (process.argv[3].includes('3-get-semantic')) fs.writeFileSync(env.opt_dir + '/6-name2semantic-' + env.i_part + '.tsv', 'tokens' + env.i_part);
      `);
      const at = (name: string): string => join(dir, '聲音', name);
      const options: TrainingPlanOptions = {
        ...base, engineRoot: root, name: "o'brien $HOME 客服", gpus: [0, 1], checkout: { root, interpreter: { command: process.execPath, args: [fake] } },
        paths: { expDir: at('exp'), gptWeightsDir: at('gpt'), sovitsWeightsDir: at('sovits'), configDir: at('configs'), listPath: at('train.list'), clipsDir: at('clips') },
      };
      const plan = planTraining(options);
      execFileSync('sh', ['-eu', '-c', formatPlan(plan)], { stdio: 'pipe' });
      const rows = readFileSync(seen, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
      expect(rows).toEqual(plan.steps.map(({ args, env }) => ({ args: args.slice(1), cwd: root, name: options.name, half: 'True', gpu: env._CUDA_VISIBLE_DEVICES })));
      expect(readFileSync(at('exp/2-name2text.txt'), 'utf8')).toBe('row0\nrow1\n');
      expect(readFileSync(at('exp/6-name2semantic.tsv'), 'utf8')).toBe('item_name\tsemantic_audio\ntokens0\ntokens1\n');
      for (const each of plan.steps) for (const { path, content } of each.files) expect(readFileSync(path, 'utf8')).toBe(content);
      const yaml = readFileSync(at('configs/tmp_s1.yaml'), 'utf8');
      expect(yaml).toMatch(/^[\x00-\x7f]*$/);  
      expect((parse(yaml) as { output_dir: string }).output_dir).toBe(`${at('exp')}/logs_s1_v2Pro`);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });

  it('needs neither checkout nor Python', () => {
    expect(formatPlan(planTraining(base))).toContain('GPT_SoVITS/s1_train.py --config_file /v/configs/tmp_s1.yaml');
  });
});

describe('YAML as PyYAML reads it', () => {
  it('keeps the spelling of numbers and quotes what it sets', () => {
    expect(setYamlKeys('a:\n  lr: 1.0e-05 # rate\n  x: 0.00001\n', { 'a.name': 'on', 'a.tiny': 1e-7, 'b.c': true })).toBe('a:\n  lr: 1.0e-05\n  x: 0.00001\n  name: "on"\n  tiny: 1.0e-7\nb:\n  c: true\n');
  });
  it('refuses what is no mapping', () => {
    expect(() => setYamlKeys('- a\n- b\n', {})).toThrow(SyntaxError);
  });
});
