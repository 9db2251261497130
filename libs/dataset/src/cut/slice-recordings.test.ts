import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeWav } from '@voxtune/audio';
import { describe, expect, it } from 'vitest';
import { makeSpeech, withFolder } from '../../test/make-audio.js';
import { ingestRecordings } from '../ingest/ingest-recordings.js';
import type { Language } from '../language.js';
import { formatManifest, parseManifest } from '../manifest.js';
import { assignTranscripts } from '../transcript/assign-transcripts.js';
import { readTranscripts } from '../transcript/read-transcripts.js';
import type { EmbedClip } from './slice-recording.js';
import { sliceRecordings } from './slice-recordings.js';

/** Ingests, reads words, cuts and assigns, all in one folder. */
async function prepare(dir: string, { language = 'en' as Language, transcriptPaths = [] as string[] } = {}) {
  const { recordings } = await ingestRecordings({ recordingsDir: dir });
  const sources = await readTranscripts({ recordings, recordingsDir: dir, language, transcriptPaths });
  const clipsDir = join(dir, '.clips');
  const sliced = await sliceRecordings({ recordings, recordingsDir: dir, clipsDir, sources });
  const assigned = assignTranscripts({ clips: sliced.clips, sources, language });
  const wordsOf = (id: string) => assigned.transcripts.find((t) => t.clip === id)?.text ?? null;
  return { recordings, sources, clipsDir, sliced, assigned, rows: sliced.clips.map((c) => [c.recordingPath, c.cut, c.startSec, c.endSec, wordsOf(c.id)]) };
}
const srt = (rows: [number, number, string][]) => rows.map(([a, b, text], i) => `${i + 1}\n00:00:${a.toFixed(3).padStart(6, '0').replace('.', ',')} --> 00:00:${b.toFixed(3).padStart(6, '0').replace('.', ',')}\n${text}\n\n`).join('');
const near = (value: number) => expect.closeTo(value, 1);

