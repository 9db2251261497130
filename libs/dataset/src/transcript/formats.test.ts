import { describe, expect, it } from 'vitest';
import golden from './formats.golden.json' with { type: 'json' };
import type { TranscriptContent } from './content.js';
import { decodeText } from './decode-text.js';
import { parseTranscriptFile } from './read-transcript-file.js';

// Files that each format's own reference tool wrote (tools/golden/transcripts.py); what no tool writes is the example of its specification.
const ROWS = golden.rows as [number, number, string][];
const read = (name: string, text: string, companions: Record<string, string> = {}): TranscriptContent => parseTranscriptFile(name, text, ' ', companions)!;
const timesOf = ({ cues }: TranscriptContent) => cues.flatMap(({ cues: held }) => held.map(({ startSec, endSec, text }) => [startSec, endSec, text]));

describe('files with times', () => {
  it.each([['praatio long_textgrid', 'a.TextGrid'], ['praatio short_textgrid', 'a.TextGrid'], ['textgrid', 'a.textgrid'], ['pysrt', 'a.srt'], ['webvtt-py', 'a.vtt']] as const)('reads what %s wrote', (maker, name) => {
    const content = read(name, golden.files[maker]);
    expect(timesOf(content)).toEqual(ROWS);
    expect(content.cues[0]!.key).toBe('a');
    expect(content.problems.filter(({ used }) => !used)).toEqual([]);
  });
  it('says which tier of a TextGrid it reads', () => {
    expect(read('a.TextGrid', golden.files['praatio long_textgrid']).problems).toEqual([{ line: 1, message: 'tier "utterances" is read; not "phones", "marks"', used: true }]);
  });
  it.each(['utf-16', 'utf-16-be', 'utf-16-le'] as const)('reads a TextGrid in %s, as Praat saves it', (encoding) => {
    const text = golden.files['praatio long_textgrid'];
    const le = Buffer.from(`${encoding === 'utf-16-le' ? '' : '\ufeff'}${text}`, 'utf16le');
    const decoded = decodeText(encoding === 'utf-16-be' ? le.swap16() : le);
    expect(decoded).toMatchObject({ ok: true });
    expect(decoded.ok && timesOf(read('a.TextGrid', decoded.text))).toEqual(ROWS);
  });
  it.each([
    ['cut off', 1, 'a quoted string was expected'], ['of another class', 3, 'it is no TextGrid'],
  ])('names the line of a TextGrid that is %s', (what, _line, message) => {
    const text = golden.files['praatio short_textgrid'];
    const { problems } = read('a.TextGrid', what === 'cut off' ? text.slice(0, text.lastIndexOf('"HH"')) : text.replace('"TextGrid"', '"PitchTier"'));
    expect(problems.some((problem) => problem.message === message && problem.line > 0 && !problem.used)).toBe(true);
  });
  it('reads the example of the Audacity manual: points have no length, frequencies are passed over', () => {
    const content = read('a.txt', '2.150000\t2.150000\tpoint label at 2.15 seconds\n3.400000\t6.100000\tregion label from 3.4 to 6.1 seconds\n\\\t-1.000000\t6334.588867\n');
    expect(timesOf(content)).toEqual([[3.4, 6.1, 'region label from 3.4 to 6.1 seconds']]);
    expect(content.problems).toMatchObject([{ line: 1, used: false }]);
  });
  it('reads Lhotse’s supervisions with its recordings, and its cuts alone', () => {
    const supervisions = read('supervisions.jsonl', golden.files['lhotse supervisions'], { 'recordings.jsonl': golden.files['lhotse recordings'] });
    for (const content of [supervisions, read('cuts.jsonl.gz', golden.files['lhotse cuts'])]) {
      expect(timesOf(content)).toEqual(ROWS);
      expect(content.cues.map(({ key }) => key)).toEqual(['audio/rec-1.wav']);
      expect(content.cues[0]!.cues.map(({ speaker, language }) => [speaker, language])).toEqual([['ann', 'en'], ['ann', 'zh'], ['ann', 'en']]);
      expect(content.problems).toEqual([]);
    }
    expect(read('supervisions.jsonl', golden.files['lhotse supervisions']).cues[0]!.key).toBe('rec-1');
  });
  it('reads a Kaldi folder: segments say where, wav.scp which file', () => {
    const text = 'ann-rec1-1 hello there\nann-rec1-2 two  spaces\nann-rec2-1 lost\n';
    const content = read('data/text', text, { segments: 'ann-rec1-1 rec1 0.50 2.25\nann-rec1-2 rec1 2.75 4.125\n', 'wav.scp': 'rec1 /old/rec 1.wav\nrec2 sph2pipe -f wav r.sph |\n', utt2spk: 'ann-rec1-1 ann\n' });
    expect(content.cues).toEqual([{ key: '/old/rec 1.wav', cues: [{ startSec: 0.5, endSec: 2.25, text: 'hello there', line: 1, speaker: 'ann' }, { startSec: 2.75, endSec: 4.125, text: 'two  spaces', line: 2 }] }]);
    expect(content.problems).toMatchObject([{ line: 3, used: false }]);
    expect(read('text', text).texts.map(({ key }) => key)).toEqual(['ann-rec1-1', 'ann-rec1-2', 'ann-rec2-1']);
  });
});

