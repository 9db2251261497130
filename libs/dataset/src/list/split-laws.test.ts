import { editDistance } from '@voxtune/text';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClipEntry, TranscriptEntry, Utterance } from '../manifest.js';
import { clusterTexts } from './cluster-texts.js';
import { planLists } from './plan-lists.js';
import { planSplit } from './plan-split.js';

const options = { validShare: 0.1, testShare: 0.1, minValid: 1, minTest: 3, maxHeldOutShare: 0.2, tolerance: 0.5 };
const someRecordings = fc.uniqueArray(fc.tuple(fc.uuid(), fc.integer({ min: 3, max: 12 })), { selector: ([id]) => id, minLength: 40, maxLength: 90 }).map((rows) => rows.map(([id, size]) => ({ id, size, weight: size * 6 })));

describe('planSplit by seconds', () => {
  it('holds out between half and one and a half of the share, where recordings are many', () => {
    fc.assert(fc.property(someRecordings, fc.integer(), (groups, seed) => {
      const split = planSplit(groups, { ...options, seed });
      const total = groups.reduce((sum, { weight }) => sum + weight, 0);
      for (const name of ['test', 'valid'] as const) {
        const share = groups.reduce((sum, { id, weight }) => sum + (split.get(id) === name ? weight : 0), 0) / total;
        expect(share).toBeGreaterThanOrEqual(0.05 - 1e-9);
        expect(share).toBeLessThanOrEqual(0.15 + 1e-9);
      }
    }));
  });
  it('moves hardly any recording when another comes: on average less than one in a hundred', () => {
    let moved = 0;
    let all = 0;
    fc.assert(fc.property(someRecordings, fc.uuid(), fc.integer(), (groups, id, seed) => {
      const before = planSplit(groups, { ...options, seed });
      const after = planSplit([...groups, { id: `new ${id}`, size: 6, weight: 36 }], { ...options, seed });
      const changed = groups.filter((group) => before.get(group.id) !== after.get(group.id)).length;
      expect(changed).toBeLessThanOrEqual(groups.length / 10);
      moved += changed;
      all += groups.length;
    }), { numRuns: 300, seed: 1 });
    expect(moved / all).toBeLessThan(0.01);
  });
});

describe('clusterTexts', () => {
  const same = (...texts: string[]) => new Set(clusterTexts(texts)).size === 1;
  it.each([
    ['Hello, World!', 'hello world', true], ['歡迎來電，請稍候。', '欢迎来电 请稍候', true], ['您好，请问有什么可以帮您的吗？', '您好，请问有什么可以帮到您的吗', true],
    ['the order has been sent today', 'the order has been sent to day!', true], ['您好', '你好', false], ['please call room 12 now', 'please call room 13 now', false],
    ['thank you for calling', 'thank you for waiting', false], ['', '!', true],
  ])('%j and %j: %j', (one, other, expected) => expect(same(one, other)).toBe(expected));
  it('puts texts together that differ in a tenth of the letters, wherever they differ', () => {
    fc.assert(fc.property(fc.stringMatching(/^[a-h]{20,60}$/), fc.array(fc.nat(1000), { maxLength: 2 }), (text, edits) => {
      const changed = [...text];
      for (const at of edits) changed[at % changed.length] = 'z';
      expect(same(text, changed.join(''))).toBe(true);
    }));
  });
  it('finds every pair that comparing all with all finds', () => {
    const near = fc.stringMatching(/^[ab]{8,24}$/);
    fc.assert(fc.property(fc.array(fc.oneof(near, near.map((text) => `${text.slice(0, 6)}c${text.slice(7)}`)), { minLength: 2, maxLength: 25 }), (texts) => {
      const clusters = clusterTexts(texts);
      for (const [i, one] of texts.entries()) {
        for (const [j, other] of texts.entries()) {
          const longer = Math.max(one.length, other.length);
          if (one === other || (Math.min(one.length, other.length) >= 10 && editDistance([...one], [...other]) <= 0.1 * longer)) expect(clusters[i]).toBe(clusters[j]);
        }
      }
    }));
  });
  it('clusters ten thousand texts, half of them one greeting', () => {
    const texts = Array.from({ length: 10_000 }, (_, at) => (at % 2 === 0 ? '您好，很高兴为您服务，请问有什么可以帮您？' : `第${at}个客户说的话和别人都不一样${[...String(at * 7919)].map((digit) => '零一二三四五六七八九'[Number(digit)]).join('')}`));
    expect(new Set(clusterTexts(texts).filter((_, at) => at % 2 === 0)).size).toBe(1);
  });
});

describe('planLists', () => {
  const clip = (recording: number, at: number, sec: number): ClipEntry => ({ v: 1, id: `r${recording}-${at}`, path: `clips/r${recording}-${at}.wav`, recordingId: `r${recording}`, recordingPath: `${recording}.wav`, startSec: at * 12, endSec: at * 12 + sec, cut: 'cues', measurements: null, findings: [], kept: true, reason: null });
  const words = (c: ClipEntry, text: string): TranscriptEntry => ({ v: 1, clip: c.id, text, language: 'zh', source: 'import', from: 'a.srt:1', confidence: null, findings: [] });
  const sentences = ['您好，很高兴为您服务。', '请您稍等一下，我帮您查。', '还有什么可以帮您的吗？', '感谢您的来电，再见。'];
  it('lets no text straddle train and what is held out, or says that it does; and loses no clip', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(29), fc.oneof(fc.constantFrom(...sentences), fc.stringMatching(/^[一-龥]{12,20}$/)), fc.integer({ min: 2, max: 10 })), { minLength: 1, maxLength: 150 }), fc.integer(), (rows, seed) => {
      const clips = rows.map(([recording, , sec], at) => clip(recording, at, sec));
      const lists = planLists({ clips, transcripts: rows.map(([, text], at) => words(clips[at]!, text)), recordings: [], speaker: 'ann', language: 'zh', seed, testShare: 0.1, validShare: 0.1 });
      const all = [...lists.train, ...lists.valid, ...lists.test];
      expect([...all.map((u) => u.clip), ...lists.dropped.map(({ id }) => id)].sort()).toEqual(clips.map(({ id }) => id).sort());
      const clusters = clusterTexts(all.map(({ text }) => text));
      const home = new Map(all.map((u, at) => [u.clip, clusters[at]!]));
      const of = (part: readonly Utterance[]) => new Set(part.map((u) => home.get(u.clip)!));
      const [train, held] = [of(lists.train), [...of(lists.test), ...of(lists.valid)]];
      if (held.some((cluster) => train.has(cluster))) expect(lists.notes.join(' ')).toMatch(/flatter/);
      if (lists.splitBy === 'recording') {
        const recordings = (part: readonly Utterance[]) => new Set(part.map((u) => u.recordingId));
        for (const id of [...recordings(lists.test), ...recordings(lists.valid)]) expect(recordings(lists.train).has(id)).toBe(false);
      }
    }), { numRuns: 150 });
  });
});
