import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Utterance } from '../manifest.js';
import { countPhones } from '../sounds/count-phones.js';
import { loadPronouncer } from '../sounds/load-pronouncer.js';
import { planPreflight } from './plan-preflight.js';

const said = (clip: string, durationSec: number, text = 'a'): Utterance => ({ clip, path: `clips/${clip}.wav`, recordingId: 'r', recordingPath: 'r.wav', durationSec, speaker: 's', language: 'en', text });
const rules = (durationSec: number, phones: number, measurements: Record<string, number> = {}) =>
  planPreflight({ utterances: [said('c', durationSec)], clips: new Map([['c', { measurements }]]), phonesOf: () => phones }).drops.map(({ trainer, rule }) => `${trainer} ${rule}`);

describe('planPreflight', () => {
  it.each([
    ['an ordinary clip', 5, 50, {}, []],
    ['0.6 s', 0.6, 6, {}, ['s2 duration']], ['0.61 s', 0.61, 6, {}, []], ['54 s', 54, 500, {}, ['s2 duration']], ['54.1 s', 54.1, 500, {}, ['s2 duration', 's1 tokens']],
    ['3 phones a second', 4, 12, {}, []], ['fewer', 4, 11, {}, ['s1 phones-per-second']], ['25 phones a second', 4, 100, {}, []], ['more', 4, 101, {}, ['s1 phones-per-second']],
    ['540 phones', 50, 540, {}, []], ['541 phones', 50, 541, {}, ['s1 phones']],
    ['a peak of 2.2', 5, 50, { peakDbfs: 20 * Math.log10(2.2) - 1e-9 }, []], ['a peak of 2.3', 5, 50, { peakDbfs: 20 * Math.log10(2.3) }, ['both peak']], ['digital silence', 5, 50, { peakDbfs: -200 }, ['both silence']],
  ] as const)('knows what the trainers do with %s', (_, durationSec, phones, measurements, expected) => expect(rules(durationSec, phones, measurements)).toEqual(expected));
  it('finds file names that clash', () => {
    expect(planPreflight({ utterances: [said('a', 5), { ...said('b', 5), path: 'other/a.wav' }], phonesOf: () => 50 }).drops).toMatchObject([{ clip: 'b', trainer: 'both', rule: 'name' }]);
  });
  // The figures of the real trainer: 10 clips → "dataset.__len__(): 100", 25 batches of 4; batch 32 of 10 clips → 4 batches, nothing learnt.
  it.each([[10, 4, { repeatedTo: 100, batchSize: 4, batches: 25 }, 0], [10, 32, { repeatedTo: 100, batchSize: 25, batches: 4 }, 1], [99, 8, { repeatedTo: 198, batchSize: 8, batches: 25 }, 0], [150, 8, { repeatedTo: 150, batchSize: 8, batches: 19 }, 0], [1, 8, { repeatedTo: 100, batchSize: 8, batches: 13 }, 0], [0, 8, { repeatedTo: 0 }, 2]])('foretells a GPT epoch of %i clips in batches of %i', (clips, gptBatchSize, s1, problems) => {
    const plan = planPreflight({ utterances: Array.from({ length: clips }, (_, at) => said(`c${at}`, 5)), phonesOf: () => 50, gptBatchSize });
    expect(plan.s1).toMatchObject(s1);
    expect(plan.problems).toHaveLength(problems);
  });
  it('accounts for every clip of each trainer', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.double({ min: 0, max: 70, noNaN: true }), fc.nat(700), fc.double({ min: -150, max: 10, noNaN: true })), { maxLength: 30 }), (rows) => {
      const utterances = rows.map(([sec], at) => said(`c${at}`, sec));
      const plan = planPreflight({ utterances, clips: new Map(rows.map(([, , peakDbfs], at) => [`c${at}`, { measurements: { peakDbfs } }])), phonesOf: ({ clip }) => rows[Number(clip.slice(1))]![1] });
      for (const trainer of ['s1', 's2'] as const) expect(plan[trainer].items + new Set(plan.drops.filter((drop) => drop.trainer === trainer || drop.trainer === 'both').map(({ clip }) => clip)).size).toBe(rows.length);
    }));
  });
});

const real = join(import.meta.dirname, '../../../../../shared/vectors/engine/exp/2-name2text.txt');
describe('countPhones', () => {
  it.skipIf(!existsSync(real))('counts what the engine’s own text stage counted (skipped where its output is not there)', async () => {
    const pronouncer = await loadPronouncer('en');
    const rows = readFileSync(real, 'utf8').trim().split('\n').map((line) => line.split('\t') as [string, string, string, string]);
    expect(rows.length).toBeGreaterThan(5);
    for (const [name, phones, , text] of rows) {
      const language = name.startsWith('zh') ? 'zh' : 'en';
      const counted = countPhones(text, language, (word) => pronouncer?.wordPhones(word) ?? null);
      const there = phones.split(' ').length;
      if (language === 'zh') expect(counted).toBe(there);
      else expect(Math.abs(counted / there - 1), `${name}: ${counted} for ${there}`).toBeLessThan(0.03);
      expect(Math.abs(countPhones(text, language) / there - 1), `${name} without a dictionary`).toBeLessThan(0.15);
    }
  });
});
