import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Utterance } from '../manifest.js';
import { PROMPT_RANGE_SEC, rankPrompts } from './rank-prompts.js';

const said = (clip: string, durationSec: number, text = 'a'.repeat(Math.round(durationSec * 10)) + '.'): Utterance => ({ clip, path: `clips/${clip}.wav`, recordingId: 'r', recordingPath: 'r.wav', durationSec, speaker: 's', language: 'en', text });
const order = (given: Parameters<typeof rankPrompts>[0]) => rankPrompts(given).map(({ utterance }) => utterance.clip);
const measured = (of: Record<string, Record<string, number | null>>) => new Map(Object.entries(of).map(([id, measurements]) => [id, { measurements }]));

it.each([
  ['length', { utterances: [said('long', 9.5), said('good', 6)], clips: new Map() }],
  ['a complete sentence', { utterances: [said('open', 6, 'a'.repeat(60)), said('good', 6)], clips: new Map() }],
  ['clean samples', { utterances: [said('clipped', 6), said('good', 6)], clips: measured({ clipped: { clippedSamples: 3 }, good: { clippedSamples: 0 } }) }],
  ['little noise', { utterances: [said('noisy', 6), said('good', 6)], clips: measured({ noisy: { snrDb: 8 }, good: { snrDb: 30 } }) }],
  ['noise that is well below the voice too', { utterances: [said('fair', 6), said('good', 6)], clips: measured({ fair: { snrDb: 24 }, good: { snrDb: 36 } }) }],
  ['the speaker', { utterances: [said('another', 6), said('good', 6)], clips: new Map(), similarities: new Map([['another', 0.6], ['good', 0.9]]) }],
  ['pace', { utterances: [said('fast', 6, 'a'.repeat(150) + '.'), said('good', 6), said('x', 6.2), said('y', 6.3, 'a'.repeat(65) + '.')], clips: new Map() }],
  ['pitch', { utterances: [said('high', 6), said('good', 6), said('x', 6.2), said('y', 6.3)], clips: measured({ high: { f0MedianHz: 320 }, good: { f0MedianHz: 200 }, x: { f0MedianHz: 198 }, y: { f0MedianHz: 203 } }) }],
])('prefers by %s', (_, given) => {
  const [bad] = given.utterances;
  expect(order(given)).toContain('good');
  expect(order(given).at(-1)).toBe(bad!.clip);
});
it('takes no clip for better because it is cleaner than clean', () => {
  const [a, b] = rankPrompts({ utterances: [said('a', 6), said('b', 6)], clips: measured({ a: { snrDb: 36 }, b: { snrDb: 60 } }) });
  expect(a!.cost).toBe(b!.cost);
});
it('says why', () => {
  const [best] = rankPrompts({ utterances: [said('good', 6)], clips: measured({ good: { snrDb: 31.24, f0MedianHz: 201 } }), similarities: new Map([['good', 0.9]]) });
  expect(best!.reasons).toEqual(['6.00 s', 'a complete sentence', 'SNR 31.2 dB', 'similarity to the speaker 0.900', '10.0 characters a second (speaker 10.0)', 'pitch 201 Hz (speaker 201)']);
});
it('ranks each utterance of a length that the engine takes, once, the cheapest first', () => {
  fc.assert(fc.property(fc.array(fc.double({ min: 0.6, max: 20, noNaN: true }), { maxLength: 30 }), (lengths) => {
    const ranked = rankPrompts({ utterances: lengths.map((sec, i) => said(`c${i}`, sec)), clips: new Map() });
    expect(ranked.map(({ utterance }) => utterance.clip).sort()).toEqual(lengths.flatMap((sec, i) => (sec >= PROMPT_RANGE_SEC[0] && sec <= PROMPT_RANGE_SEC[1] ? [`c${i}`] : [])).sort());
    expect(ranked.every(({ cost }, i) => cost >= 0 && (i === 0 || cost >= ranked[i - 1]!.cost))).toBe(true);
  }));
});
