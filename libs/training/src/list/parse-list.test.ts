import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseEngineList } from './parse-list.js';

it('says of each line whether the engine can use it, and why not', () => {
  const list = parseEngineList(['/a/c1.wav|s|ZH|你好', 'c2.wav|s|FR|bonjour', 'c3.wav|s|zh|a|b', 'c4.wav|s|en| ', '', '|s|zh|x', '/b/c1.wav|s|zh|again', '"C:\\x\\c 5.mp3"|s|Yue|好'].join('\n'));
  expect(list.clips.map(({ id, line, language }) => [id, line, language])).toEqual([['c1', 1, 'zh'], ['c 5.mp3', 8, 'yue']]);
  expect(list.refused.map(({ id, reason }) => `${id}: ${reason}`)).toEqual([
    "c2: line 2 of the list: language 'FR' is not one the engine trains (zh, en, ja, ko, yue)",
    'c3: line 3 of the list: 5 fields where the engine needs four (audio|speaker|language|text)',
    'c4: line 4 of the list: the transcript is empty',
    'line 6: line 6 of the list: no audio file is named',
    'c1: line 7 of the list: another clip is called c1.wav too',
  ]);
  expect(list.duplicates).toEqual([{ key: 'c1.wav', lines: [1, 7] }]);
});

it('accounts for every line', () => {
  fc.assert(fc.property(fc.string(), (text) => {
    const { clips, refused } = parseEngineList(text);
    return clips.length + refused.length === text.replace(/^\ufeff/, '').split('\n').filter((line) => line.replace(/\r$/, '').trim() !== '').length;
  }));
});
