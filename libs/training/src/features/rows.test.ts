import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { SEMANTIC_HEADER, formatRows, isSpoken, lettersLost, parseSemanticRows, parseTextRows, refuseForGpt, refuseForSovits } from './rows.js';

const EXP = fileURLToPath(new URL('../../../../../shared/vectors/engine/exp/', import.meta.url));
describe.skipIf(!existsSync(EXP))('tables of a real run (needs the shared vectors)', () => {
  const read = (name: string): string => (existsSync(EXP) ? readFileSync(`${EXP}${name}`, 'utf8') : '');
  it('are read and written back byte for byte', () => {
    const text = parseTextRows(read('2-name2text.txt'));
    const semantic = parseSemanticRows(read('6-name2semantic.tsv'));
    expect([text.size, semantic.size]).toEqual([10, 10]);
    expect(formatRows([...text.keys()], text, null)).toBe(read('2-name2text.txt'));
    expect(formatRows([...semantic.keys()], semantic, SEMANTIC_HEADER)).toBe(read('6-name2semantic.tsv'));
    for (const [key, { phones }] of text) expect(refuseForGpt(phones.length, semantic.get(key)?.tokens ?? 0)).toBeNull(); // that run trained on all ten
  });
});

describe('rows', () => {
  it.each(['', '\n', 'a.wav\tx y\t[1]', 'a.wav\t\t[1]\ttext', '\tx\t[1]\ttext'])('a text table of %j has none', (text) => expect(parseTextRows(text).size).toBe(0));
  it.each(['', SEMANTIC_HEADER, 'a.wav', 'a.wav\t', 'a.wav\t1 x 2', 'a.wav\t1\t2'])('a semantic table of %j has none', (text) => expect(parseSemanticRows(text).size).toBe(0));
  it('follow the list’s order, whatever the parts’ order', () => {
    expect(formatRows(['a', 'b', 'c'], parseSemanticRows('c\t1\na\t2'), SEMANTIC_HEADER)).toBe(`${SEMANTIC_HEADER}\na\t2\nc\t1\n`);
  });
});

describe('what training leaves out without naming it', () => {
  it.each([[10, 25, true], [75, 25, true], [76, 25, false], [2, 25, false], [300, 54 * 25, true], [300, 54 * 25 + 1, false]])('%i phones on %i tokens: %s', (phones, tokens, taken) => {
    expect(refuseForGpt(phones, tokens) === null).toBe(taken && phones <= 25 * (tokens / 25));
  });
  it.each([[0.6, false], [0.61, true], [53.9, true], [54, false]])('%d s of audio: %s', (sec, taken) => expect(refuseForSovits(sec * 64_000) === null).toBe(taken));
});

describe('what the engine reads of a text', () => {
  it.each([[',', false], ['. . .', false], ['SP UNK -', false], [', HH AY1 .', true], ['n i2', true], ['Yn Yei5', true]])('of %j something is spoken: %s', (phones, spoken) => {
    expect(isSpoken({ phones: phones.split(' ') })).toBe(spoken);
  });
  // As 48b1a01 really normalised them.
  it.each([
    ['您好，歡迎', '', '您好歡迎'], ['Hello 世界 mixed words Привет', 'Hello  mixed words ', '世界Привет'], ['混合English文本。', '混合秒文本.', 'English'],
    ['Café No. 42 IBM', 'Cafe No. forty-two I B M', ''], ['你好，多謝致電', '你好,多谢致电', ''], ['12 %', 'twelve percent', ''],
  ])('of %j as %j it lost %j', (text, read, lost) => expect(lettersLost(text, read)).toBe(lost));
});
