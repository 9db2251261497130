import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeText } from './decode-text.js';
import { parseLjspeechMetadata } from './parse-ljspeech-metadata.js';
import { parseSrt } from './parse-srt.js';
import { parseTrainingList } from './parse-training-list.js';
import { parseVtt } from './parse-vtt.js';
import { anyText } from '../../test/any-text.js';

describe('parseSrt', () => {
  it('reads numbers, times and lines, and says where each cue stands', () => {
    const text = '1\n00:00:00,800 --> 00:00:10,455\nPrinting, in the only sense\nwith which\n\n2\n01:02:03,004 --> 01:02:04,500\nsecond\n';
    expect(parseSrt(text)).toEqual({
      cues: [
        { startSec: 0.8, endSec: 10.455, text: 'Printing, in the only sense with which', line: 2 },
        { startSec: 3723.004, endSec: 3724.5, text: 'second', line: 7 },
      ],
      problems: [],
    });
  });
  it.each([
    ['a byte-order mark and CRLF', '\uFEFF1\r\n00:00:01,000 --> 00:00:02,000\r\nhi\r\n\r\n'],
    ['CR alone', '1\r00:00:01,000 --> 00:00:02,000\rhi\r'],
    ['no numbers', '00:00:01,000 --> 00:00:02,000\nhi'],
    ['points for commas, one digit, no hours', '1\n0:01.0 --> 00:02,0\nhi\n'],
    ['positions after the times', '1\n00:00:01,000 --> 00:00:02,000 X1:40 X2:600\nhi\n'],
    ['markup', '1\n00:00:01,000 --> 00:00:02,000\n{\\an8}<i>hi</i>\n'],
    ['blank lines before', '\n\n1\n00:00:01,000 --> 00:00:02,000\nhi\n'],
  ])('reads %s', (_, text) => {
    const { cues, problems } = parseSrt(text);
    expect(cues.map(({ startSec, endSec, text: words }) => [startSec, endSec, words])).toEqual([[1, 2, 'hi']]);
    expect(problems).toEqual([]);
  });
  it('finds the next cue without a blank line between', () => {
    const { cues } = parseSrt('1\n00:00:01,000 --> 00:00:02,000\nhi\n2\n00:00:03,000 --> 00:00:04,000\n42\nho');
    expect(cues.map((c) => c.text)).toEqual(['hi', '42 ho']);
  });
  it('joins lines with nothing when told', () => {
    expect(parseSrt('1\n00:00:01,000 --> 00:00:02,000\n希望\n你好\n', '').cues[0]?.text).toBe('希望你好');
  });
  it('keeps < and > that are no markup', () => {
    expect(parseSrt('00:00:01,000 --> 00:00:02,000\n3 < 4 and 5 > 2\n').cues[0]?.text).toBe('3 < 4 and 5 > 2');
  });
  it('reports what it does not understand, by line', () => {
    const { cues, problems } = parseSrt('1\n00:00:05,000 --> 00:00:02,000\nbackwards\n\n2\n00:00:xx --> 00:00:04,000\nbad\n');
    expect(cues).toEqual([]);
    expect(parseSrt('lost words\n00:00:01,5 --> 00:00:02,25\nhi').problems).toMatchObject([{ line: 1, used: false }]);
    expect(parseSrt('00:00:01,5 --> 00:00:02,25\nhi').cues).toMatchObject([{ startSec: 1.5, endSec: 2.25 }]);
    expect(problems.map(({ line, message, used }) => [line, message.split(':')[0], used])).toEqual([
      [2, 'ends before it starts', false], [5, 'text without times', false], [6, 'times not understood', false], [7, 'text without times', false],
    ]);
  });
  it('reads back what is written, whatever the words', () => {
    const word = fc.stringMatching(/^[a-z一-龥]{1,8}$/);
    fc.assert(fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 35_999_999 }), fc.integer({ min: 0, max: 20_000 }), word), { maxLength: 8 }), (rows) => {
      const time = (ms: number) => `${String(Math.floor(ms / 3_600_000)).padStart(2, '0')}:${String(Math.floor(ms / 60_000) % 60).padStart(2, '0')}:${String(Math.floor(ms / 1000) % 60).padStart(2, '0')},${String(ms % 1000).padStart(3, '0')}`;
      const text = rows.map(([start, length, words], i) => `${i + 1}\n${time(start)} --> ${time(start + length)}\n${words}\n\n`).join('');
      expect(parseSrt(text).cues.map((c) => [c.startSec, c.endSec, c.text])).toEqual(rows.map(([start, length, words]) => [start / 1000, (start + length) / 1000, words]));
    }));
  });
  it('never throws', () => {
    fc.assert(fc.property(anyText(), (text) => { parseSrt(text); parseVtt(text); parseTrainingList(text); parseLjspeechMetadata(text); }));
  });
});

