import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJsonLines, runPipeline } from '@voxtune/pipeline';
import { afterEach, describe, expect, it } from 'vitest';
import { readTrainingHistory, renderTrainingSection, trainingStages, type Checkpoint, type TrainingStagesOptions } from '../src/index.js';
import { TEXTS, hasStandIn, makeVoice, type MadeVoice } from './make-voice.js';

const codeOf = (error: unknown): unknown => (typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined);

const voices: MadeVoice[] = [];
afterEach(() => voices.splice(0).forEach((voice) => voice.remove()));
const voiceOf = (...args: Parameters<typeof makeVoice>): MadeVoice => {
  const voice = makeVoice(...args);
  voices.push(voice);
  return voice;
};
const train = (voice: MadeVoice, more: Partial<TrainingStagesOptions> = {}, signal?: AbortSignal) =>
  runPipeline(trainingStages(voice.options(more)), { root: voice.root, ...(signal === undefined ? {} : { signal }) });

/** Every file below a folder by content, without runs (journal, logs) . */
function snapshot(dir: string, skip = /^(runs|lock)$/): Record<string, string> {
  const found: Record<string, string> = {};
  const visit = (below: string): void => {
    for (const name of readdirSync(join(dir, below)).sort()) {
      const path = below === '' ? name : `${below}/${name}`;
      if (below === '' && skip.test(name)) continue;
      if (statSync(join(dir, path)).isDirectory()) visit(path);
      else found[path] = createHash('sha256').update(readFileSync(join(dir, path))).digest('hex');
    }
  };
  visit('');
  return found;
}

// What an undisturbed run leaves; a disturbed one at the same place must leave the same.
let calm: { root: string; files: Record<string, string> };

