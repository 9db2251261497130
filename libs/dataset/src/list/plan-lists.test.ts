import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClipEntry, RecordingEntry, TranscriptEntry, Utterance } from '../manifest.js';
import { cleanListText } from './clean-list-text.js';
import { formatTrainingList } from './format-training-list.js';
import { planLists } from './plan-lists.js';
import { planSplit } from './plan-split.js';
import { anyText } from '../../test/any-text.js';

const clip = (recording: string, at: number, more: Partial<ClipEntry> = {}): ClipEntry => ({
  v: 1, id: `${recording}-${at}`, path: `clips/${recording}-${at}.wav`, recordingId: recording, recordingPath: `${recording}.wav`,
  startSec: at * 6, endSec: at * 6 + 5, cut: 'cues', measurements: null, findings: [], kept: true, reason: null, ...more,
});
const words = (c: ClipEntry, text = `words of ${c.id}`): TranscriptEntry => ({ v: 1, clip: c.id, text, language: 'en', source: 'import', from: 'a.srt:1', confidence: null, findings: [] });
const recording = (id: string): RecordingEntry => ({ v: 1, id, path: `${id}.wav`, format: 'wav', codec: 'pcm_s16le', sampleRateHz: 44_100, channels: 1, durationSec: 60, sha256: id, measurements: null, findings: [], kept: true, reason: null });
const plan = (clips: ClipEntry[], more: { transcripts?: TranscriptEntry[]; recordings?: RecordingEntry[]; seed?: number; testShare?: number; validShare?: number } = {}) =>
  planLists({ clips, transcripts: clips.map((c) => words(c)), recordings: [], speaker: 'ann', language: 'en', ...more });
const grid = (recordings: number, each: number) => Array.from({ length: recordings * each }, (_, i) => clip(`r${Math.floor(i / each)}`, i % each));

describe('planLists', () => {
  it('splits by whole recordings where there are enough', () => {
    const lists = plan(grid(40, 5));
    expect(lists.splitBy).toBe('recording');
    const homes = (part: readonly Utterance[]) => new Set(part.map((u) => u.recordingId));
    expect(lists.test.length).toBeGreaterThanOrEqual(3);
    expect(lists.valid.length).toBeGreaterThanOrEqual(1);
    for (const id of [...homes(lists.test), ...homes(lists.valid)]) expect(homes(lists.train).has(id)).toBe(false);
    for (const id of homes(lists.test)) expect(homes(lists.valid).has(id)).toBe(false);
    expect(lists.notes).toEqual([]);
  });
  it('splits by clip where recordings are few, and says so', () => {
    const lists = plan(grid(4, 8));
    expect([lists.splitBy, lists.train.length, lists.valid.length, lists.test.length]).toEqual(['clip', 28, 1, 3]);
    expect(lists.notes[0]).toMatch(/^Split by clip, not by recording: 4 recordings are too few/);
  });
  it('splits by clip where one recording is nearly everything, and says so', () => {
    const lists = plan([...grid(1, 100), ...Array.from({ length: 8 }, (_, i) => clip(`s${i}`, 0, { recordingId: `s${i}` })), ...Array.from({ length: 1 }, () => clip('t', 0))].slice(0, 102));
    expect(lists.splitBy).toBe('clip');
  });
  it('holds nothing out of a handful of utterances, and says so', () => {
    const lists = plan(grid(1, 7));
    expect([lists.splitBy, lists.train.length]).toEqual(['none', 7]);
    expect(lists.notes[0]).toMatch(/7 utterances are too few/);
    expect(plan([]).notes).toEqual(['There is no utterance to train on.']);
  });
  it('holds nothing out when told so', () => {
    expect(plan(grid(10, 5), { testShare: 0, validShare: 0 })).toMatchObject({ splitBy: 'none', test: [], valid: [] });
  });
  it('gives the same split for a seed and another for another', () => {
    const ids = (seed: number) => plan(grid(40, 5), { seed }).test.map((u) => u.clip).join();
    expect(ids(1)).toBe(ids(1));
    expect(new Set([1, 2, 3, 4].map(ids)).size).toBeGreaterThan(1);
  });
  it.each([
    ['is not kept', clip('r', 1, { kept: false, reason: 'noisy' }), 'hello', 'noisy'],
    ['has no words', clip('r', 1), null, 'no words are known'],
    ['has an empty text', clip('r', 1), '  ', 'its text is empty'],
    ['has punctuation only', clip('r', 1), '。。。', 'its text is punctuation only ("。。。")'],
    ['is too short for the trainer', clip('r', 1, { endSec: 6.6 }), 'hello', '0.60 s long; the trainer uses clips between 0.6 and 54 s'],
    ['is too long for the trainer', clip('r', 1, { endSec: 60 }), 'hello', '54.00 s long; the trainer uses clips between 0.6 and 54 s'],
  ])('drops a clip that %s, with the reason', (_, c, text, reason) => {
    expect(plan([c], { transcripts: text === null ? [] : [words(c, text)] }).dropped).toEqual([{ id: 'r-1', reason }]);
  });
  it('drops a second clip of the same file name', () => {
    const second = clip('r', 2, { path: 'other/r-1.wav' });
    expect(plan([clip('r', 1), second]).dropped).toEqual([{ id: 'r-2', reason: expect.stringContaining('is also that of r-1') }]);
  });
  it('drops a clip of an unknown recording', () => {
    expect(plan([clip('r', 1)], { recordings: [recording('q')] }).dropped[0]?.reason).toContain('recording r is not known');
  });
  it('takes | and line ends out of a text, and says so', () => {
    const c = clip('r', 1);
    const lists = plan([c], { transcripts: [words(c, 'a|b\r\nc\td')] });
    expect(lists.train[0]?.text).toBe('a b c d');
    expect(lists.findings).toMatchObject([{ code: 'TEXT_CLEANED', value: 'line end, tab, |' }]);
  });
  it('has every clip in exactly one list or dropped', () => {
    const anyClip = fc.tuple(fc.integer({ min: 0, max: 12 }), fc.nat(9).map((n) => n > 0), fc.constantFrom('hello', 'ho', 'hi', 'hey', '', '...', null), fc.constantFrom(0.3, 2, 3, 4, 5, 60));
    fc.assert(fc.property(fc.array(anyClip, { maxLength: 60 }), fc.integer(), (rows, seed) => {
      const clips = rows.map(([r, kept, , sec], i) => clip(`r${r}`, i, { kept, endSec: i * 6 + sec }));
      const transcripts = rows.flatMap(([, , text], i) => (text === null ? [] : [words(clips[i]!, text)]));
      const lists = plan(clips, { transcripts, seed });
      const ids = [...lists.train, ...lists.valid, ...lists.test].map((u) => u.clip);
      expect([...ids, ...lists.dropped.map((d) => d.id)].sort()).toEqual(clips.map((c) => c.id).sort());
      expect(lists.accounting.in).toBe(lists.accounting.kept + lists.accounting.dropped.length);
      if (ids.length >= 8) expect([lists.test.length >= 2, lists.valid.length >= 1, lists.train.length >= ids.length / 2]).toEqual([true, true, true]);
      expect(lists.splitBy === 'recording' || lists.notes.length > 0).toBe(true);
    }));
  });
  it('refuses a share that is none', () => {
    expect(() => plan([], { testShare: 0.9 })).toThrow('testShare must be from 0 to 0.5, got 0.9');
  });
});

