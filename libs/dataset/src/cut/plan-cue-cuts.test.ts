import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cue } from '../transcript/cue.js';
import { planCueCuts, type CueCutOptions } from './plan-cue-cuts.js';
import { listBesideCues, type RecordingCuts } from './plan-recording-cuts.js';
import { mapSilence } from './silence-map.js';

const RATE = 1000; // one sample a millisecond: figures below read as milliseconds
const cue = (start: number, end: number, text = `${start}`): Cue => ({ startSec: start / 1000, endSec: end / 1000, text });
const plan = (cues: Cue[], totalMs: number, options: Partial<CueCutOptions> = {}) => planCueCuts(cues, { totalSamples: totalMs, sampleRateHz: RATE, ...options });
const cuts = (cues: Cue[], totalMs: number, options?: Partial<CueCutOptions>) => plan(cues, totalMs, options).cuts.map((c) => [c.start, c.end, c.cues.map(({ text }) => text).join('+')]);
/** A silence map of 10 ms hops: silent but for the ranges given. */
const speechAt = (totalMs: number, ranges: [number, number][]) => mapSilence(Float64Array.from({ length: totalMs / 10 }, (_, i) => (ranges.some(([a, b]) => i * 10 >= a && i * 10 < b) ? 0.3 : 0.0001)), 10);

