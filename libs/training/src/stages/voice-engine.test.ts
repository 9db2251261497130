import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { pretrainedFiles, SHARED_MODELS } from '../profile/versions.js';
import { missingMeans, openVoiceEngine } from './voice-engine.js';

const root = mkdtempSync(join(tmpdir(), 'voxtune-means-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const put = (path: string): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), 'x');
};
for (const name of ['1-get-text', '2-get-hubert-wav32k', '2-get-sv', '3-get-semantic']) put(`GPT_SoVITS/prepare_datasets/${name}.py`);
for (const path of ['GPT_SoVITS/s1_train.py', 'GPT_SoVITS/s2_train.py', 'GPT_SoVITS/configs/s2v2Pro.json']) put(path);
for (const path of pretrainedFiles('v2Pro', ['en'])) put(/\.\w+$/.test(path) ? path : `${path}/config.json`);

const means = (language: string, id: 'features-text' | 'train-gpt') => {
  const at = (name: string): string => join(root, 'voice', name);
  const paths = { expDir: at('exp'), gptWeightsDir: at('gpt'), sovitsWeightsDir: at('sovits'), configDir: at('configs'), listPath: at('list'), clipsDir: at('clips') };
  return missingMeans(openVoiceEngine({ root: at(''), engineRoot: root, python: process.execPath, device: 'cpu', name: 'v', language, paths }, id), id);
};

it('says where the one file goes that is not among the pretrained models', async () => {
  expect(await means('en', 'features-text')).toBeNull();
  expect(await means('zh', 'features-text')).toEqual({ what: `${SHARED_MODELS.g2pw} in ${root}`, how: 'unpack G2PWModel into GPT_SoVITS/text/, as the engine’s README says' });
});

it('points to the pretrained models for the others', async () => {
  expect(await means('en', 'train-gpt')).toBeNull();
  rmSync(join(root, 'GPT_SoVITS/pretrained_models/s1v3.ckpt'));
  expect((await means('en', 'train-gpt'))?.how).toContain('download the engine’s pretrained models');
});
