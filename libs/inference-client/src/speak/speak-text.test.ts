import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClientError } from '../errors.js';
import type { SynthesisRequest } from '../request.js';
import { formatSrt, formatVtt } from './format-cues.js';
import { applyLexicon, parseScript } from './script.js';
import { speakText } from './speak-text.js';
import { planAttempts, synthesizeVerified } from './verify.js';

const REQUEST: SynthesisRequest = { text: '', textLanguage: 'en', promptAudioPath: '/p.wav', promptLanguage: 'en' };
const byDot = (text: string): readonly string[] => text.match(/[^.]+\.?/g) ?? [];

/** A client that says each text as 100 samples a letter, all of one value, and notes what it was asked. */
function fakeClient(answer: (request: SynthesisRequest, call: number) => number | ClientError = () => 0.5) {
  const asked: SynthesisRequest[] = [];
  return {
    asked,
    async synthesize(request: SynthesisRequest) {
      asked.push(request);
      const value = answer(request, asked.length);
      if (value instanceof ClientError) throw value;
      const samples = new Float32Array(request.text.length * 100).fill(value);
      return { audio: { bytes: new Uint8Array(), mediaType: 'audio/wav', sampleRateHz: 1000, channels: 1, durationSec: samples.length / 1000, samples }, timing: { firstByteMs: 0, totalMs: 0, rtf: 0 }, attempts: 1, warnings: [] };
    },
  };
}

describe('parseScript', () => {
  it.each([
    ['sentences and pauses', 'One. Two.[pause:500ms]Three.', ['One.', 'Two.', 0.5, 'Three.']], ['seconds, capitals and blanks', '[PAUSE: 1.5s] Hi', [1.5, 'Hi']],
    ['what holds nothing to say', '… [pause:1s] ?! ', [1]], ['a bracket that is no pause', 'A [pause:soon] b', ['A [pause:soon] b']],
  ])('reads %s', (_, text, expected) => {
    expect(parseScript(text, byDot).map((part) => (part.kind === 'say' ? part.text : part.durationSec))).toEqual(expected);
  });

  it('refuses a pause that is too long', () => expect(() => parseScript('[pause:500s]', byDot)).toThrow('at most 60 s, got [pause:500s]'));
});

describe('applyLexicon', () => {
  it.each([
    ['a Latin word only where it stands alone', 'SQL and MySQL, SQL.', { SQL: 'sequel' }, 'sequel and MySQL, sequel.'], ['Han anywhere', '重庆人在重庆', { 重庆: '崇庆' }, '崇庆人在崇庆'],
    ['the longer of two that begin alike', '重庆市', { 重庆: 'A', 重庆市: 'B' }, 'B'], ['nothing twice', 'New York', { 'New York': 'York', York: 'Nork' }, 'York'], ['signs as they stand', 'C++ (C++)', { 'C++': 'C plus plus' }, 'C plus plus (C plus plus)'],
  ])('replaces %s', (_, text, lexicon, expected) => expect(applyLexicon(text, lexicon as unknown as Record<string, string>)).toBe(expected));
});

describe('speakText', () => {
  it('joins sentences with exact pauses, and says where each lies', async () => {
    const client = fakeClient();
    const { samples, sampleRateHz, sentences } = await speakText(client, { ...REQUEST, text: 'One. Two.[pause:500ms]Three.[pause:1s]' }, { cut: byDot });
    expect(sampleRateHz).toBe(1000);
    expect(sentences.map(({ text, startSec, endSec }) => [text, startSec, endSec])).toEqual([['One.', 0, 0.4], ['Two.', 0.7, 1.1], ['Three.', 1.6, 2.2]]);
    expect(samples.length).toBe(3200);
    expect(sentences.map(({ startSec, endSec }) => samples.subarray(startSec * 1000, endSec * 1000).every((value) => value === 0.5))).toEqual([true, true, true]);
    expect(samples.filter((value) => value !== 0).length).toBe(1400);
  });

  it('is as long as its sentences and pauses, whatever they are', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.tuple(fc.constantFrom('Hi.', 'Longer one.'), fc.option(fc.integer({ min: 0, max: 3000 }))), { minLength: 1, maxLength: 6 }), async (parts) => {
      const text = parts.map(([sentence, pauseMs]) => sentence + (pauseMs === null ? '' : `[pause:${pauseMs}ms]`)).join(' ');
      const { samples } = await speakText(fakeClient(), { ...REQUEST, text }, { cut: byDot, pauseSec: 0.25 });
      const speech = parts.reduce((sum, [sentence]) => sum + sentence.length * 100, 0);
      const pauses = parts.reduce((sum, [, pauseMs], index) => sum + (pauseMs ?? (index === parts.length - 1 ? 0 : 250)), 0);
      expect(samples.length).toBe(speech + pauses);
    }));
  });

  it('gives the engine the words of the lexicon and keeps the text’s own for the cues', async () => {
    const client = fakeClient();
    const { sentences } = await speakText(client, { ...REQUEST, text: 'Use SQL.' }, { lexicon: { SQL: 'sequel' } });
    expect([client.asked[0]?.text, sentences[0]?.text]).toEqual(['Use sequel.', 'Use SQL.']);
    expect(formatSrt(sentences)).toBe('1\n00:00:00,000 --> 00:00:01,100\nUse SQL.\n');
    expect(formatVtt([{ text: 'a < b &\n\nc', startSec: 3661.5, endSec: 3662 }])).toBe('WEBVTT\n\n01:01:01.500 --> 01:01:02.000\na &lt; b &amp; c\n');
  });

  it('refuses a text without words before anything is asked', async () => {
    const client = fakeClient();
    await expect(speakText(client, { ...REQUEST, text: '…[pause:1s]' })).rejects.toMatchObject({ code: 'CLIENT_REQUEST_INVALID' });
    expect(client.asked).toEqual([]);
  });
});

