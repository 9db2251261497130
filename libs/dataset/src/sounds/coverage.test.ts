import { describe, expect, it } from 'vitest';
import { loadPronouncer, spellFinal } from './load-pronouncer.js';
import { measureCoverage } from './measure-coverage.js';
import { SENTENCE_POOLS } from './sentence-pools.js';

const zh = (await loadPronouncer('zh'))!;
const en = (await loadPronouncer('en'))!;

describe('loadPronouncer', () => {
  it('gives initials, finals and tones of Mandarin', () => {
    expect(zh.soundsOf('您好！Abc').sounds.map(({ sound }) => sound)).toEqual(['n', 'in', '2', 'h', 'ao', '3']);
  });
  // Hanyu Pinyin's own table of spellings (GB/T 16159-2012, appendix): what y-, w- and a dotless u stand for.
  it.each([['y', 'i', 'i'], ['y', 'a', 'ia'], ['y', 'e', 'ie'], ['y', 'ao', 'iao'], ['y', 'ou', 'iu'], ['y', 'an', 'ian'], ['y', 'in', 'in'], ['y', 'ang', 'iang'], ['y', 'ing', 'ing'], ['y', 'ong', 'iong'], ['y', 'u', 'ü'], ['y', 'ue', 'üe'], ['y', 'uan', 'üan'], ['y', 'un', 'ün'], ['w', 'u', 'u'], ['w', 'a', 'ua'], ['w', 'o', 'uo'], ['w', 'ai', 'uai'], ['w', 'ei', 'ui'], ['w', 'an', 'uan'], ['w', 'en', 'un'], ['w', 'ang', 'uang'], ['j', 'u', 'ü'], ['x', 'uan', 'üan'], ['q', 'un', 'ün'], ['l', 'ü', 'ü'], ['h', 'uan', 'uan']])('%s%s is %s', (initial, final, sound) => expect(spellFinal(initial, final)).toBe(sound));
  it('gives phonemes of English, and counts words it does not know', () => {
    expect(en.soundsOf("Hello, don't xyzzyq!")).toEqual({ sounds: ['HH', 'AH', 'L', 'OW', 'D', 'OW', 'N', 'T'].map((sound) => ({ kind: 'phoneme', sound })), unknown: 1 });
  });
  it('has none for a language without a dictionary', async () => expect(await loadPronouncer('ko')).toBe(null));
});

describe('measureCoverage', () => {
  it.each([['zh', zh], ['en', en]] as const)('the pool of %s holds every sound of the language', (language, pronouncer) => {
    expect(measureCoverage(SENTENCE_POOLS[language]!, language, pronouncer).kinds.flatMap(({ kind, missing }) => missing.map((sound) => `${kind} ${sound}`))).toEqual([]);
  });
  it.each([['zh', zh, '您好。'], ['en', en, 'Hello.']] as const)('recording what it suggests for %s leaves nothing missing', (language, pronouncer, text) => {
    const before = measureCoverage([text], language, pronouncer, 100);
    const after = measureCoverage([text, ...before.toRecord.map((sentence) => sentence.text)], language, pronouncer);
    expect(before.kinds.some(({ missing }) => missing.length > 5)).toBe(true);
    expect(after.kinds.flatMap(({ missing }) => missing)).toEqual([]);
    expect(before.toRecord.length).toBeLessThan(SENTENCE_POOLS[language]!.length);
    expect(before.toRecord[0]!.brings.length).toBeGreaterThanOrEqual(before.toRecord.at(-1)!.brings.length);
  });
  it('suggests nothing where nothing is missing or rare', () => {
    const all = [1, 2, 3, 4, 5].flatMap(() => SENTENCE_POOLS.en!);
    expect(measureCoverage(all, 'en', en).toRecord).toEqual([]);
  });
});
