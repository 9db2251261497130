import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJsonLines, runPipeline } from '@voxtune/pipeline';
import { expect, it } from 'vitest';
import { trainingStages, type Checkpoint } from '../src/index.js';
import { makeVoice } from './make-voice.js';

// An engine with the guide's command lines: writes what its arguments say, in the folder it was started in.
const ENGINE = `
const fs = require('node:fs');
const path = require('node:path');
const [script, ...rest] = process.argv.slice(2);
const args = Object.fromEntries(rest.map((word, i) => (word.startsWith('--') ? [word.slice(2), rest[i + 1]] : null)).filter(Boolean));
const zip = Buffer.concat([Buffer.from('PK\\u0003\\u0004', 'latin1'), Buffer.alloc(600), Buffer.from('504b0506000000000000000000000000000000000000', 'hex')]);
if (script.includes('s1_train')) fs.writeFileSync(path.join(args.output_dir, 'epoch=14-step=30.ckpt'), zip);
else if (process.env.BROKEN !== '1') fs.writeFileSync(path.join(process.env.WEIGHTS, args.model_name + '_e8_s120.pth'), zip);
`;

it('runs the guide’s commands and believes only new weights', async () => {
  const voice = makeVoice();
  try {
    const engineRoot = join(voice.root, 'fork');
    mkdirSync(join(engineRoot, 'pretrained_models'), { recursive: true });
    writeFileSync(join(engineRoot, 'fake.cjs'), ENGINE);
    for (const name of ['s1bert25hz-2kh-longer-epoch=68e-step=50232.ckpt', 's2G488k.pth', 's2D488k.pth']) writeFileSync(join(engineRoot, 'pretrained_models', name), 'x');
    const list = (name: string): string => join(voice.root, 'work/lists', name);
    for (const name of ['gt', 'gv', 'st', 'sv']) writeFileSync(list(name), '# comment\nc0.wav|staff001|你好\nc1.wav|staff001|再見\n');
    const base = voice.options({ profile: 'guide', engineRoot, checkout: { root: engineRoot, interpreter: { command: process.execPath, args: [join(engineRoot, 'fake.cjs')] } } });
    const options = { ...base, paths: { ...base.paths, guideLists: { gptTrain: list('gt'), gptValid: list('gv'), sovitsTrain: list('st'), sovitsValid: list('sv') } } };
    const env = { WEIGHTS: base.paths.sovitsWeightsDir };
    const broken = await runPipeline(trainingStages({ ...options, env: { ...env, BROKEN: '1' } }), { root: voice.root });
    expect(broken.failed).toMatchObject({ stage: 'train-sovits', error: { code: 'TRAINING_NO_WEIGHTS' } });
    const result = await runPipeline(trainingStages({ ...options, env }), { root: voice.root });
    expect(result.stages.map(({ id, in: inputs, kept }) => [id, inputs, kept])).toEqual([['train-gpt', 2, 2], ['train-sovits', 2, 2]]);
    const rows = await readJsonLines<Checkpoint>(join(voice.root, 'work/checkpoints.jsonl'));
    expect(rows.map(({ kind, epoch, step, path }) => [kind, epoch, step, path])).toEqual([
      ['gpt', 14, 30, 'work/engine/gpt-weights/epoch=14-step=30.ckpt'], ['sovits', 8, 120, 'work/engine/sovits-weights/staff001_e8_s120.pth'],
    ]);
  } finally {
    voice.remove();
  }
});
