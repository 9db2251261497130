import { describe, expect, it } from 'vitest';
import { foreignLetters, hasWords, LIST_LANGUAGE_CODES, parseLanguage, textJoiner } from './language.js';

describe('languages', () => {
  it.each([['zh', '请打12345，谢谢！', ''], ['zh', '请用VIP卡', 'VIP'], ['en', 'Café, 3 o’clock', ''], ['en', '你好 hello', '你好'], ['ja', 'こんにちは世界ー', ''], ['ko', '안녕하세요', ''], ['yue', '唔該', ''], ['en', 'привет', 'привет']] as const)(
    'in %s, %s has the foreign letters %j', (language, text, letters) => expect(foreignLetters(text, language)).toBe(letters));
  it.each([['。。。', false], [' ', false], ['…!?', false], ['好。', true], ['7', true]])('%j has words: %s', (text, has) => expect(hasWords(text)).toBe(has));
  it('reads every code that it writes', () => {
    for (const [language, code] of Object.entries(LIST_LANGUAGE_CODES)) expect(parseLanguage(code)).toBe(language);
    expect(parseLanguage('constructor')).toBeNull();
  });
  it('puts a space only where words have spaces', () => expect((['zh', 'en', 'ja', 'ko', 'yue'] as const).map(textJoiner)).toEqual(['', ' ', '', ' ', '']));
});
