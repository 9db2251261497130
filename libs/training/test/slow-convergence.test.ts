import { runPipeline } from '@voxtune/pipeline';
import { expect, it } from 'vitest';
import { trainingStages } from '../src/index.js';
import { hasStandIn, makeVoice } from './make-voice.js';

it.skipIf(!hasStandIn)('losses that stay where they begin are a note of each training (stand-in)', { timeout: 60_000 }, async ({ onTestFinished }) => {
  const voice = makeVoice();
  onTestFinished(() => voice.remove());
  const notes = async (faults: string) => {
    const { stages, failed } = await runPipeline(trainingStages(voice.options({ gpt: { epochs: 12, saveEvery: 12 }, sovits: { epochs: 6, saveEvery: 6 }, env: { STAND_IN_FAULTS: faults, STAND_IN_EPOCH_MS: '5' } })), { root: voice.root, from: 'features-text', force: true });
    expect(failed?.error).toBeUndefined();
    return ['train-gpt', 'train-sovits'].map((id) => stages.find((stage) => stage.id === id)?.notes.filter((note) => note.includes('hardly fell')).length);
  };
  expect(await notes('s1:plateau,s2:plateau')).toEqual([1, 1]);
  expect(await notes('')).toEqual([0, 0]);
});