describe('planSplit', () => {
  it('keeps the split of every group when others are added', () => {
    const options = { validShare: 0.1, testShare: 0.1, minValid: 0, minTest: 0, maxHeldOutShare: 1, seed: 7 };
    fc.assert(fc.property(fc.uniqueArray(fc.string(), { maxLength: 40 }), fc.uniqueArray(fc.string(), { maxLength: 40 }), (some, more) => {
      const groups = (ids: string[]) => [...new Set(ids)].map((id) => ({ id, size: 1 }));
      const before = planSplit(groups(some), options);
      const after = planSplit(groups([...some, ...more]), options);
      for (const [id, name] of before) expect(after.get(id)).toBe(name);
    }));
  });
  it('holds out about the shares asked for', () => {
    const split = planSplit(Array.from({ length: 4000 }, (_, i) => ({ id: `r${i}`, size: 1 })), { validShare: 0.1, testShare: 0.2, minValid: 0, minTest: 0, maxHeldOutShare: 1, seed: 1 });
    const count = (name: string) => [...split.values()].filter((v) => v === name).length;
    expect(Math.abs(count('test') - 800)).toBeLessThan(80); // three standard deviations of a binomial draw: 76
    expect(Math.abs(count('valid') - 400)).toBeLessThan(60);
  });
});

describe('formatTrainingList', () => {
  const utterance = (text: string): Utterance => ({ clip: 'r-1', path: 'clips/r-1.wav', recordingId: 'r', recordingPath: 'r.wav', durationSec: 5, speaker: 'ann', language: 'yue', text });
  it('writes both forms', () => {
    expect(formatTrainingList([utterance('你好')], { form: 'upstream', clipsDir: '/v/my voice/work/clips/' })).toBe('/v/my voice/work/clips/r-1.wav|ann|YUE|你好\n');
    expect(formatTrainingList([utterance('你好')], { form: 'guide', clipsDir: 'C:\\v\\clips' })).toBe('C:\\v\\clips\\r-1.wav|ann|你好\n');
    expect(formatTrainingList([], { form: 'guide', clipsDir: '/v' })).toBe('');
  });
  it('has exactly four columns a line, whatever the text', () => {
    fc.assert(fc.property(fc.array(anyText()), (texts) => {
      const lines = formatTrainingList(texts.map(utterance), { form: 'upstream', clipsDir: '/v' }).split('\n');
      expect(lines).toHaveLength(texts.length + 1);
      for (const line of lines.slice(0, -1)) expect(line.split('|')).toHaveLength(4);
    }));
  });
  it.each([['/a|b', 'DATASET_LIST_PATH'], ['/a\nb', 'DATASET_LIST_PATH']])('refuses the folder %j', (clipsDir, code) => {
    expect(() => formatTrainingList([utterance('x')], { form: 'upstream', clipsDir })).toThrow(expect.objectContaining({ code }));
  });
  it('refuses a speaker that is no column', () => {
    expect(() => formatTrainingList([{ ...utterance('x'), speaker: 'a|b' }], { form: 'guide', clipsDir: '/v' })).toThrow(expect.objectContaining({ code: 'DATASET_LIST_SPEAKER' }));
  });
});

describe('cleanListText', () => {
  it('changes nothing twice', () => {
    fc.assert(fc.property(anyText(), (text) => {
      const once = cleanListText(text).text;
      expect(cleanListText(once)).toEqual({ text: once, removed: [] });
    }));
  });
});
