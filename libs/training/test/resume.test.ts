import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runPipeline } from '@voxtune/pipeline';
import { describe, expect, it } from 'vitest';
import { trainingStages } from '../src/index.js';
import { resumedFrom } from '../src/stages/train-gpt.js';
import { hasStandIn, makeVoice } from './make-voice.js';

it.each([
  ['ckpt_path: None', null], ['ckpt_path: /v/logs_s1_v2Pro/ckpt/epoch=3-step=24.ckpt', 4], ['ckpt_path: C:\\v\\ckpt\\epoch=0-step=1.ckpt', 1], ['Seed set to 1234', undefined],
])('%j resumes after %s', (line, epoch) => expect(resumedFrom(line)).toBe(epoch));

describe.skipIf(!hasStandIn)('a training that goes on (stand-in)', () => {
  it('needs to be asked for more epochs, is ended when the engine starts elsewhere, loses no epoch, and goes on at the next run', { timeout: 240_000 }, async () => {
    const voice = makeVoice();
    try {
      const train = (epochs: number, faults = '', extend = true) => runPipeline(trainingStages(voice.options({ extend, gpt: { epochs, saveEvery: 1 }, sovits: { epochs, saveEvery: 1 }, env: { STAND_IN_FAULTS: faults } })), { root: voice.root });
      expect((await train(1, '', false)).ok).toBe(true);
      const made = readdirSync(join(voice.root, 'work/engine/gpt-weights'));
      expect((await train(2, '', false)).failed).toMatchObject({ stage: 'train-gpt', error: { code: 'TRAINING_EXTEND_UNASKED', facts: { wanted: 2, epochs: 1, done: 1 } } });
      expect((await train(1, '', false)).failed).toBeUndefined(); // set back: nothing was lost
      expect(readdirSync(join(voice.root, 'work/engine/gpt-weights'))).toEqual(made);
      for (const [fault, stage] of [['s1:start-over', 'train-gpt'], ['s2:start-over', 'train-sovits']] as const) {
        const { failed } = await train(2, fault);
        expect(failed).toMatchObject({ stage, error: { code: 'TRAINING_RESUME_IGNORED', facts: { from: 1 } } });
        expect(failed?.error.message).toMatch(/was to go on with epoch 2: it started from/);
      }
      expect((await train(2)).failed?.error).toBeUndefined();
    } finally {
      voice.remove();
    }
  });
});
