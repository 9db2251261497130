import { expect, it } from 'vitest';
import { scriptOf } from './languages.js';

it('tells the scripts of every code point as Unicode does', () => {
  const scripts = [['han', /[\p{Script=Han}々〆]/u], ['kana', /[\p{Script=Hiragana}\p{Script=Katakana}ー]/u], ['hangul', /\p{Script=Hangul}/u], ['latin', /\p{Script=Latin}/u], ['other', /\p{L}/u], ['none', /[^]/u]] as const;
  for (let code = 0; code < 0x30000; code += 1) {
    if (code >= 0xd800 && code < 0xe000) continue;
    const character = String.fromCodePoint(code);
    const [script] = scripts.find(([, pattern]) => pattern.test(character))!;
    if (scriptOf(character) !== script) expect([code.toString(16), scriptOf(character)]).toEqual([code.toString(16), script]);
  }
  expect(scriptOf('')).toBe('none');
});
