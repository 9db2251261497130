import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJsonLines, runPipeline } from '@voxtune/pipeline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ENGINE_VERSIONS, VERSION_FACTS, trainingStages, type Checkpoint, type EngineVersion, type TrainingErrorCode, type TrainingStagesOptions } from '../src/index.js';
import { hasStandIn, makeVoice, toneWav } from './make-voice.js';

/** One way in which the engine fails: the stage at which it is noticed, and how it is named; or, where the stage goes on, what it says. */
type Failure = { readonly fault: string; readonly stage: string; readonly code?: TrainingErrorCode; readonly drops?: Readonly<Record<string, RegExp>>; readonly note?: RegExp; readonly silenceLimitMs?: number; readonly gpus?: readonly number[]; readonly only?: (version: EngineVersion) => boolean };

const speaks = (version: EngineVersion): boolean => VERSION_FACTS[version].speaker;
const lora = (version: EngineVersion): boolean => VERSION_FACTS[version].lora;
const OOM = 'TRAINING_CUDA_OUT_OF_MEMORY';
const QUIET_MS = 600;

// What can befall any feature stage; ENGINE.md §2 and the stand-in's list of faults.
const features = (name: string, stage: string, only: Failure['only'] = () => true): readonly Failure[] => [
  { fault: `${name}:empty`, stage, code: 'TRAINING_NOTHING_KEPT', only },
  { fault: `${name}:oom`, stage, code: OOM, only },
  { fault: `${name}:killed`, stage, code: 'TRAINING_KILLED', only },
  { fault: `${name}:killed-midway`, stage, code: 'TRAINING_KILLED', only },
  { fault: `${name}:hang`, stage, code: 'TRAINING_SILENT', silenceLimitMs: QUIET_MS, only },
  { fault: `${name}:killed-part=1`, stage, code: 'TRAINING_KILLED', gpus: [0, 1, 2], only },
  { fault: `${name}:lost-part=1`, stage, code: 'TRAINING_NOTHING_KEPT', gpus: [0, 1], only },
];

