// What counts as understood, in the languages of the engine.
import { expect, it } from 'vitest';
import { judgeWords } from './judge.js';

it.each([
  ['Hello there.', 'hello there', 'en', 'zh', 0], ['Hello there.', 'hello bear', 'en', 'zh', 0.5], ['Hello there.', '', 'all_en', 'zh', 1],
  ['您好，请问。', '您好请问', 'all_zh', 'en', 0], ['您好，请问。', '你好请问', 'zh', 'en', 0.25], ['您好请问', '你好请问', 'auto', 'zh', 0.25], ['您好请问', '你好请问', 'auto_yue', 'yue', 0.25],
  ['…', 'anything', 'en', 'en', 0],
] as const)('%s heard as %s (%s, a voice of %s)', (sentence, heard, language, ofVoice, rate) => expect(judgeWords(sentence, heard, language, ofVoice)).toBeCloseTo(rate, 10));
