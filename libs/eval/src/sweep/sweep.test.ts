import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planSweep } from './plan-sweep.js';
import { clipMerit, type EpochPair, sweepCheckpoints } from './sweep-checkpoints.js';

const grid = (gpt: readonly number[], sovits: readonly number[]): EpochPair[] => gpt.flatMap((gptEpoch) => sovits.map((sovitsEpoch) => ({ gptEpoch, sovitsEpoch })));
const sentences = Array.from({ length: 8 }, (_, i) => `s${i}`);
const PAIRS = grid([5, 10, 15], [2, 4, 6, 8]);

describe('the budget', () => {
  it('halves the pairs and doubles the sentences; what was spoken is not spoken again', () => {
    expect(planSweep({ pairs: 12, sentences: 8 })).toEqual({
      rounds: [{ pairs: 12, sentences: 2, syntheses: 24 }, { pairs: 6, sentences: 4, syntheses: 12 }, { pairs: 3, sentences: 8, syntheses: 12 }, { pairs: 2, sentences: 8, syntheses: 0 }],
      syntheses: 48,
    });
  });
  it('never exceeds the whole grid, and ends with every sentence for the last', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 8 }), (pairs, count, firstSentences) => {
      const plan = planSweep({ pairs, sentences: count, firstSentences });
      expect(plan.syntheses).toBeLessThanOrEqual(pairs * count);
      expect(plan.rounds.at(-1)).toMatchObject({ pairs: Math.min(2, pairs), sentences: count });
    }));
  });
  it('refuses no pairs', () => expect(() => planSweep({ pairs: 0, sentences: 3 })).toThrow('pairs must be a positive integer, got 0'));
});