// The stages in order; the last row of a feature stage is one that it survives, naming each clip.
const FAILURES: readonly Failure[] = [
  ...features('text', 'features-text'),
  { fault: 'text:swallow=c0,text:nan=c1,text:shape=c2', stage: 'features-text', drops: { c0: /list index out of range/, c1: /NaN/, c2: /shape/ } },
  { fault: 'text:cache-cut=c0', stage: 'features-text', drops: {} },
  ...features('ssl', 'features-ssl'),
  { fault: 'ssl:swallow=c0,ssl:nan=c1,ssl:shape=c2', stage: 'features-ssl', drops: { c0: /said nothing/, c1: /NaN/, c2: /frames/ } },
  ...features('sv', 'features-speaker', speaks),
  { fault: 'sv:swallow=c0,sv:nan=c1,sv:shape=c2', stage: 'features-speaker', drops: { c0: /said nothing/, c1: /NaN/, c2: /shape/ }, only: speaks },
  ...features('semantic', 'features-semantic'),
  { fault: 'semantic:swallow=c0', stage: 'features-semantic', drops: { c0: /said nothing/ } },
  { fault: 's1:oom', stage: 'train-gpt', code: OOM },
  { fault: 's1:oom=1', stage: 'train-gpt', note: /batch size 1 instead of/ },
  { fault: 's1:oom-clip=2', stage: 'train-gpt', drops: { c3: /2\.20 s long and the GPU ran out of memory/ } },
  { fault: 's1:nan', stage: 'train-gpt', code: 'TRAINING_LOSS_NAN' },
  { fault: 's1:untrained', stage: 'train-gpt', code: 'TRAINING_UNTRAINED' },
  { fault: 's1:no-weights', stage: 'train-gpt', code: 'TRAINING_NO_WEIGHTS' },
  { fault: 's1:disk-full', stage: 'train-gpt', code: 'TRAINING_DISK_FULL' },
  { fault: 's1:terminated', stage: 'train-gpt', code: 'TRAINING_TERMINATED' },
  { fault: 's1:killed=2', stage: 'train-gpt', code: 'TRAINING_KILLED' },
  { fault: 's1:hang', stage: 'train-gpt', code: 'TRAINING_SILENT', silenceLimitMs: QUIET_MS },
  { fault: 's1:deaf', stage: 'train-gpt', code: 'TRAINING_SILENT', silenceLimitMs: QUIET_MS },
  { fault: 's2:oom', stage: 'train-sovits', code: OOM },
  { fault: 's2:oom=1', stage: 'train-sovits', note: /batch size 1/ },
  { fault: 's2:oom-unless-checkpoint', stage: 'train-sovits', note: /gradient checkpointing/, only: lora },
  { fault: 's2:oom-clip=2', stage: 'train-sovits', drops: { c3: /2\.20 s long and the GPU ran out of memory/ } },
  { fault: 's2:nan', stage: 'train-sovits', code: 'TRAINING_LOSS_NAN' },
  { fault: 's2:scratch', stage: 'train-sovits', code: 'TRAINING_FROM_SCRATCH' },
  { fault: 's2:no-weights', stage: 'train-sovits', code: 'TRAINING_NO_WEIGHTS' },
  { fault: 's2:save-failed', stage: 'train-sovits', code: 'TRAINING_SAVE_FAILED' },
  { fault: 's2:port-taken', stage: 'train-sovits', code: 'TRAINING_PORT_TAKEN' },
  { fault: 's2:disk-full', stage: 'train-sovits', code: 'TRAINING_DISK_FULL' },
  { fault: 's2:terminated', stage: 'train-sovits', code: 'TRAINING_TERMINATED' },
  { fault: 's2:killed=2', stage: 'train-sovits', code: 'TRAINING_KILLED' },
  { fault: 's2:hang', stage: 'train-sovits', code: 'TRAINING_SILENT', silenceLimitMs: QUIET_MS },
  { fault: 's2:deaf', stage: 'train-sovits', code: 'TRAINING_SILENT', silenceLimitMs: QUIET_MS },
];

/**
 * Every failure on v2Pro (where it has the stage) and on one other version, in turn; those of LoRA training on v3 and on v4, too. What is left to
 * `VOXTUNE_MATRIX=full`, which runs the whole product: stages that versions share, on the other versions.
 */
const FULL = process.env['VOXTUNE_MATRIX'] === 'full';
const isTried = (version: EngineVersion, { stage, only }: Failure, index: number): boolean => {
  if (only?.(version) === false) return false;
  const others = ENGINE_VERSIONS.filter((each) => each !== 'v2Pro' && only?.(each) !== false);
  return FULL || version === 'v2Pro' || version === others[index % others.length] || (lora(version) && stage === 'train-sovits');
};

const TEXTS = ['您好歡迎來到', '請問有什麼事', '您的訂單寄出', '謝謝耐心等候'];

it('every failure is tried on two versions or more, every version meets those of its own stages, and none is idle', () => {
  const tried = (failure: Failure, index: number): readonly EngineVersion[] => ENGINE_VERSIONS.filter((version) => isTried(version, failure, index));
  expect(FAILURES.filter((failure, index) => tried(failure, index).length < 2)).toEqual([]);
  for (const [index, failure] of FAILURES.entries()) {
    if (failure.stage === 'features-speaker') expect(tried(failure, index), failure.fault).toEqual(ENGINE_VERSIONS.filter(speaks));
    if (failure.stage === 'train-sovits') expect(tried(failure, index), failure.fault).toEqual(expect.arrayContaining(ENGINE_VERSIONS.filter(lora)));
  }
  for (const version of ENGINE_VERSIONS) expect(new Set(FAILURES.filter((failure, index) => isTried(version, failure, index)).map(({ stage }) => stage)).size, version).toBeGreaterThanOrEqual(5);
});