describe('tables and JSON', () => {
  it.each(['python csv', 'python csv unix'] as const)('reads what %s wrote, line breaks in fields included', (maker) => {
    const { texts, problems } = read('metadata.csv', golden.files[maker]);
    expect(texts.map(({ key, text, speaker, line }) => [key, text, speaker, line])).toEqual([...ROWS.map(([, , text], at) => [`audio/${at}.wav`, text, 'ann', at + 2]), ['audio/3.wav', 'two\nlines', 'ann', 5]]);
    expect(problems).toEqual([]);
  });
  it.each([
    ['semicolons, as where the comma is the decimal mark', 'file;text\r\na.wav;Hello, world\r\nb.wav;"a; ""b"""\r\n'],
    ['capitals', 'File Name,Text\na.wav,"Hello, world"\nb.wav,"a; ""b"""\n'],
    ['columns named in Traditional Chinese', '檔名,文字\na.wav,"Hello, world"\nb.wav,"a; ""b"""\n'],
    ['columns named in Simplified Chinese', '音频;文本\na.wav;Hello, world\nb.wav;"a; ""b"""\n'],
  ])('reads what a spreadsheet saves: %s', (_, text) => {
    expect(read('a.csv', text)).toMatchObject({ texts: [{ key: 'a.wav', text: 'Hello, world', line: 2 }, { key: 'b.wav', text: 'a; "b"', line: 3 }], problems: [] });
  });
  it('says what a table of semicolons lacks', () => {
    expect(read('a.csv', 'file;text\na.wav;one; two\nb.wav;ok\n').problems).toMatchObject([{ line: 2, message: '3 columns where 2 are named', fix: 'put text that holds a semicolon in "…"' }]);
  });
  it('reads a tab-separated table, quotes as they are', () => {
    expect(read('a.tsv', golden.files['python csv tab']).texts.map(({ key, text, speaker }) => [key, text, speaker])).toEqual(ROWS.map(([, , text], at) => [`${at}.mp3`, text, 'ann']));
    expect(read('a.tsv', 'a.wav\thello\nb.wav\t"hi\n').texts.map(({ text }) => text)).toEqual(['hello', '"hi']);
  });
  it('says what a table lacks, with the line and what would mend it', () => {
    expect(read('a.csv', 'file_name,transcription\na.wav,one, two\nb.wav,ok\n,x\n')).toMatchObject({ texts: [{ key: 'b.wav', line: 3 }], problems: [{ line: 2, fix: expect.stringContaining('"…"') as string }, { line: 4, message: 'names no audio' }] });
    expect(parseTranscriptFile('a.csv', 'one,two\n', ' ')).toBe(null);
    expect(parseTranscriptFile('a.csv', 'one;two\n', ' ')).toBe(null);
    expect(parseTranscriptFile('segments.tsv', 'recording\tstart_s\tend_s\n', ' ')).toBe(null);
    expect(read('a.csv', 'file_name,text\na.wav,"open\nb.wav,ok\n').problems).toMatchObject([{ line: 2, used: true }]);
  });
  it.each([
    ['Hugging Face audiofolder', '{"file_name": "train/a.wav", "transcription": "hi", "speaker_id": 7}', { key: 'train/a.wav', text: 'hi', speaker: '7' }],
    ['datasets’ audio column', '{"audio": {"path": "a.wav"}, "sentence": "hi", "locale": "zh-TW"}', { key: 'a.wav', text: 'hi', language: 'zh' }],
    ['NeMo', '{"audio_filepath": "/d/a.wav", "duration": 3.2, "text": "hi"}', { key: '/d/a.wav', text: 'hi' }],
  ])('reads JSON Lines of %s', (_, line, expected) => expect(read('m.jsonl', `${line}\n\n`).texts).toMatchObject([expected]));
  it('reads NeMo’s offsets as times', () => {
    expect(timesOf(read('m.jsonl', '{"audio_filepath": "a.wav", "offset": 1.5, "duration": 2, "text": "hi"}'))).toEqual([[1.5, 3.5, 'hi']]);
  });
  it('reports a line that is no JSON, or no words', () => {
    expect(read('m.jsonl', '{"file_name": "a.wav"}\nnope\n{"a": 1}\n').problems.map(({ line, used }) => [line, used])).toEqual([[1, false], [2, false], [3, false]]);
  });
  const task = (result: object[], more: object = {}) => JSON.stringify([{ id: 1, data: { audio: '/data/local-files/?d=wavs/a%20b.wav' }, ...more, predictions: [{ model_version: 'x', score: 0.9, result }] }]);
  const area = (value: object, id = 'i') => ({ id, from_name: 'transcription', to_name: 'audio', type: 'textarea', value });
  it('reads Label Studio’s text of a whole audio, and the spelling that an SDK used', () => {
    for (const field of ['text', 'textarea']) expect(read('t.json', task([area({ [field]: ['hello'] })])).texts).toMatchObject([{ key: 'wavs/a b.wav', text: 'hello', line: 1 }]);
  });
  it('reads Label Studio’s regions: a label and a text under one id', () => {
    const label = { id: 'i', from_name: 'labels', to_name: 'audio', type: 'labels', value: { start: 1, end: 2.5, labels: ['ann'] } };
    expect(read('t.json', task([label, area({ start: 1, end: 2.5, text: ['hello'] })])).cues).toEqual([{ key: 'wavs/a b.wav', cues: [{ startSec: 1, endSec: 2.5, text: 'hello', line: 1, speaker: 'ann' }] }]);
  });
  it('takes the newest annotation that was not cancelled before any prediction', () => {
    const by = (text: string, updated_at: string, was_cancelled = false) => ({ updated_at, was_cancelled, result: [area({ text: [text] })] });
    expect(read('t.json', task([area({ text: ['machine'] })], { annotations: [by('second', '2026-02-02T00:00:00Z'), by('first', '2026-01-01T00:00:00Z'), by('third', '2026-03-03T00:00:00Z', true)] })).texts.map(({ text }) => text)).toEqual(['second']);
  });
  it('reads Label Studio’s JSON_MIN', () => {
    expect(read('t.json', JSON.stringify([{ audio: '/data/upload/1/0a1b2c3d-a.wav', id: 3, transcription: 'hello', annotator: 1 }])).texts).toMatchObject([{ key: 'a.wav', text: 'hello' }]);
  });
  it('reads Whisper’s JSON as words of the recording it is named after', () => {
    expect(read('call.json', '{"text": "hi ho", "language": "en", "segments": [{"id": 0, "start": 0.5, "end": 1, "text": " hi"}, {"id": 1, "start": 1.5, "end": 2, "text": " ho"}]}').cues).toMatchObject([{ key: 'call', cues: [{ startSec: 0.5, text: 'hi', language: 'en' }, { text: 'ho' }] }]);
  });
  it.each(['{"name": "x"}', '[1, 2]', '[]', 'nope'])('knows JSON that holds no words: %s', (text) => expect(parseTranscriptFile('package.json', text, ' ')).toBe(null));
  it('reads the guide’s lists, which end in .txt', () => {
    expect(read('gpt_train_list.txt', '# list\nd/a.wav|ann|hello\n').texts).toMatchObject([{ key: 'd/a.wav', text: 'hello', speaker: 'ann' }]);
  });
});

describe('encodings', () => {
  it.each(Object.entries(golden.encodings))('knows %s, as Python wrote it', (name, { text, base64 }) => {
    expect(decodeText(Buffer.from(base64, 'base64'))).toMatchObject({ ok: true, text: text.replace(/^\ufeff/, ''), ...(name.startsWith('utf-16') ? {} : { encoding: name === 'gb18030' ? 'gbk' : name }) });
  });
  it('refuses lines of several encodings, naming the first that is not UTF-8', () => {
    const mixed = Buffer.concat([Buffer.from('您好\n'), Buffer.from(golden.encodings.big5.base64, 'base64'), Buffer.from('\n謝謝您\n')]);
    expect(decodeText(mixed)).toMatchObject({ ok: false, line: 2, message: expect.stringContaining('not UTF-8') as string });
  });
  it('refuses what could be several', () => {
    expect(decodeText(Buffer.from([0x61, 0x0a, 0xb0, 0xa1]))).toMatchObject({ ok: false, line: 2 });
  });
});