describe('planCueCuts', () => {
  it('gives a cue up to 200 ms of the silence around it', () => {
    expect(cuts([cue(1000, 6000)], 8000)).toEqual([[800, 6200, '1000']]);
  });
  it('shares a short gap in the middle', () => {
    expect(cuts([cue(0, 5000), cue(5100, 9000)], 9000)).toEqual([[0, 5050, '0'], [5050, 9000, '5100']]);
  });
  it('stays within the longest length, margins included', () => {
    expect(cuts([cue(1000, 10_900)], 12_000)).toEqual([[951, 10_950, '1000']]);
    expect(cuts([cue(0, 9900)], 12_000)).toEqual([[0, 9999, '0']]);
  });
  it('joins a short cue to the nearer neighbour', () => {
    expect(cuts([cue(0, 4000), cue(4400, 5400), cue(6400, 10_000)], 10_000)).toEqual([[0, 5600, '0+4400'], [6200, 10_000, '6400']]);
  });
  it('joins to the next when that is nearer', () => {
    expect(cuts([cue(0, 4000), cue(5000, 6000), cue(6400, 10_000)], 10_000).map((c) => c[2])).toEqual(['0', '5000+6400']);
  });
  it('joins to the farther neighbour when only that fits', () => {
    expect(cuts([cue(0, 9000), cue(9400, 10_400), cue(11_000, 15_000)], 15_000)).toEqual([[0, 9200, '0'], [9200, 15_000, '9400+11000']]);
  });
  it('joins on until the whole is long enough', () => {
    expect(cuts([cue(0, 900), cue(1000, 1900), cue(2000, 2900), cue(3000, 3900)], 3900).map((c) => c[2])).toEqual(['0+1000+2000+3000']);
  });
  it('borrows silence, evenly, when no neighbour fits', () => {
    expect(cuts([cue(0, 9500), cue(11_000, 12_000), cue(14_000, 23_500)], 23_500)[1]).toEqual([9999, 13_000, '11000']);
  });
  it('borrows from the other side what one side lacks, and keeps 50 ms from its neighbours', () => {
    expect(cuts([cue(0, 9500), cue(9700, 11_000)], 14_000)[1]).toEqual([9550, 12_551, '9700']);
  });
  it('takes 100 ms of a margin that is not silent, and no more', () => {
    const silence = speechAt(20_000, [[0, 5000], [6000, 11_000], [11_150, 20_000]]);
    expect(cuts([cue(6000, 11_000)], 20_000, { silence })).toEqual([[5800, 11_150, '6000']]);
    expect(cuts([cue(6000, 11_000)], 20_000, { silence: speechAt(20_000, [[0, 5000], [6000, 20_000]]) })).toEqual([[5800, 11_100, '6000']]);
  });
  it('borrows no sound that is not silence', () => {
    const silence = speechAt(30_000, [[0, 9500], [11_000, 12_000], [12_600, 14_000], [15_000, 24_500]]);
    const [, short] = plan([cue(0, 9500), cue(11_000, 12_000), cue(15_000, 24_500)], 30_000, { silence }).cuts;
    expect([short?.start, short?.end]).toEqual([9599, 12_600]);
  });
  it('joins across no sound that is not silence', () => {
    const silence = speechAt(10_000, [[0, 2000], [2300, 3700], [4000, 7500]]);
    expect(cuts([cue(0, 2000), cue(4000, 7500)], 10_000, { silence }).map((c) => c[2])).toEqual(['0', '4000']);
  });
  it('brings a cue that begins slightly early to the start, and says so', () => {
    const { cuts: [first], findings } = plan([cue(-200, 4000)], 5000);
    expect([first?.start, first?.cues.length]).toEqual([0, 1]);
    expect(findings).toMatchObject([{ code: 'CUE_OUTSIDE', level: 'note', message: expect.stringContaining('begins 0.200 s before') as string }]);
  });
  it('keeps a short clip that nothing can lengthen, and says so', () => {
    const { cuts: [, short], dropped } = plan([cue(0, 9500), cue(9500, 11_000), cue(11_000, 20_500)], 20_500);
    expect(short).toMatchObject({ start: 9500, end: 11_000, findings: [{ code: 'CLIP_SHORT', level: 'warning', value: 1.5 }] });
    expect(dropped).toEqual([]);
  });
  it.each([
    ['too long', [cue(0, 10_001)], 'CUE_TOO_LONG', /10.00 s, over 10 s/],
    ['outside', [cue(21_000, 25_000)], 'CUE_OUTSIDE', /starts after the recording ends \(20.000 s\)/],
    ['running out of the recording', [cue(18_000, 22_000)], 'CUE_OUTSIDE', /ends 2.00 s after/],
    ['without length', [cue(3000, 3000)], 'CUE_EMPTY', /no length/],
    ['that ends before the recording begins', [cue(-500, -100)], 'CUE_OUTSIDE', /ends before the recording begins/],
    ['that begins long before the recording', [cue(-600, 900)], 'CUE_OUTSIDE', /begins 0\.60 s before the recording does/],
    ['without text', [cue(3000, 7000, ' ')], 'CUE_EMPTY', /no text/],
    ['too short to train', [cue(0, 9900), cue(9900, 10_300), cue(10_300, 20_000)], 'CLIP_SHORT', /ignores clips of 0.6 s or less/],
  ] as const)('drops a cue %s, with the reason', (_, cues, code, reason) => {
    const result = plan([...cues], 20_000);
    expect(result.dropped).toHaveLength(1);
    expect(result.dropped[0]?.reason).toMatch(reason);
    expect(result.findings).toContainEqual(expect.objectContaining({ code, level: 'reject' }));
  });
  it('brings a cue that ends a little late to the end of the recording', () => {
    const result = plan([cue(1000, 6300)], 6000);
    expect(result.cuts[0]).toMatchObject({ start: 800, end: 6000 });
    expect(result.findings).toContainEqual(expect.objectContaining({ code: 'CUE_OUTSIDE', level: 'note' }));
  });
  it('keeps cues together that overlap, and says so', () => {
    const result = plan([cue(0, 4000), cue(3000, 7000)], 7000);
    expect(result.cuts.map((c) => [c.start, c.end, c.cues.length])).toEqual([[0, 7000, 2]]);
    expect(result.findings).toContainEqual(expect.objectContaining({ code: 'CUE_OVERLAP', level: 'warning', value: 1 }));
  });
  it('lets cues that overlap by a rounding meet in the middle', () => {
    expect(cuts([cue(0, 4040), cue(4000, 8000)], 8000)).toEqual([[0, 4020, '0'], [4020, 8000, '4000']]);
  });
  it('takes a cue that is there twice once', () => {
    expect(plan([cue(0, 4000), cue(0, 4000)], 4000)).toMatchObject({ cuts: [{ cues: [{ text: '0' }] }], dropped: [{ reason: expect.stringContaining('word for word') }] });
  });
  it('never reaches into a cue that was set aside', () => {
    expect(cuts([cue(0, 1000), cue(1010, 12_000)], 12_000)).toEqual([[0, 1005, '0']]);
  });

  const anyCues = fc.array(fc.tuple(fc.integer({ min: 0, max: 60_000 }), fc.integer({ min: 0, max: 12_000 }), fc.boolean()), { maxLength: 25 })
    .map((rows) => rows.map(([start, length, empty], i) => cue(start, start + length, empty && i % 5 === 0 ? '' : `w${i}`)));
  it('has every cue in exactly one clip or dropped, and each clip inside the recording and its lengths', () => {
    fc.assert(fc.property(anyCues, fc.integer({ min: 1, max: 65_000 }), (cues, total) => {
      const result = plan(cues, total);
      const placed = [...result.cuts.flatMap((c) => c.cues), ...result.dropped.flatMap((d) => d.cues)];
      expect(placed).toHaveLength(cues.length);
      expect(new Set(placed).size).toBe(cues.length);
      for (const { start, end } of result.cuts) expect(start >= 0 && end <= total && end > start && end - start <= 10_000).toBe(true);
    }));
  });
  it('cuts no speech of its cues by more than 50 ms and reaches into no other cue', () => {
    fc.assert(fc.property(anyCues, (cues) => {
      const { cuts: made } = plan(cues, 80_000);
      for (const { start, end, cues: own } of made) {
        for (const c of own) expect(c.startSec * 1000 - start >= -50 && end - c.endSec * 1000 >= -50).toBe(true);
        const ownEnd = Math.max(...own.map((c) => c.endSec * 1000));
        const ownStart = Math.min(...own.map((c) => c.startSec * 1000));
        for (const c of cues) {
          if (own.includes(c) || !(c.endSec > c.startSec) || c.text.trim() === '' || own.some((o) => o.text === c.text)) continue;
          const [a, b] = [c.startSec * 1000, c.endSec * 1000];
          if (a >= ownEnd) expect(end <= a + 50).toBe(true);
          if (b <= ownStart) expect(start >= b - 50).toBe(true);
        }
      }
    }));
  });
});