describe.skipIf(!hasStandIn)('versions × failures (stand-in)', () => {
  it.concurrent.for(ENGINE_VERSIONS)('%s: each failure is named and healed by a plain run', { timeout: 900_000 }, async (version, { expect, onTestFinished }) => {
    const voice = makeVoice({ texts: TEXTS, seconds: 1.4 });
    onTestFinished(() => voice.remove());
    writeFileSync(join(voice.clipsDir, 'c3.wav'), toneWav(2.2, 300)); // one that is longer than the others
    const options = (more: Partial<TrainingStagesOptions> = {}): TrainingStagesOptions => voice.options({ version, gpt: { epochs: 2, saveEvery: 1 }, sovits: { epochs: 2, saveEvery: 1 }, pollMs: 25, graceMs: 150, ...more, env: { STAND_IN_EPOCH_MS: '5', ...more.env } });
    const run = (until: string, fault = '', { gpus, silenceLimitMs }: Pick<Failure, 'gpus' | 'silenceLimitMs'> = {}) =>
      runPipeline(trainingStages(options({ env: { STAND_IN_FAULTS: fault }, ...(gpus === undefined ? {} : { gpus }), ...(silenceLimitMs === undefined ? {} : { silenceLimitMs }) })), { root: voice.root, until, ...(fault === '' ? {} : { from: until, force: true }) });
    const weights = async (): Promise<unknown> => (await readJsonLines<Checkpoint>(join(voice.root, 'work/checkpoints.jsonl'))).map(({ path, sha256, step }) => `${path} ${sha256} ${step}`);
    const calm = await run('train-sovits');
    expect(calm.failed?.error).toBeUndefined();
    const undisturbed = await weights();
    for (const failure of FAILURES.filter((each, index) => isTried(version, each, index))) {
      const { fault, stage, code, drops, note } = failure;
      const told = `${version} ${fault}`;
      const result = await run(stage, fault, failure);
      const row = result.stages.find(({ id }) => id === stage);
      if (code !== undefined) expect([told, result.failed?.stage, (result.failed?.error as { code?: string } | undefined)?.code], String(result.failed?.error)).toEqual([told, stage, code]);
      else expect(result.failed?.error, told).toBeUndefined();
      if (drops !== undefined) {
        expect(row?.dropped.map(({ id }) => id), told).toEqual(Object.keys(drops));
        for (const { id, reason } of row?.dropped ?? []) expect(reason, told).toMatch(drops[id] ?? /never/);
      }
      if (note !== undefined) expect(row?.notes.join('\n'), told).toMatch(note);
      rmSync(join(voice.root, 'work/engine/configs/gpu-memory.json'), { force: true }); // what fitted this once
      const healed = code === undefined ? await runPipeline(trainingStages(options()), { root: voice.root, from: stage, until: stage, force: true }) : await run(stage);
      expect(healed.failed?.error, `${told}, then a plain run`).toBeUndefined();
      expect(healed.stages.find(({ id }) => id === stage), told).toMatchObject({ state: 'done', in: 4, kept: 4 });
    }
    const end = await run('train-sovits');
    expect(end.ok).toBe(true);
    expect(await weights()).toEqual(undisturbed);
  });

  it('parts over three GPUs leave what one leaves', { timeout: 60_000 }, async () => {
    const tables = async (gpus: readonly number[]): Promise<readonly string[]> => {
      const voice = makeVoice({ texts: TEXTS, seconds: 1.4 });
      onTestFinished(() => voice.remove());
      const result = await runPipeline(trainingStages(voice.options({ gpus })), { root: voice.root, until: 'features-semantic' });
      expect(result.stages.filter(({ state }) => state === 'done').map(({ kept }) => kept)).toEqual([4, 4, 4, 4]);
      const exp = join(voice.root, 'work/engine/experiment');
      expect([0, 1, 2].filter((part) => existsSync(join(exp, `2-name2text-${part}.txt`)) || existsSync(join(exp, `6-name2semantic-${part}.tsv`)))).toEqual([]);
      return ['2-name2text.txt', '6-name2semantic.tsv'].map((name) => readFileSync(join(exp, name), 'utf8'));
    };
    expect(await tables([0, 1, 2])).toEqual(await tables([0]));
  });
});
