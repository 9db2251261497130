import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explainPriority, measureNorms, planQueue, QUEUE_POINTS, type ReviewFacts } from './plan-queue.js';

const facts = (more: Partial<ReviewFacts> = {}): ReviewFacts => ({ id: 'a', text: 'x'.repeat(40), durationSec: 4, similarity: 0.85, snrDb: 30, confidence: 1, disagreement: null, findings: [], recut: false, ...more });
const voice = [0.83, 0.84, 0.85, 0.86, 0.87, 0.88].map((similarity, i) => facts({ id: `c${i}`, similarity }));
const norms = measureNorms(voice);
const codes = (more: Partial<ReviewFacts>) => explainPriority(facts(more), norms).reasons.map(({ code }) => code);

describe('the place of a clip in the queue', () => {
  it('has no reason where nothing speaks against a clip', () => {
    expect(explainPriority(facts(), norms)).toEqual({ id: 'a', priority: 0, reasons: [] });
  });
  it.each<[string, Partial<ReviewFacts>, string, RegExp]>([
    ['no words', { text: null }, 'NO_TEXT', /no words/],
    ['another voice', { similarity: 0.41 }, 'SIMILARITY', /0\.41; this voice’s clips have 0\.8[56] ± 0\.02/],
    ['too many words', { text: 'y'.repeat(90) }, 'PACE', /22\.5 characters a second; this voice speaks 10\.0/],
    ['too few words', { text: 'y' }, 'PACE', /0\.3 characters a second/],
    ['noise', { snrDb: 9 }, 'SNR', /9 dB above the noise/],
    ['an unsure recogniser', { confidence: 0.4 }, 'CONFIDENCE', /40 % sure/],
    ['recognisers that differ', { disagreement: 0.25 }, 'DISAGREEMENT', /25 %/],
    ['a finding', { findings: [{ code: 'TEXT_SCRIPT', level: 'warning', message: 'letters', value: null }] }, 'TEXT_SCRIPT', /letters/],
    ['a fresh cut', { recut: true }, 'RECUT', /not heard/],
  ])('is explained: %s', (_, more, code, message) => {
    const { reasons } = explainPriority(facts(more), norms);
    expect(reasons).toMatchObject([{ code, message: expect.stringMatching(message) as string }]);
  });
  it('weighs a clip without words more than one that is a little off', () => {
    expect(planQueue([...voice, facts({ id: 'quiet', snrDb: 18 }), facts({ id: 'mute', text: null })]).slice(0, 2).map(({ id, priority }) => [id, priority])).toEqual([['mute', QUEUE_POINTS.noText], ['quiet', 2]]);
  });
  it('leaves equal clips in the order given, and forgets none', () => {
    expect(planQueue(voice).map(({ id }) => id)).toEqual(voice.map(({ id }) => id));
  });
  it('does not call a trifle an outlier where all clips are alike, nor judge a voice of four clips', () => {
    const alike = measureNorms(Array.from({ length: 9 }, () => facts({ similarity: 0.9 })));
    expect(explainPriority(facts({ similarity: 0.86 }), alike).reasons).toEqual([]);
    expect(measureNorms(voice.slice(0, 4))).toEqual({ similarity: null, charsPerSec: null });
    expect(codes({ similarity: 0.1 })).toEqual(['SIMILARITY']);
  });
  it('laws: the points add up, all are above 0, and a worse figure never gives fewer', () => {
    const any = fc.record({ similarity: fc.option(fc.double({ min: -1, max: 1, noNaN: true })), snrDb: fc.option(fc.double({ min: -10, max: 60, noNaN: true })), confidence: fc.option(fc.double({ min: 0, max: 1, noNaN: true })), disagreement: fc.option(fc.double({ min: 0, max: 2, noNaN: true })), text: fc.option(fc.string({ maxLength: 80 })) });
    fc.assert(fc.property(any, fc.double({ min: 0, max: 1, noNaN: true }), (more, worse) => {
      const place = explainPriority(facts(more), norms);
      expect(place.priority).toBeCloseTo(place.reasons.reduce((sum, { points }) => sum + points, 0), 6);
      for (const { points } of place.reasons) expect(points).toBeGreaterThan(0);
      for (const key of ['similarity', 'snrDb', 'confidence'] as const) {
        const value = more[key];
        if (value !== null) expect(explainPriority(facts({ ...more, [key]: value - worse * (key === 'snrDb' ? 10 : 1) }), norms).priority).toBeGreaterThanOrEqual(place.priority - 1e-9);
      }
    }), { numRuns: 300 });
  });
});