describe('listBesideCues', () => {
  const RATE_HZ = 100;
  const silence = { hopSamples: 1, silent: new Uint8Array(3000).fill(1).fill(0, 100, 600).fill(0, 700, 760).fill(0, 1000, 1500).fill(0, 2900, 3000) };
  const options = { totalSamples: 3000, sampleRateHz: RATE_HZ, silence, cues: [{ startSec: 1, endSec: 6, text: 'a' }] };
  const planned: RecordingCuts = { cuts: [{ start: 90, end: 610, cut: 'cues', cues: options.cues, findings: [] }], uncut: [], findings: [] };
  it('lists speech that no cue holds, but neither noises nor silence', () => {
    const { cuts, uncut, findings } = listBesideCues(planned, options);
    expect(cuts).toEqual(planned.cuts);
    expect(uncut).toEqual([{ start: 610, end: 3000, reason: 'speech in no cue' }]);
    expect(findings).toMatchObject([{ code: 'SPEECH_WITHOUT_WORDS', level: 'note', value: expect.closeTo(6.6, 5) as number }]);
    expect(listBesideCues(planned, { ...options, totalSamples: 900 })).toBe(planned); // 0.6 s
  });
  it('says nothing of a recording that was not cut at cues', () => {
    const sliced: RecordingCuts = { cuts: [{ start: 100, end: 600, cut: 'slicer', findings: [] }], uncut: [], findings: [] };
    expect(listBesideCues(sliced, { ...options, cues: [] })).toBe(sliced);
  });
});
