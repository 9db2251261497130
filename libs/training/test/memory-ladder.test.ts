import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runPipeline } from '@voxtune/pipeline';
import { afterEach, describe, expect, it } from 'vitest';
import { trainingStages, type TrainingStagesOptions } from '../src/index.js';
import { nextMemoryFit, type MemoryFit } from '../src/run/memory-ladder.js';
import { hasStandIn, makeVoice, type MadeVoice } from './make-voice.js';

it('ends, from any batch size, and halves on the way', () => {
  for (const hasCheckpoint of [false, true]) {
    const seen: string[] = [];
    for (let fit: MemoryFit | null = { batchSize: 13, gradCheckpoint: false, maxSec: null }; fit !== null; fit = nextMemoryFit(fit, 1, hasCheckpoint)) seen.push(`${fit.batchSize}${fit.gradCheckpoint ? '+' : ''}`);
    expect(seen).toEqual(['13', '6', '3', '1', ...(hasCheckpoint ? ['1+'] : [])]);
  }
  expect(nextMemoryFit({ batchSize: 3, gradCheckpoint: false, maxSec: null }, 2, false)).toEqual({ batchSize: 2, gradCheckpoint: false, maxSec: null });
  expect(nextMemoryFit({ batchSize: 2, gradCheckpoint: false, maxSec: null }, 2, false)).toBeNull();
  expect(nextMemoryFit({ batchSize: 1, gradCheckpoint: false, maxSec: null }, 1, false, [8, 4, 4, 3])).toEqual({ batchSize: 1, gradCheckpoint: false, maxSec: 6 });
  expect(nextMemoryFit({ batchSize: 1, gradCheckpoint: false, maxSec: 6 }, 1, false, [8, 4, 4, 3])).toBeNull(); // 3 s of 19 would be left
});

const voices: MadeVoice[] = [];
afterEach(() => voices.splice(0).forEach((voice) => voice.remove()));

describe.skipIf(!hasStandIn)('a GPU with too little memory (stand-in)', () => {
  const journal = (voice: MadeVoice): string => readdirSync(join(voice.root, 'work/runs')).filter((name) => /^\d+$/.test(name)).map((run) => readFileSync(join(voice.root, 'work/runs', run, 'journal.jsonl'), 'utf8')).join('');

  it('is trained on with smaller batches and checkpointing, says so, and remembers', { timeout: 60_000 }, async () => {
    const voice = makeVoice();
    voices.push(voice);
    const started: string[] = [];
    const train = async (faults: string, more: Partial<TrainingStagesOptions> = {}, force = false) => {
      started.length = 0;
      const result = await runPipeline(trainingStages(voice.options({ version: 'v3', ...more, env: { STAND_IN_FAULTS: faults } })), { root: voice.root, ...(force ? { force: true, from: 'train-gpt' } : {}) });
      return result;
    };
    const first = await train('s1:oom=1,s2:oom-unless-checkpoint');
    expect(first.failed?.error).toBeUndefined();
    expect(first.stages.find(({ id }) => id === 'train-gpt')?.notes).toContain('trained with batch size 1 instead of 4: with more the GPU ran out of memory');
    expect(first.stages.at(-1)?.notes).toContain('trained with batch size 1 and gradient checkpointing instead of batch size 8: with that the GPU ran out of memory');
    expect(journal(voice).match(/memory-ladder/g)).toHaveLength(2 + 4); // 4→2→1, and 8→4→2→1→1 with checkpointing
    expect(JSON.parse(readFileSync(join(voice.root, 'work/engine/configs/tmp_s2.json'), 'utf8')).train).toMatchObject({ batch_size: 1, grad_ckpt: true });
    const longer = { extend: true, gpt: { epochs: 6, saveEvery: 2 }, sovits: { epochs: 3, saveEvery: 1 } };
    const second = await train('s1:oom=1,s2:oom-unless-checkpoint', longer);
    expect(second.ok).toBe(true);
    expect(journal(voice).match(/memory-ladder/g)).toHaveLength(6); // what fitted was tried at once
  });

  it('that cannot hold one clip is told after the last try', { timeout: 60_000 }, async () => {
    const voice = makeVoice();
    voices.push(voice);
    const { failed } = await runPipeline(trainingStages(voice.options({ env: { STAND_IN_FAULTS: 's1:oom' } })), { root: voice.root });
    expect(failed).toMatchObject({ stage: 'train-gpt', error: { code: 'TRAINING_CUDA_OUT_OF_MEMORY' } });
    expect(journal(voice).match(/memory-ladder/g)).toHaveLength(2);
  });
});