describe('parseVtt', () => {
  it('passes over header, notes and styles, and takes tags, settings and references off', () => {
    const text = 'WEBVTT - title\nKind: captions\n\nNOTE\nnothing --> here\n\nSTYLE\n::cue {}\n\nintro\n00:01.000 --> 00:02.500 align:start\n<v Ann>a &amp; b&constructor;</v> <00:00:02.000><c.x>c</c>\n';
    expect(parseVtt(text)).toEqual({ cues: [{ startSec: 1, endSec: 2.5, text: 'a & b&constructor; c', line: 11 }], problems: [] });
  });
});

describe('parseTrainingList', () => {
  it('reads both forms, with line numbers', () => {
    const { entries, problems } = parseTrainingList('\uFEFF# comment\r\na.wav|s|zh|你好\r\n\r\n "d/b c.wav" |s|hello\r\n');
    expect(entries).toEqual([
      { line: 2, path: 'a.wav', speaker: 's', language: 'zh', text: '你好' },
      { line: 4, path: 'd/b c.wav', speaker: 's', language: null, text: 'hello' },
    ]);
    expect(problems.map(({ line, used, fix }) => [line, used, fix])).toEqual([[1, true, 'save it as UTF-8 without one'], [1, true, 'save it with line ends of Unix'], [4, true, 'write paths without them']]);
    expect(parseTrainingList('a.wav|s|ZH|你好\n').problems).toEqual([]);
  });
  it.each([['ZH', 'zh'], ['zh', 'zh'], ['JP', 'ja'], ['ja', 'ja'], ['EN', 'en'], ['Ko', 'ko'], ['YUE', 'yue']])('reads language %s', (code, language) => {
    expect(parseTrainingList(`a.wav|s|${code}|t`).entries[0]?.language).toBe(language);
  });
  it('reports each row that it cannot use or that it repaired', () => {
    const { entries, problems } = parseTrainingList('a.wav|hello\nb.wav|s|FR|bonjour\nc.wav|s|EN|one|two\n|s|EN|x\nplain\n');
    expect(entries.map((e) => [e.line, e.text])).toEqual([[3, 'one two']]);
    expect(problems.map(({ line, used }) => [line, used])).toEqual([[1, false], [2, false], [3, true], [4, false], [5, false]]);
    expect(problems[1]?.message).toContain('"FR"');
    expect(parseTrainingList('a.wav|s|zh_CN|您好\nb.wav|s|Hello there|you\nc.wav\ts\tEN\thi\n').problems.map(({ fix }) => fix)).toEqual(['write ZH', 'put a comma for the | in the text: b.wav|s|Hello there，you', 'put | between the columns']);
  });
  it('accounts for every line that is not blank or a comment', () => {
    fc.assert(fc.property(fc.array(fc.stringMatching(/^[ab|Z# ENzh.]{0,14}$/), { maxLength: 12 }), (lines) => {
      const { entries, problems } = parseTrainingList(lines.join('\n'));
      const rows = lines.flatMap((line, i) => (line.trim() === '' || line.trimStart().startsWith('#') ? [] : [i + 1]));
      expect([...entries.map((e) => e.line), ...problems.filter((p) => !p.used).map((p) => p.line)].sort((a, b) => a - b)).toEqual(rows);
    }));
  });
});

describe('parseLjspeechMetadata', () => {
  it('takes the normalised text, or the only one', () => {
    expect(parseLjspeechMetadata('LJ1|in 1455|in fourteen fifty-five\nLJ2|only\nLJ3|raw|\n').entries.map((e) => [e.line, e.id, e.text])).toEqual([
      [1, 'LJ1', 'in fourteen fifty-five'], [2, 'LJ2', 'only'], [3, 'LJ3', 'raw'],
    ]);
  });
  it('reports rows of another shape', () => {
    expect(parseLjspeechMetadata('one\na|b|c|d\n|x\n').problems.map((p) => p.line)).toEqual([1, 2, 3]);
  });
  it('reads the Coqui header', () => {
    expect(parseLjspeechMetadata('audio_file|text|speaker_name\nwavs/a.wav|hi|ann\n').entries).toEqual([{ line: 2, id: 'wavs/a.wav', text: 'hi', speaker: 'ann' }]);
  });
});

describe('decodeText', () => {
  it('takes a byte-order mark off', () => {
    expect(decodeText(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toEqual({ ok: true, text: 'a' });
  });
  it('names the line where a file stops being UTF-8', () => {
    expect(decodeText(Uint8Array.of(0x61, 10, 0xb0, 0xa1, 10, 0x62))).toMatchObject({ ok: false, line: 2 });
  });
  it('names UTF-16 that is cut off', () => {
    expect(decodeText(Uint8Array.of(0xff, 0xfe, 0x61, 0, 0x62))).toMatchObject({ ok: false, line: 1, message: expect.stringContaining('UTF-16') });
  });
});