describe('synthesizeVerified', () => {
  const prompts = [{ promptAudioPath: '/q.wav', promptText: 'other', promptLanguage: 'en' }];
  const run = (rates: readonly (number | null)[], options: object = {}) => {
    const client = fakeClient((_, call) => (rates[call - 1] === null ? new ClientError('CLIENT_ENGINE_SILENCE', 'silent') : call / 100));
    return { client, result: synthesizeVerified(client, { ...REQUEST, text: 'Hello', seed: 5 }, { judge: async (audio) => rates[Math.round((audio.samples?.[0] ?? 0) * 100) - 1] ?? 0, attempts: 5, otherPrompts: prompts, ...options }) };
  };

  it('stops at the first that is understood', async () => {
    const { client, result } = run([0.5, 0.05, 0]);
    expect(await result).toMatchObject({ errorRate: 0.05, passed: true, attempts: [{ changed: 'nothing', errorRate: 0.5 }, { changed: 'seed', errorRate: 0.05 }] });
    expect(client.asked.map(({ seed }) => seed)).toEqual([5, 6]);
  });

  it('tries seed, prompt, cut, then seeds, within its cost, and gives the best', async () => {
    const { client, result } = run([0.5, 0.4, 0.2, 0.3, 0.6]);
    const done = await result;
    expect(done).toMatchObject({ errorRate: 0.2, passed: false });
    expect(done.attempts.map(({ changed }) => changed)).toEqual(['nothing', 'seed', 'prompt', 'split', 'seed']);
    expect(client.asked.map(({ promptAudioPath, splitMethod, seed }) => [promptAudioPath, splitMethod, seed])).toEqual([['/p.wav', undefined, 5], ['/p.wav', undefined, 6], ['/q.wav', undefined, 5], ['/p.wav', 'cut0', 5], ['/p.wav', undefined, 7]]);
    expect(Math.round((done.audio.samples?.[0] ?? 0) * 100)).toBe(3);
  });

  it('counts silence as a try, and throws it when there was nothing else', async () => {
    expect(await run([null, 0]).result).toMatchObject({ errorRate: 0, attempts: [{ errorRate: null }, { errorRate: 0 }] });
    await expect(run([null, null], { attempts: 2 }).result).rejects.toMatchObject({ code: 'CLIENT_ENGINE_SILENCE' });
  });

  it.each([['a judge without a number', { judge: async () => NaN }, 'judge must answer'], ['no attempts', { attempts: 0 }, 'attempts must be'], ['a negative rate', { maxErrorRate: -1 }, 'maxErrorRate must be']])('refuses %s', async (_, options, words) => {
    await expect(run([0.5], options).result).rejects.toThrow(words);
  });

  it('never repeats a try, for any seed', () => {
    fc.assert(fc.property(fc.integer({ min: -1, max: 2 ** 31 - 1 }), (seed) => {
      const plan = planAttempts({ ...REQUEST, text: 'a', seed }, prompts);
      const tries = Array.from({ length: 8 }, () => JSON.stringify(plan.next().value.request));
      expect(new Set(tries).size).toBe(8);
    }));
  });
});