describe('the sweep', () => {
  const planted = (best: EpochPair) => async ({ gptEpoch, sovitsEpoch }: EpochPair, sentence: string): Promise<number> =>
    0.9 - 0.03 * Math.abs(gptEpoch - best.gptEpoch) - 0.03 * Math.abs(sovitsEpoch - best.sovitsEpoch) - 0.004 * Number(sentence.slice(1));

  it.each(PAIRS.map((best) => [best.gptEpoch, best.sovitsEpoch, best] as const))('finds GPT %i with SoVITS %i, within budget, none spoken twice', async (_, __, best) => {
    const spoken: string[] = [];
    const merit = planted(best);
    const result = await sweepCheckpoints({ pairs: PAIRS, sentences, merit: (pair, sentence) => { spoken.push(`${pair.gptEpoch}-${pair.sovitsEpoch}-${sentence}`); return merit(pair, sentence); } });
    expect(result.pick).toBe(best);
    expect(result.runnerUp).not.toBeNull();
    expect(spoken).toHaveLength(planSweep({ pairs: 12, sentences: 8 }).syntheses);
    expect(new Set(spoken).size).toBe(spoken.length);
    expect(result.entries).toHaveLength(12);
    expect(result.why).toContain(`GPT epoch ${best.gptEpoch} with SoVITS epoch ${best.sovitsEpoch} is the best of 12 pairs: merit`);
  });

  it('takes the less trained of equals, and says so', async () => {
    const result = await sweepCheckpoints({ pairs: [...PAIRS].reverse(), sentences, merit: async () => 0.5 });
    expect([result.pick, result.runnerUp]).toEqual([{ gptEpoch: 5, sovitsEpoch: 2 }, { gptEpoch: 5, sovitsEpoch: 4 }]);
    expect(result.why).toContain('which is as good; the less trained one is taken');
  });

  it('takes the less trained of two that their sentences do not tell apart, and says so; the more trained when they do', async () => {
    const two = [{ gptEpoch: 4, sovitsEpoch: 4 }, { gptEpoch: 2, sovitsEpoch: 4 }];
    const by = (more: readonly number[]) => sweepCheckpoints({ pairs: two, sentences: sentences.slice(0, more.length), merit: async ({ gptEpoch }, sentence) => 0.8 + (gptEpoch === 4 ? more[Number(sentence.slice(1))]! : 0) });
    const near = await by([0.02, -0.018, 0.015, -0.009]); // 0.002 more on the mean, standard error 0.0091
    expect(near).toMatchObject({ pick: two[1], runnerUp: two[0], distinguishable: false, entries: [{ merit: 0.8 }, { merit: 0.802 }] });
    expect(near.why).toContain('Runner-up: GPT epoch 4 with SoVITS epoch 4 with 0.802, not distinguishable on these sentences; the less trained one is taken');
    const wide = await by([0.1, -0.05, 0.06, -0.03]); // 0.02 more, standard error 0.036: too much to give away
    expect(wide).toMatchObject({ pick: two[0], distinguishable: false });
    expect(wide.why).toContain('not distinguishable on these sentences; the higher merit is taken');
    const far = await by([0.02, 0.018, 0.015, 0.009]); // 0.0155 more, standard error 0.0024
    expect(far).toMatchObject({ pick: two[0], runnerUp: two[1], distinguishable: true });
    expect(far.why).toContain('0.015 less');
  });

  it('counts a sentence that fails as 0, with its reason, and goes on', async () => {
    const result = await sweepCheckpoints({ pairs: PAIRS.slice(0, 2), sentences, merit: async ({ sovitsEpoch }, sentence) => {
      if (sovitsEpoch === 2 && sentence === 's3') throw Object.assign(new Error('engine said 400'), { code: 'CLIENT_HTTP' });
      return sovitsEpoch === 2 && sentence === 's4' ? null : 0.8;
    } });
    expect(result.pick).toEqual({ gptEpoch: 5, sovitsEpoch: 4 });
    expect(result.entries[1]).toMatchObject({ merit: 0.6, failed: 2, sentences: 8 });
    expect(result.problems.map(({ sentence, code }) => [sentence, code])).toEqual([['s3', 'CLIENT_HTTP'], ['s4', 'EVAL_OUTPUT_FAULTY']]);
  });

  it('has one pair to pick, refuses a merit out of range, and stops when aborted', async () => {
    expect(await sweepCheckpoints({ pairs: PAIRS.slice(0, 1), sentences, merit: async () => 1 })).toMatchObject({ pick: PAIRS[0], runnerUp: null, why: expect.stringContaining('the only pair') as string });
    await expect(sweepCheckpoints({ pairs: PAIRS, sentences, merit: async () => NaN })).rejects.toThrow('a merit must lie within 0…1, got NaN');
    const stop = new AbortController();
    await expect(sweepCheckpoints({ pairs: PAIRS, sentences, signal: stop.signal, merit: async () => { stop.abort(new Error('enough')); throw new Error('the operation was aborted'); } })).rejects.toThrow('enough');
  });
});

it('weighs the measures there are, and none that there is not', () => {
  expect(clipMerit({ similarity: 0.8, p808: 3, intelligibility: null })).toBeCloseTo(0.65, 12);
  expect(clipMerit({ similarity: -0.2, p808: null, intelligibility: 1 })).toBe(0.5);
  expect(clipMerit({ similarity: null, p808: null, intelligibility: null })).toBeNull();
});

it('takes a tenth for every kind of warning, once a kind, so that a fault that all have does not hide another', () => {
  const merit = (...findings: readonly [string, 'warning' | 'note'][]) => clipMerit({ similarity: 0.8, p808: 3, intelligibility: null }, findings.map(([code, level]) => ({ code, level, message: '', value: 1 })));
  expect(merit(['OUTPUT_CUT_OFF', 'warning'])).toBeCloseTo(0.65 * 0.9, 12);
  expect(merit(['OUTPUT_CUT_OFF', 'warning'], ['OUTPUT_CUT_OFF', 'warning'], ['OUTPUT_DROPOUT', 'warning'])).toBeCloseTo(0.65 * 0.81, 12);
});
