import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { causeOfLine } from '../log/causes.js';
import { pretrainedFiles, SHARED_MODELS } from '../profile/versions.js';
import { type StageContext } from '@voxtune/pipeline';
import { missingMeans, openVoiceEngine, prepareSteps, stepsOf } from './voice-engine.js';

const root = mkdtempSync(join(tmpdir(), 'voxtune-means-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const put = (path: string): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), 'x');
};
for (const name of ['1-get-text', '2-get-hubert-wav32k', '2-get-sv', '3-get-semantic']) put(`GPT_SoVITS/prepare_datasets/${name}.py`);
for (const path of ['GPT_SoVITS/s1_train.py', 'GPT_SoVITS/s2_train.py', 'GPT_SoVITS/configs/s2v2Pro.json']) put(path);
for (const path of pretrainedFiles('v2Pro', ['en'])) put(/\.\w+$/.test(path) ? path : `${path}/config.json`);

const engineOf = (language: string, id: 'features-text' | 'train-gpt') => {
  const at = (name: string): string => join(root, 'voice', name);
  const paths = { expDir: at('exp'), gptWeightsDir: at('gpt'), sovitsWeightsDir: at('sovits'), configDir: at('configs'), listPath: at('list'), clipsDir: at('clips') };
  return openVoiceEngine({ root: at(''), engineRoot: root, python: process.execPath, device: 'cpu', name: 'v', language, paths }, id);
};
const means = (language: string, id: 'features-text' | 'train-gpt') => missingMeans(engineOf(language, id), id);

it('says where the one file goes that is not among the pretrained models', async () => {
  expect(await means('en', 'features-text')).toBeNull();
  expect(await means('zh', 'features-text')).toEqual({ what: `${SHARED_MODELS.g2pw} in ${root}`, how: 'unpack G2PWModel into GPT_SoVITS/text/, as the engine’s README says; voxtune setup --dir does it' });
});

it('tells a cut pretrained file of a later stage before the first one starts', async () => {
  const file = join(root, 'GPT_SoVITS/pretrained_models/v2Pro/s2Gv2Pro.pth');
  const before = readFileSync(file);
  writeFileSync(file, Buffer.concat([Buffer.from('PK\u0003\u0004', 'latin1'), Buffer.alloc(5000)]));
  expect(await means('en', 'features-text')).toEqual({ what: `a whole GPT_SoVITS/pretrained_models/v2Pro/s2Gv2Pro.pth in ${root}: the file is cut short: it has no end of a zip archive`, how: 'download it again; voxtune setup --dir does it' });
  writeFileSync(file, before);
});

it('refuses a pretrained file that a broken download cut short, and leaves other formats to the engine', async () => {
  const engine = engineOf('en', 'train-gpt');
  const prepare = () => prepareSteps(engine, stepsOf(engine.resolved, 'train-gpt'), { log: () => undefined } as unknown as StageContext);
  await expect(prepare()).resolves.toBeUndefined(); // one byte that is no zip: torch's older format, as far as can be told
  writeFileSync(join(root, 'GPT_SoVITS/pretrained_models/s1v3.ckpt'), Buffer.concat([Buffer.from('PK\u0003\u0004', 'latin1'), Buffer.alloc(5000)]));
  await expect(prepare()).rejects.toMatchObject({ code: 'TRAINING_PRETRAINED_MISSING', message: expect.stringContaining('s1v3.ckpt in') as unknown });
});

it('points to the pretrained models for the others', async () => {
  writeFileSync(join(root, 'GPT_SoVITS/pretrained_models/s1v3.ckpt'), '.');
  expect(await means('en', 'train-gpt')).toBeNull();
  rmSync(join(root, 'GPT_SoVITS/pretrained_models/s1v3.ckpt'));
  expect((await means('en', 'train-gpt'))?.how).toContain('download the engine’s pretrained models');
});

it('names all that is missing at once, also what only later stages open', async () => {
  rmSync(join(root, 'GPT_SoVITS/pretrained_models/v2Pro/s2Dv2Pro.pth'));
  const models = 'GPT_SoVITS/pretrained_models';
  expect(await means('zh', 'features-text')).toEqual({ what: `${SHARED_MODELS.g2pw}, ${models}/s1v3.ckpt, ${models}/v2Pro/s2Dv2Pro.pth in ${root}`, how: expect.stringMatching(/pretrained models and unpack G2PWModel/) as unknown });
  expect((await means('en', 'features-text'))?.what).toContain('s1v3.ckpt'); // a later stage's, told before this one takes its hours
  expect((await means('en', 'train-gpt'))?.what).not.toContain('chinese-roberta');
  const engine = engineOf('en', 'train-gpt');
  await expect(prepareSteps(engine, stepsOf(engine.resolved, 'train-gpt'), { log: () => undefined } as unknown as StageContext)).rejects.toMatchObject({ code: 'TRAINING_PRETRAINED_MISSING', message: expect.stringMatching(/s1v3\.ckpt is not in .* Later stages lack .*s2Dv2Pro/) as unknown, facts: { missing: 2 } });
});

it('knows a model folder whose weights were cut short by what the engine prints', () => {
  expect(causeOfLine('safetensors._safetensors_rust.SafetensorError: Error while deserializing header: incomplete metadata, file not fully covered')).toMatchObject({ code: 'TRAINING_PRETRAINED_MISSING' });
});
