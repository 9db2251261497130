import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countCodes, countItems, filterItems, findByRule, formatDuration, mergeItems, nextInRecording, nextStep, previousInRecording, quote, splitText, timeLeftSec, type Item } from './model.js';

const item = (id: string, more: Partial<Item> = {}): Item => ({
  id, rev: 0, by: null, recordingId: 'r', recording: 'call 1.wav', start: 0, end: 4000, text: 'good morning', edited: false, verdict: null, priority: 0, reasons: [], findings: [], similarity: 0.8, snrDb: 30, confidence: null, leftOut: null, recut: false, ...more,
});
const ids = (items: readonly Item[]) => items.map(({ id }) => id);
const noisy = item('noisy', { priority: 9, reasons: [{ code: 'SNR', points: 9, message: 'noise' }], snrDb: 8 });
const odd = item('odd', { priority: 15, findings: [{ code: 'TEXT_SCRIPT', level: 'warning' }], reasons: [{ code: 'TEXT_SCRIPT', points: 15, message: 'letters' }] });
const other = item('other', { similarity: 0.41, text: null });
const yes = item('yes', { verdict: 'accepted' });
const no = item('no', { verdict: 'rejected', text: 'Bye' });
const out = item('out', { leftOut: 'another voice', similarity: 0.1 });
const all = [odd, noisy, other, yes, no, out, item('fine')];

describe('what the page says', () => {
  it('what is next where no clip is on the screen', () => {
    expect(nextStep([], 'ann')).toContain('“voxtune run ann” says why');
    expect(nextStep([yes, no, out], 'ann')).toContain('Everything is decided. “voxtune run ann”');
    expect(nextStep(all, 'ann')).toContain('choose others');
  });
  it('words in a sentence: short, by whole letters, and turning nothing round that follows', () => {
    expect(quote('good morning')).toBe('\u2068good morning\u2069');
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (words) => {
      const shown = quote(words);
      expect([...shown].length).toBeLessThanOrEqual(123);
      expect(shown).not.toMatch(/\p{Surrogate}/u); // half of a letter
      expect(words.startsWith(shown.slice(1, -2))).toBe(true);
    }));
  });
});

describe('which clips are listed', () => {
  it.each([
    ['open', '', '', ['odd', 'noisy', 'other', 'fine']], ['accepted', '', '', ['yes']], ['rejected', '', '', ['no']], ['leftOut', '', '', ['out']], ['all', '', '', ids(all)],
    ['open', 'TEXT_SCRIPT', '', ['odd']], ['open', 'SNR', '', ['noisy']], ['all', '', 'bye', ['no']], ['open', '', 'CALL 1', ['odd', 'noisy', 'other', 'fine']], ['open', '', 'zzz', []],
  ] as const)('%s, finding %j, words %j', (show, code, search, found) => {
    expect(ids(filterItems(all, { show, code, search }))).toEqual(found);
  });
  it('counts each code once a clip, most first', () => {
    expect(countCodes([odd, noisy, odd])).toEqual([['TEXT_SCRIPT', 2], ['SNR', 1]]);
  });
});

describe('counts and time left', () => {
  it('a clip that was left out before counts only once somebody took it up', () => {
    expect(countItems(all, 1000)).toEqual({ clips: 6, decided: 2, accepted: 1, rejected: 1, open: 4, openSec: 16 });
    expect(countItems([item('x', { leftOut: 'y', verdict: 'accepted' })], 1000)).toMatchObject({ clips: 1, accepted: 1 });
  });
  it('goes by the median pace once there are five decisions, by the speech before', () => {
    expect(timeLeftSec({ open: 10, openSec: 40 }, [1, 1, 1, 1])).toBe(60);
    expect(timeLeftSec({ open: 10, openSec: 40 }, [3, 3, 3, 100, 1])).toBe(30);
    expect([30, 90, 4000].map(formatDuration)).toEqual(['30 s', '2 min', '1 h 7 min']);
  });
});

describe('rules for many', () => {
  it.each([
    [{ kind: 'similarity', below: 0.6 }, ['other']], [{ kind: 'snr', belowDb: 10 }, ['noisy']], [{ kind: 'empty' }, ['other']], [{ kind: 'finding', code: 'TEXT_SCRIPT' }, ['odd']], [{ kind: 'clean' }, ['fine']],
    [{ kind: 'similarity', below: Number.NaN }, []],
  ] as const)('%j', (rule, found) => expect(ids(findByRule(all, rule))).toEqual(found));
  it('is never about a clip whose figure is not known', () => {
    expect(findByRule([item('x', { similarity: null, snrDb: null })], { kind: 'similarity', below: 1 })).toEqual([]);
  });
});

it('finds the clip that comes next in the same recording', () => {
  const [a, b, c] = [item('a'), item('b', { start: 5000, end: 6000 }), item('c', { start: 7000, end: 9000 })];
  const elsewhere = item('d', { recordingId: 's', start: 4500 });
  expect([a, b, c].map((one) => nextInRecording([c, elsewhere, a, b], one)?.id)).toEqual(['b', 'c', undefined]);
  expect([a, b, c].map((one) => previousInRecording([c, elsewhere, a, b], one)?.id)).toEqual([undefined, 'a', 'b']);
});

describe('splitting words', () => {
  it('goes to the nearest border of words; between characters where there are no spaces', () => {
    expect(splitText('good morning how are you', 0.5)).toEqual(['good morning', 'how are you']);
    expect(splitText('您好請問有什麼事', 0.25)).toEqual(['您好', '請問有什麼事']);
    expect(splitText('', 0.5)).toEqual(['', '']);
  });
  it('loses no letter', () => {
    fc.assert(fc.property(fc.string({ maxLength: 60 }), fc.double({ min: 0, max: 1, noNaN: true }), (text, share) => {
      expect(splitText(text, share).join('').replace(/\s/gu, '')).toBe(text.replace(/\s/gu, ''));
    }));
  });
});

it('puts new clips in the place of those that went, and renews the others', () => {
  const fresh = item('odd', { verdict: 'accepted', rev: 3 });
  expect(ids(mergeItems(all, ['noisy', 'other'], [item('n1'), item('n2')]))).toEqual(['odd', 'n1', 'n2', 'yes', 'no', 'out', 'fine']);
  expect(mergeItems(all, [], [fresh])[0]).toBe(fresh);
  expect(ids(mergeItems([odd], ['unknown'], [item('new')]))).toEqual(['odd', 'new']);
});
