// One prompt for each emotion, and how a sentence is read.
import { describe, expect, it } from 'vitest';
import { choosePrompt } from '../src/choose-prompt.js';
import { speakText } from '../src/speak/speak-text.js';
import { clientOf, promptPath, request, standIn, tone } from './support/bench.js';

const glad = { promptAudioPath: 'glad.wav', promptText: 'How nice!', promptLanguage: 'en' };

describe('emotion', () => {
  it('takes the prompt of the emotion, with its own words and without the other prompt’s length', () => {
    const chosen = choosePrompt({ ...request(), promptDurationSec: 4, emotion: 'glad', emotionPrompts: { glad: { promptAudioPath: 'glad.wav', promptLanguage: 'en' } } });
    expect(chosen.warnings).toEqual([]);
    expect(chosen.request).toEqual({ text: request().text, textLanguage: 'en', promptAudioPath: 'glad.wav', promptLanguage: 'en' });
  });
  it.each([['neutral', []], ['furious', ['emotion "furious" has no prompt audio: the voice\'s own was taken; there are neutral, glad']], ['toString', ['emotion "toString" has no prompt audio: the voice\'s own was taken; there are neutral, glad']]])('%s is the voice’s own prompt', (emotion, warnings) => {
    expect(choosePrompt({ ...request(), emotion, emotionPrompts: { glad } })).toEqual({ request: request(), warnings });
  });
  it.each(['api-v2', 'api', 'guide'] as const)('reaches a server of the %s dialect as a prompt, never as a field', async (dialect) => {
    const seen: Record<string, unknown>[] = [];
    const client = clientOf(await standIn(dialect, { promptFiles: 'trust', onRequest: ({ body }) => void seen.push(body) }));
    await client.synthesize(request({ emotion: 'glad', emotionPrompts: { glad } }));
    const { warnings } = await client.synthesize(request({ emotion: 'furious', emotionPrompts: { glad } }));
    expect(seen.map((body) => [body['ref_audio_path'] ?? body['refer_wav_path'], body['prompt_text'], 'emotion' in body])).toEqual([['glad.wav', 'How nice!', false], [promptPath(), 'hello', false]]);
    expect(warnings).toHaveLength(1);
  });
});

it('reads a sentence after the lexicon, tells it as it stood, and has it judged so', async () => {
  const asked: string[] = [];
  const judged: string[] = [];
  const client = { async synthesize({ text }: { readonly text: string }) {
    asked.push(text);
    return { audio: { bytes: new Uint8Array(0), mediaType: 'audio/wav', samples: tone(1), sampleRateHz: 32_000, channels: 1, durationSec: 1 }, timing: { firstByteMs: 1, totalMs: 1, rtf: 0 }, attempts: 1, warnings: [] };
  } };
  const judge = async (_: object, sentence: string): Promise<number> => judged.push(sentence) * 0;
  const { sentences } = await speakText(client, request({ text: 'VIP 10086', textLanguage: 'zh' }), { lexicon: { VIP: '贵宾' }, read: (sentence) => sentence.replace('10086', '幺零零八六'), verify: { judge } });
  expect([asked, judged, sentences.map(({ text }) => text)]).toEqual([['贵宾 幺零零八六'], ['VIP 10086'], ['VIP 10086']]);
});
