import { expect, it } from 'vitest';
import { type StageContext } from '@voxtune/pipeline';
import { type CheckpointPair } from '../voice/checkpoints.js';
import { takesOf } from './evaluate.js';
import { chooseCheckpoints, type SweepMeans } from './sweep.js';

const pair = (gptEpoch: number, sovitsEpoch: number) => ({ gptEpoch, sovitsEpoch }) as CheckpointPair;
const means = { pairs: [pair(4, 4), pair(2, 4)], sentences: [{ id: 'a', text: 'a', language: 'en' }], speakerClips: [], encoder: null, p808: null, transcribe: null, providers: {}, how: 'measured', speak: () => Promise.reject(new Error('nothing may be spoken')) } as SweepMeans;
const context = { log: () => undefined, progress: () => undefined, signal: new AbortController().signal } as unknown as StageContext;

it.each<[string, Partial<SweepMeans>, string]>([
  ['nothing can measure', {}, 'for want of a model or recogniser that measures'],
  ['it is told so', { how: 'last' }, 'evaluate.checkpoints is last'],
  ['there is one pair', { pairs: [pair(4, 4)] }, 'there is no other pair'],
  ['there is no sentence', { transcribe: () => Promise.resolve({ text: '' }), sentences: [] }, 'there is no sentence to compare by'],
])('takes the last epochs, speaks nothing and says why, where %s', async (_, rest, why) => {
  const { choice } = await chooseCheckpoints({ ...means, ...rest }, context);
  expect(choice).toMatchObject({ pick: { gptEpoch: 4, sovitsEpoch: 4 }, sweep: null, why: expect.stringContaining(why) as string });
});

it('speaks every sentence once a seed, and the real recording goes with the first take', () => {
  const real = { samples: new Float32Array(4), sampleRateHz: 4 };
  const takes = takesOf([{ id: 'a', text: 'A', language: 'en', real }, { id: 'b', text: 'B', language: 'en' }], 2, 7);
  expect(takes.map(({ sentence, seed }) => [sentence.id, seed, sentence.real !== undefined])).toEqual([['a', 7, true], ['b', 7, false], ['a.take2', 8, false], ['b.take2', 8, false]]);
});
