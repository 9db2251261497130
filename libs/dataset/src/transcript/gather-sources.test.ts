import { describe, expect, it } from 'vitest';
import { gatherSources, type TranscriptFile } from './gather-sources.js';
import { recordingMatcher } from './match-recordings.js';

const named = (id: string, path: string, kept = true) => ({ id, path, kept, sha256: id });
const text = (file: string, key: string, words: string, more: { speaker?: string; line?: number; folder?: string } = {}): TranscriptFile => ({
  file, folder: more.folder, content: { cues: [], problems: [], texts: [{ key, text: words, language: null, speaker: more.speaker ?? null, line: more.line ?? 1 }] },
});
const cues = (file: string, key: string, folder?: string): TranscriptFile => ({ file, folder, content: { texts: [], problems: [], cues: [{ key, cues: [{ startSec: 1, endSec: 2, text: 'hi', line: 2 }] }] } });

describe('recordingMatcher', () => {
  const match = recordingMatcher([named('r1', 'a.wav'), named('r2', 'a.mp3'), named('r3', 'x/b 你.wav'), named('r4', 'x/c.wav'), named('r5', 'y/c.wav'), named('r6', 'v1.2.wav')]);
  it.each([
    ['a.wav', 'r1'], ['/data/old place/a.mp3', 'r2'], ['D:\\rec\\b 你.wav', 'r3'], ['b 你', 'r3'], ['x/c.wav', 'r4'], ['/home/u/y/c.wav', 'r5'], ['./y/c', 'r5'], ['r6', 'r6'], ['v1.2', 'r6'],
  ])('finds %s', (key, id) => expect(match(key)).toEqual({ kind: 'one', id }));
  it.each([['a', ['a.wav', 'a.mp3']], ['c.wav', ['x/c.wav', 'y/c.wav']]])('leaves %s open', (key, paths) => expect(match(key)).toEqual({ kind: 'several', paths }));
  it('takes the one in the transcript’s own folder', () => expect(match('c', 'y')).toEqual({ kind: 'one', id: 'r5' }));
  it('reads a path from the list’s own folder', () => expect(recordingMatcher([named('r1', 'a.wav'), named('r2', 'sub/a.wav')])('sub/a.wav', '')).toEqual({ kind: 'one', id: 'r2' }));
  it('finds nothing that is not there', () => expect(match('z.wav')).toEqual({ kind: 'none' }));
  it('makes composed and decomposed letters equal', () => expect(recordingMatcher([named('r', 'e\u0301.wav')])('\u00e9.wav')).toEqual({ kind: 'one', id: 'r' }));
});

describe('gatherSources', () => {
  it('gives words for a copy to its original', () => {
    const { texts } = gatherSources([named('r1', 'a.wav'), { ...named('r1-copy2', 'sub/b.wav', false), sha256: 'r1' }], [text('x.list', 'b.wav', 'hi')]);
    expect(texts).toMatchObject([{ recordingId: 'r1', text: 'hi' }]);
  });
  it('names file and line of words for what does not exist', () => {
    const { texts, findings } = gatherSources([named('r1', 'a.wav')], [text('t/x.list', 'nope.wav', 'hi', { line: 7 })]);
    expect(texts).toEqual([]);
    expect(findings).toMatchObject([{ code: 'TRANSCRIPT_UNKNOWN_KEY', level: 'warning', file: 't/x.list', line: 7, message: 't/x.list, line 7: no recording or clip is named "nope.wav"' }]);
  });
  it('only notes words for a recording that is not used', () => {
    expect(gatherSources([named('r1', 'a.wav', false)], [cues('a.srt', 'a', '')]).findings).toMatchObject([{ code: 'TRANSCRIPT_UNKNOWN_KEY', level: 'note' }]);
  });
  it('says which recordings a name fits', () => {
    expect(gatherSources([named('r1', 'a.wav'), named('r2', 'a.mp3')], [cues('a.srt', 'a', '')]).findings).toMatchObject([{ code: 'TRANSCRIPT_AMBIGUOUS', message: 'a.srt, line 2: "a" fits a.wav and a.mp3; name it with its extension or folder' }]);
    expect(Object.keys(gatherSources([named('r1', 'a.wav'), named('r2', 'a.mp3')], [cues('a.mp3.srt', 'a.mp3', '')]).cues)).toEqual(['r2']);
  });
  it('says of each recording which words were meant for it and why they are not used', () => {
    const { unused } = gatherSources([named('r1', 'a.wav'), named('r2', 'a.mp3'), named('r3', 'b.wav'), named('r4', 'c.wav')], [text('a.txt', 'a', 'hi'), text('c.txt', 'c', 'hi')], [{ key: 'b', folder: '', reason: 'b.txt: it is UTF-16' }]);
    expect(unused).toEqual({ r1: expect.stringContaining('a.txt, line 1: "a" fits') as string, r2: expect.stringContaining('name it with its extension') as string, r3: 'b.txt: it is UTF-16' });
  });
  it('lets the first file decide, and reports the others', () => {
    const sources = gatherSources([named('r1', 'a.wav')], [text('one.list', 'a.wav', 'hi'), text('two.csv', 'a', 'ho'), text('three.csv', 'a', 'hi'), cues('a.srt', 'a'), cues('a.vtt', 'a')]);
    expect(sources.texts.map((t) => t.text)).toEqual(['hi']);
    expect(sources.cues['r1']).toMatchObject([{ file: 'a.srt' }]);
    expect(sources.findings.map((f) => [f.code, f.file])).toEqual([['TRANSCRIPT_CONFLICT', 'two.csv'], ['TRANSCRIPT_CONFLICT', 'a.vtt']]);
  });
  it('takes the name of a clip', () => {
    const id = 'r0123456789ab-0000000000-0000160000';
    expect(gatherSources([], [text('x.list', `/w/clips/${id}.wav`, 'hi')]).texts).toMatchObject([{ clipKey: id, recordingId: null }]);
  });
  it('warns of several speakers', () => {
    expect(gatherSources([named('r1', 'a.wav'), named('r2', 'b.wav')], [text('l', 'a', 'x', { speaker: 'ann' }), text('l', 'b', 'y', { speaker: 'bob' })]).findings).toMatchObject([{ code: 'TRANSCRIPT_SPEAKERS', value: 2 }]);
  });
});
