import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CliError } from '../exit.js';
import { explainConfig, parseConfig } from './load.js';
import { configTemplate } from './template.js';

const failureOf = (text: string): CliError => {
  try { parseConfig(text, 'voxtune.yaml'); } catch (error) { if (error instanceof CliError) return error; throw error; }
  throw new Error('was accepted');
};

describe('parseConfig', () => {
  it('fills every default', () => {
    const config = parseConfig('voice: staff001\nlanguage: en\n', 'voxtune.yaml');
    expect(config).toMatchObject({ engine: { profile: 'upstream', version: 'v2Pro', path: null }, train: { gpt: { epochs: null, saveEvery: null }, sovits: { epochs: null, saveEvery: null } }, slice: { preset: 'guide', maxLengthMs: 10_000 } });
    expect(config.evaluate.thresholds).toEqual({ mos: 3.5, similarity: 0.75, naturalness: 0.7, intelligibility: 0.8, rtf: 2 });
  });
  it.each([
    ['voice: a\nengin:\n  path: x\n', 'voxtune.yaml:2:1: unknown key engin; did you mean engine?', 2, 1],
    ['voice: a\ntrain:\n  gpt:\n    epoch: 3\n', 'voxtune.yaml:4:5: unknown key train.gpt.epoch; did you mean epochs?', 4, 5],
    ['voice: a\ntrain:\n  gpt: { epochs: many }\n', 'voxtune.yaml:3:18: train.gpt.epochs: Invalid input: expected number, received string, got "many"', 3, 18],
    ['voice: ../etc\n', 'voxtune.yaml:1:8: voice: letters, digits, dot, dash and underscore; at most 64; no path, got "../etc"', 1, 8],
    ['voice: a\nlist: { testShare: 2 }\n', 'voxtune.yaml:2:20: list.testShare: Too big: expected number to be <=0.5, got 2', 2, 20],
  ])('names file, line, column and the nearest key of %j', (text, message, line, column) => {
    const error = failureOf(text);
    expect(error.message).toBe(message);
    expect(error.facts).toMatchObject({ line, column });
    expect(error.code).toBe('CLI_CONFIG_INVALID');
  });
  it('names the place of a syntax error', () => expect(failureOf('voice: "a\nlanguage: en\n').facts).toMatchObject({ path: 'voxtune.yaml' }));
  it('reports every problem at once', () => expect(failureOf('voice: a\nfoo: 1\nbar: 2\n').facts['problems']).toBe(2));
});

it('explains each setting: the line that says so, or the default', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'voxtune-config-')), 'voxtune.yaml');
  onTestFinished(() => rm(dirname(file), { recursive: true }));
  await writeFile(file, 'voice: a\ntrain:\n  gpt:\n    epochs: 7\n');
  const settings = new Map((await explainConfig(file)).map(({ key, value, line }) => [key, [value, line]]));
  expect(settings.get('voice')).toEqual(['a', 1]);
  expect(settings.get('train.gpt.epochs')).toEqual([7, 4]);
  expect(settings.get('train.gpt.saveEvery')).toEqual([null, null]);
});

it.each(['staff001', '客服-01'])('the template of %s is valid and keeps what it was given', (voice) => {
  const values = { voice, language: 'ja', recordings: "/a b/it's: \"x\" #1", transcripts: ['t "1".srt', 'transcripts'], engine: '/e: x', models: null, enrolment: null, consent: 'yes' };
  const config = parseConfig(configTemplate(values), 'voxtune.yaml');
  expect(config).toMatchObject({ voice, language: 'ja', recordings: values.recordings, transcripts: values.transcripts, consent: 'yes', models: null, engine: { path: '/e: x' } });
});