describe.skipIf(!hasStandIn)('on the stand-in engine', () => {
  it('trains a voice end to end and accounts for every clip', async () => {
    const voice = voiceOf();
    const result = await train(voice);
    expect(result.failed?.error).toBeUndefined();
    expect(result.ok).toBe(true);
    expect(result.stages.map(({ id, state, in: inputs, kept }) => [id, state, inputs, kept])).toEqual([
      ['features-text', 'done', 6, 6], ['features-ssl', 'done', 6, 6], ['features-speaker', 'done', 6, 6], ['features-semantic', 'done', 6, 6],
      ['train-gpt', 'done', 6, 6], ['train-sovits', 'done', 6, 6],
    ]);
    const checkpoints = await readJsonLines<Checkpoint>(join(voice.root, 'work/checkpoints.jsonl'));
    expect(checkpoints.map(({ kind, epoch }) => [kind, epoch])).toEqual([['gpt', 2], ['gpt', 4], ['sovits', 1], ['sovits', 2]]);
    for (const { path, sha256, step } of checkpoints) {
      expect(step).toBeGreaterThan(0);
      expect(createHash('sha256').update(readFileSync(join(voice.root, path))).digest('hex')).toBe(sha256);
    }
    const history = await readTrainingHistory(voice.options());
    expect(history.losses.find(({ name }) => name === 'total_loss_epoch')?.values).toHaveLength(4);
    expect(history.losses.find(({ name }) => name === 'mel')?.values.length).toBeGreaterThanOrEqual(2);
    const { html } = renderTrainingSection(history);
    expect(html.match(/<figure>/g)?.length).toBeGreaterThanOrEqual(3);
    calm = { root: voice.root, files: snapshot(join(voice.root, 'work')) };
    expect(Object.keys(calm.files).filter((path) => /tfevents|train\.log|version_\d|\.tmp-/.test(path))).toEqual([]);

    const started: string[] = [];
    const again = await runPipeline(trainingStages(voice.options()), { root: voice.root, onEvent: (event) => void (event.event === 'stage-start' && started.push(event.stage)) });
    expect([again.ok, started]).toEqual([true, []]); // nothing is done twice
  });

  it('names what is missing from single clips, quoting the engine', async () => {
    const voice = voiceOf();
    writeFileSync(join(voice.clipsDir, 'c1.wav'), 'not audio');
    rmSync(join(voice.clipsDir, 'c2.wav'));
    const result = await train(voice);
    expect(result.ok).toBe(true);
    const ssl = result.stages.find(({ id }) => id === 'features-ssl');
    expect(ssl).toMatchObject({ in: 6, kept: 4 });
    expect(ssl?.dropped.map(({ id }) => id)).toEqual(['c1', 'c2']);
    expect(ssl?.dropped[0]?.reason).toContain('the audio cannot be read — engine: "');
    expect(result.stages.at(-1)).toMatchObject({ in: 4, kept: 4 });
  });

  it('leaves out a clip of whose text nothing can be read, and says where letters were lost', async () => {
    const voice = voiceOf({ language: 'EN', texts: ['您好，歡迎', 'Hello 世界 and good morning', 'Thank you for calling', 'Please hold the line'] });
    const { stages } = await runPipeline(trainingStages(voice.options({ language: 'en' })), { root: voice.root, until: 'features-text' });
    const text = stages.find(({ id }) => id === 'features-text');
    expect(text).toMatchObject({ state: 'done', in: 4, kept: 3 });
    expect(text?.dropped).toEqual([{ id: 'c0', reason: 'the engine can read nothing of its text in en: "您好，歡迎"' }]);
    expect(readFileSync(join(voice.root, 'work/engine/experiment/2-name2text.txt'), 'utf8')).not.toContain('c0.wav');
    const run = readFileSync(join(voice.root, 'work/runs/0001/journal.jsonl'), 'utf8');
    expect(run).toContain('left letters out of the text of 1 clip; the first, c1: \\"世界\\"');
  });

  it('names each failure in turn, and ends with the files of an undisturbed run', { timeout: 120_000 }, async () => {
    const voice = voiceOf({ root: calm.root });
    const fail = async (fault: string, more: Partial<TrainingStagesOptions> = {}): Promise<unknown> => {
      const { failed } = await train(voice, { ...more, env: { STAND_IN_FAULTS: fault } });
      return [failed?.stage, codeOf(failed?.error)];
    };
    expect(await fail('text:empty')).toEqual(['features-text', 'TRAINING_NOTHING_KEPT']);
    expect(await fail('ssl:killed-midway')).toEqual(['features-ssl', 'TRAINING_KILLED']);
    expect(await fail('semantic:empty')).toEqual(['features-semantic', 'TRAINING_NOTHING_KEPT']);
    expect(await fail('s1:oom')).toEqual(['train-gpt', 'TRAINING_CUDA_OUT_OF_MEMORY']);
    expect(await fail('s1:disk-full')).toEqual(['train-gpt', 'TRAINING_DISK_FULL']);
    expect(await fail('s1:no-weights')).toEqual(['train-gpt', 'TRAINING_NO_WEIGHTS']);
    expect(await fail('s1:nan')).toEqual(['train-gpt', 'TRAINING_LOSS_NAN']);
    expect(await fail('s1:deaf', { silenceLimitMs: 700 })).toEqual(['train-gpt', 'TRAINING_SILENT']);
    expect(await fail('s1:killed=3')).toEqual(['train-gpt', 'TRAINING_KILLED']);
    expect(await fail('s2:killed=2')).toEqual(['train-sovits', 'TRAINING_KILLED']);
    expect(await fail('s2:oom')).toEqual(['train-sovits', 'TRAINING_CUDA_OUT_OF_MEMORY']);
    expect(await fail('s2:no-weights')).toEqual(['train-sovits', 'TRAINING_NO_WEIGHTS']);
    expect(await fail('s2:nan')).toEqual(['train-sovits', 'TRAINING_LOSS_NAN']);
    expect(await fail('')).toEqual([undefined, undefined]);
    expect(snapshot(join(voice.root, 'work'))).toEqual(calm.files);
  });

  it('goes on when more epochs are asked for, lists only what was asked for, and starts over on another text', { timeout: 60_000 }, async () => {
    const voice = voiceOf({ texts: TEXTS.slice(0, 3) });
    const rows = async (): Promise<unknown> => (await readJsonLines<Checkpoint>(join(voice.root, 'work/checkpoints.jsonl'))).map(({ kind, epoch, sha256 }) => `${kind} ${epoch} ${sha256.slice(0, 8)}`);
    const log = (stage: string): string => readdirSync(join(voice.root, 'work/runs')).filter((name) => /^\d+$/.test(name)).map((run) => join(voice.root, 'work/runs', run, `${stage}.log`)).map((path) => (existsSync(path) ? readFileSync(path, 'utf8') : '')).join('');
    const [two, four] = [{ gpt: { epochs: 2, saveEvery: 2 }, sovits: { epochs: 1 } }, { extend: true, gpt: { epochs: 4, saveEvery: 2 }, sovits: { epochs: 2, saveEvery: 1 } }];
    expect((await train(voice, two)).ok).toBe(true);
    const short = (await rows()) as string[];
    expect((await train(voice, four)).ok).toBe(true);
    const long = (await rows()) as string[];
    expect(long.map((row) => row.slice(0, -9))).toEqual(['gpt 2', 'gpt 4', 'sovits 1', 'sovits 2']);
    expect([long[0], long[2]]).toEqual(short); // epochs that were trained stay as they are
    expect(log('train-gpt')).toContain('voxtune: resuming after epoch 2');
    expect(log('train-sovits')).toContain('voxtune: resuming after epoch 1');
    expect((await train(voice, two)).ok).toBe(true);
    expect(await rows()).toEqual(short);
    writeFileSync(voice.listPath, readFileSync(voice.listPath, 'utf8').replace(TEXTS[1] ?? '', '這是另外一句話'));
    expect((await train(voice, four)).ok).toBe(true);
    expect(log('features-text')).toContain('voxtune: deleted 1 feature file');
    expect(log('train-gpt')).toContain('training starts over');
    expect(((await rows()) as string[])[0]).not.toBe(long[0]);
  });
});