describe('sliceRecordings and assignTranscripts', () => {
  it('cuts at cues: each clip has exactly its words, as mono 16-bit WAV at 32 kHz', () => withFolder(async (dir, write) => {
    await write('call 1.wav', makeSpeech(14, [[1, 5], [6, 7], [9, 13]]));
    await write('call 1.srt', srt([[1, 5, 'first'], [6, 7, 'second'], [9, 13, 'third']]));
    const { rows, sliced, clipsDir, recordings } = await prepare(dir);
    expect(rows).toEqual([['call 1.wav', 'cues', near(0.8), near(7.2), 'first second'], ['call 1.wav', 'cues', near(8.8), near(13.2), 'third']]);
    const [first] = sliced.clips;
    expect(first?.id).toBe(`${recordings[0]?.id}-0000025600-0000230400`);
    expect(first?.path).toBe(`clips/${first?.id}.wav`);
    const bytes = await readFile(join(clipsDir, `${first?.id}.wav`));
    const audio = decodeWav(bytes);
    expect([audio.sampleRateHz, audio.channels.length, audio.channels[0]?.length, bytes.length]).toEqual([32_000, 1, 204_800, 44 + 2 * 204_800]);
    expect(first?.measurements?.['f0MedianHz']).toBeCloseTo(150, 0);
    expect(parseManifest('clips', formatManifest(sliced.clips))).toEqual(sliced.clips);
  }));
  it('joins Chinese words with nothing between', () => withFolder(async (dir, write) => {
    await write('a.wav', makeSpeech(6, [[1, 3], [3.4, 5]]));
    await write('a.srt', srt([[1, 3, '您好'], [3.4, 5, '欢迎']]));
    expect((await prepare(dir, { language: 'zh' })).rows).toEqual([['a.wav', 'cues', near(0.8), near(5.2), '您好欢迎']]);
  }));
  it('leaves a short recording whole when its words are known, also under 3 s, and trims long silence', () => withFolder(async (dir, write) => {
    await mkdir(join(dir, 'wavs'));
    await write('wavs/LJ1.wav', makeSpeech(8, [[2, 6]]));
    await write('wavs/LJ2.wav', makeSpeech(2, [[0.2, 1.8]], { pitchHz: 200 }));
    await write('wavs/LJ3.wav', makeSpeech(5, [[0.2, 4.8]], { pitchHz: 220 }));
    await write('metadata.csv', 'LJ1|1 word|one word\nLJ2|two\n');
    await write('wavs/LJ3.txt', 'three\r\nlines\r\n');
    const { rows, sliced } = await prepare(dir);
    expect(rows).toEqual([['wavs/LJ1.wav', 'whole', near(1.5), near(6.5), 'one word'], ['wavs/LJ2.wav', 'whole', 0, 2, 'two'], ['wavs/LJ3.wav', 'whole', 0, 5, 'three lines']]);
    expect(sliced.clips[1]?.findings).toMatchObject([{ code: 'CLIP_SHORT', level: 'note', value: 2 }]);
  }));
  it('slices a long recording without times, and says that its text is no clip’s', () => withFolder(async (dir, write) => {
    await write('a.wav', makeSpeech(16, [[1, 5], [6, 10], [11, 15]]));
    await write('a.txt', 'all of the words');
    const { rows, assigned, sources } = await prepare(dir);
    expect(rows.map((r) => [r[1], r[4]])).toEqual([['slicer', null], ['slicer', null], ['slicer', null]]);
    expect(assigned.withoutText).toHaveLength(3);
    expect(assigned.withoutText[0]?.reason).toBe('the words given for a.wav have no times; give an .srt or .vtt, or have the clip recognised');
    expect(assigned.findings).toMatchObject([{ code: 'TRANSCRIPT_NO_TIMES', file: 'a.txt', line: 1 }]);
    expect(sources.texts).toHaveLength(1);
  }));
  it('takes the words that a person writes for a sliced clip, by its id', () => withFolder(async (dir, write) => {
    await write('a.wav', makeSpeech(11, [[1, 5], [6, 10]]));
    const before = await prepare(dir);
    expect(before.rows.map((r) => r[4])).toEqual([null, null]);
    const [first, second] = before.sliced.clips;
    await mkdir(join(dir, '.t'));
    await write(`.t/${first?.id}.txt`, 'by file\n');
    await write('.t/more.list', `/elsewhere/${second?.id}.wav|s|EN|by list\nr000000000000-0000000000-0000000001.wav|s|EN|for nothing\n`);
    const after = await prepare(dir, { transcriptPaths: [join(dir, '.t')] });
    expect(after.rows.map((r) => r[4])).toEqual(['by file', 'by list']);
    expect(after.assigned.transcripts[1]).toMatchObject({ source: 'import', from: '.t/more.list:1', language: 'en', confidence: null });
    expect(after.assigned.findings).toMatchObject([{ code: 'TRANSCRIPT_UNKNOWN_KEY', file: '.t/more.list', line: 2 }]);
    expect(after.assigned.accounting).toMatchObject({ in: 2, kept: 2 });
  }));
  it('accounts for every cue: what is no clip is dropped by name', () => withFolder(async (dir, write) => {
    await write('a.wav', makeSpeech(20, [[1, 5], [6, 18]]));
    await write('a.srt', srt([[1, 5, 'fine'], [6, 18, 'long'], [30, 33, 'outside'], [5.5, 5.5, 'nothing']]));
    const { rows, sliced } = await prepare(dir);
    expect(rows.map((r) => r[4])).toEqual(['fine']);
    expect(sliced.dropped.map((d) => d.reason.replace(/^a.wav: cue [^:]*: /, '')).sort()).toEqual(['12.00 s, over 10 s; give it finer times', 'it has no length', 'it starts after the recording ends (20.000 s)']);
    expect(sliced.accounting).toMatchObject({ in: 4, kept: 1 });
    expect(new Set(sliced.dropped.map((d) => d.id)).size).toBe(3);
    expect(sliced.findings.map((f) => [f.code, f.file, f.line])).toContainEqual(['CUE_OUTSIDE', 'a.srt', 10]);
  }));
  it('slices a recording whose cues all lie elsewhere, and says so', () => withFolder(async (dir, write) => {
    await write('a.wav', makeSpeech(11, [[1, 5], [6, 10]]));
    await write('a.srt', srt([[30, 33, 'other']]));
    const { rows, sliced } = await prepare(dir);
    expect(rows.map((r) => [r[1], r[4]])).toEqual([['slicer', null], ['slicer', null]]);
    expect(sliced.findings.map((f) => f.code)).toEqual(['CUE_OUTSIDE', 'CUE_NONE_USABLE']);
  }));
  it('names what gives no clip', () => withFolder(async (dir, write) => {
    await write('blip.wav', makeSpeech(3, [[1, 1.05]]));
    const { recordings } = await ingestRecordings({ recordingsDir: dir });
    await write('blip.wav', 'gone bad since');
    const { dropped, accounting } = await sliceRecordings({ recordings, recordingsDir: dir, clipsDir: join(dir, '.c') });
    expect(dropped).toEqual([{ id: recordings[0]?.id, reason: expect.stringMatching(/^blip.wav: /) }]);
    expect(accounting).toMatchObject({ in: 1, kept: 0 });
  }));
  it('gives the same bytes again, writes nothing twice, and clears what a killed run left', () => withFolder(async (dir, write) => {
    await write('a.wav', makeSpeech(11, [[1, 5], [6, 10]]));
    const { clipsDir, sliced, recordings } = await prepare(dir);
    const names = (await readdir(clipsDir)).sort();
    expect(names).toEqual(sliced.clips.map((c) => `${c.id}.wav`).sort());
    const [one = '', two = ''] = names;
    const [first, second] = [await readFile(join(clipsDir, one)), await readFile(join(clipsDir, two))];
    await utimes(join(clipsDir, one), 1, 1);
    await writeFile(join(clipsDir, two), second.subarray(0, 1000)); // as a full disk would leave it
    await writeFile(join(clipsDir, `.tmp-${two}`), 'half');
    await writeFile(join(clipsDir, 'r000000000000-0000000000-0000000001.wav'), 'of a recording that went');
    const again = await sliceRecordings({ recordings, recordingsDir: dir, clipsDir });
    expect(again).toEqual(sliced);
    expect((await readdir(clipsDir)).sort()).toEqual(names);
    expect(Buffer.compare(await readFile(join(clipsDir, one)), first)).toBe(0);
    expect(Buffer.compare(await readFile(join(clipsDir, two)), second)).toBe(0);
    expect((await stat(join(clipsDir, one))).mtimeMs).toBe(1000);
  }));
  it('says plainly that it cannot write', () => withFolder(async (dir, write) => {
    await write('a.wav', makeSpeech(5, [[1, 4]]));
    const { recordings } = await ingestRecordings({ recordingsDir: dir });
    await write('taken', 'a file where the folder should be');
    await expect(sliceRecordings({ recordings, recordingsDir: dir, clipsDir: join(dir, 'taken', 'clips') })).rejects.toMatchObject({ name: 'DatasetError', code: 'DATASET_CLIP_WRITE' });
  }));
  it('stops at a signal', () => withFolder(async (dir, write) => {
    await write('a.wav', makeSpeech(5, [[1, 4]]));
    const { recordings } = await ingestRecordings({ recordingsDir: dir });
    await expect(sliceRecordings({ recordings, recordingsDir: dir, clipsDir: join(dir, '.c'), signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
  }));
});

describe('readTranscripts', () => {
  it('names file and line of what is not UTF-8, and files that are no transcript', () => withFolder(async (dir, write) => {
    await write('a.wav', makeSpeech(5, [[1, 4]]));
    await mkdir(join(dir, '.t'));
    await write('.t/gbk.list', Uint8Array.of(...Buffer.from('a.wav|s|ZH|ok\na.wav|s|ZH|'), 0xb0, 0xa1, 10));
    await write('.t/notes.docx', 'x');
    const { recordings } = await ingestRecordings({ recordingsDir: dir });
    const { findings, texts } = await readTranscripts({ recordings, recordingsDir: dir, language: 'zh', transcriptPaths: [join(dir, '.t'), join(dir, 'missing.list'), join(dir, '.t/notes.docx')] });
    expect(texts).toEqual([]);
    expect(findings.map((f) => [f.code, f.level, f.line ?? null])).toEqual([['TRANSCRIPT_PATH_MISSING', 'reject', null], ['TRANSCRIPT_ENCODING', 'reject', 2], ['TRANSCRIPT_FORMAT', 'reject', null], ['TRANSCRIPT_FORMAT', 'note', null]]);
    expect(findings[1]?.message).toMatch(/^\.t\/gbk\.list, line 2: it is not UTF-8/);
    expect(findings[3]?.message).toBe('1 file passed over, by name neither transcript nor recording: .t/notes.docx');
  }));
  it('tells of files without a word', () => withFolder(async (dir, write) => {
    await write('a.wav', makeSpeech(5, [[1, 4]]));
    await write('a.srt', '');
    await mkdir(join(dir, '.t'));
    await write('.t/metadata.csv', '\r\n');
    await write('.t/table.tsv', 'file_name\ttext\n');
    const { recordings } = await ingestRecordings({ recordingsDir: dir });
    const { findings } = await readTranscripts({ recordings, recordingsDir: dir, language: 'en', transcriptPaths: [join(dir, '.t')] });
    expect(findings.map(({ code, level, message }) => [code, level, message])).toEqual([['TRANSCRIPT_FORMAT', 'warning', '.t/metadata.csv: is empty'], ['TRANSCRIPT_FORMAT', 'warning', '.t/table.tsv: holds no words'], ['TRANSCRIPT_FORMAT', 'warning', 'a.srt: is empty']]);
  }));
  it('says nothing of recordings that lie among the transcripts', () => withFolder(async (dir, write) => {
    await write('a.wav', makeSpeech(5, [[1, 4]]));
    await write('a.srt', '1\n00:00:01,000 --> 00:00:04,000\nhello\n');
    const { recordings } = await ingestRecordings({ recordingsDir: dir });
    expect((await readTranscripts({ recordings, recordingsDir: dir, language: 'en', transcriptPaths: [dir] })).findings).toEqual([]);
  }));
  it('tells of a clip that its words are there, in an encoding that is not read', () => withFolder(async (dir, write) => {
    await write('a.wav', makeSpeech(5, [[1, 4]]));
    await write('a.txt', Uint8Array.of(0xb0, 0xa1, 10));
    const { recordings } = await ingestRecordings({ recordingsDir: dir });
    const sources = await readTranscripts({ recordings, recordingsDir: dir, language: 'zh' });
    const { clips } = await sliceRecordings({ recordings, recordingsDir: dir, clipsDir: join(dir, '.c'), sources });
    const { withoutText } = assignTranscripts({ clips, sources, language: 'zh' });
    expect(withoutText.map(({ reason }) => reason)).toEqual(['its words were not used: a.txt, line 1: it is not UTF-8, and it could be GBK or EUC-KR or BIG5 or SHIFT_JIS; save it as UTF-8']);
  }));
  it('reads a file once that is given and lies beside the recordings', () => withFolder(async (dir, write) => {
    await write('a.wav', makeSpeech(5, [[1, 4]]));
    await write('words.list', 'a.wav|s|EN|hello\nbad line\n');
    const { recordings } = await ingestRecordings({ recordingsDir: dir });
    const { findings, texts } = await readTranscripts({ recordings, recordingsDir: dir, language: 'en', transcriptPaths: [join(dir, 'words.list')] });
    expect(texts).toHaveLength(1);
    expect(findings.map((f) => [f.code, f.file, f.line])).toEqual([['TRANSCRIPT_LINE', 'words.list', 2]]);
  }));
});

describe('what was cut is kept', () => {
  it('by content and options: one more recording costs one, a lost or short clip is cut again, other options cut all', () => withFolder(async (dir, write) => {
    await mkdir(join(dir, 'in'));
    for (const pitchHz of [120, 150, 180]) await write(`in/${pitchHz}.wav`, makeSpeech(6, [[0.5, 5.5]], { pitchHz }));
    const embedded: number[] = [];
    const embedClip: EmbedClip = async (samples) => { embedded.push(samples.length); return Float32Array.of(samples.length, 0.1); };
    const [recordingsDir, clipsDir] = [join(dir, 'in'), join(dir, 'clips')];
    const cut = async (more: Partial<Parameters<typeof sliceRecordings>[0]> = {}, models = 'a') => {
      embedded.length = 0;
      const { recordings } = await ingestRecordings({ recordingsDir });
      const result = await sliceRecordings({ recordings, recordingsDir, clipsDir, embedClip, keep: { dir: join(dir, 'kept'), models }, ...more });
      return { result, fresh: await sliceRecordings({ recordings, recordingsDir, clipsDir: join(dir, 'fresh'), embedClip: async (samples) => Float32Array.of(samples.length, 0.1), ...more }), asked: embedded.length };
    };
    const first = await cut();
    expect([first.asked, first.result]).toEqual([3, first.fresh]);
    const second = await cut();
    expect([second.asked, second.result]).toEqual([0, first.result]);
    await write('in/200.wav', makeSpeech(6, [[0.5, 5.5]], { pitchHz: 200 }));
    const third = await cut();
    expect([third.asked, third.result]).toEqual([1, third.fresh]);
    await writeFile(join(clipsDir, `${third.result.clips[0]!.id}.wav`), 'short');
    await rm(join(clipsDir, `${third.result.clips[1]!.id}.wav`));
    expect((await cut()).asked).toBe(2);
    expect((await readdir(clipsDir)).length).toBe(4);
    expect((await cut({}, 'another model')).asked).toBe(4);
    const other = await cut({ sampleRateHz: 22_050 }, 'another model');
    expect([other.asked, other.result]).toEqual([4, other.fresh]);
    await rm(join(recordingsDir, '120.wav'));
    const fewer = await cut({ sampleRateHz: 22_050 }, 'another model');
    expect([fewer.asked, (await readdir(join(dir, 'kept'))).length, fewer.result]).toEqual([0, 3, fewer.fresh]);
  }));
  it('of another file than the recording, by that file’s content', () => withFolder(async (dir, write) => {
    await mkdir(join(dir, 'in'));
    await write('in/a.wav', makeSpeech(6, [[0.5, 5.5]]));
    await write('cleaned.wav', makeSpeech(6, [[1.5, 5.5]]));
    const { recordings } = await ingestRecordings({ recordingsDir: join(dir, 'in') });
    const cut = async () => (await sliceRecordings({ recordings, recordingsDir: join(dir, 'in'), sourcePath: () => join(dir, 'cleaned.wav'), clipsDir: join(dir, 'clips'), keep: { dir: join(dir, 'kept'), models: null } })).clips[0]!.endSec;
    const before = await cut();
    await write('cleaned.wav', makeSpeech(6, [[1.5, 4]]));
    expect(await cut()).toBeLessThan(before - 1);
  }));
});
