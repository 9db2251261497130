import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Cue } from '../transcript/cue.js';
import { planCueCuts } from './plan-cue-cuts.js';
import { planSpeakerCuts } from './plan-speaker-cuts.js';
import type { RecordingCuts } from './plan-recording-cuts.js';

const RATE = 100;
/** Each cue is a cut; without cues the part is one. */
const cutAll = (part: Float32Array, { cues }: { cues: readonly Cue[] }): RecordingCuts => ({
  cuts: cues.length === 0 ? [{ start: 0, end: part.length, cut: 'slicer', findings: [] }] : cues.map((cue) => ({ start: Math.round(cue.startSec * RATE), end: Math.round(cue.endSec * RATE), cut: 'cues', cues: [cue], findings: [] })), uncut: [], findings: [],
});
const dropped = [{ startSec: 5, endSec: 10, why: 'another speaker' as const }];

it('cuts each stretch alone, and lists what another says', () => {
  const plan = planSpeakerCuts({ attribution: { kept: [{ startSec: 0, endSec: 5 }, { startSec: 10, endSec: 15 }], dropped }, samples: new Float32Array(1500), sampleRateHz: RATE, cues: [], hasWholeText: true, cutAll });
  expect(plan.cuts.map(({ start, end }) => [start, end])).toEqual([[0, 500], [1000, 1500]]);
  expect(plan.uncut).toEqual([{ start: 500, end: 1000, reason: 'another speaker' }]);
});
it('keeps a cue that the speaker says alone, as it was written, and drops one that another speaks in', () => {
  const [mine, torn] = [{ startSec: 9.9, endSec: 13, text: 'mine' }, { startSec: 3, endSec: 7, text: 'torn' }];
  const plan = planSpeakerCuts({ attribution: { kept: [{ startSec: 0, endSec: 5 }, { startSec: 10, endSec: 15 }], dropped }, samples: new Float32Array(1500), sampleRateHz: RATE, cues: [mine, torn], hasWholeText: false, cutAll });
  expect(plan.cuts.map(({ start, end, cues }) => [start, end, cues])).toEqual([[1000, 1300, [mine]]]);
  expect(plan.uncut.map(({ reason }) => reason)).toEqual(['another speaker', 'the speaker’s, but no cue lies in it whole', 'the speaker’s, but in no cue', 'the cue at 3.00 s: the speaker is heard alone in 2.0 of its 4.0 s']);
});
it('keeps the end of a cue’s last word where the sound stops there, and leaves what goes on', () => {
  const of = (soundsUntilSec: number) => {
    const samples = new Float32Array(1500).fill(0.3, 80, soundsUntilSec * RATE);
    const { cuts } = planSpeakerCuts({ attribution: { kept: [{ startSec: 1, endSec: 5 }], dropped: [{ startSec: 5, endSec: 10, why: 'another speaker' }] }, samples, sampleRateHz: RATE, cues: [{ startSec: 0.8, endSec: 5.2, text: 'mine' }], hasWholeText: false, cutAll });
    return cuts.map(({ start, end }) => [start, end]);
  };
  expect(of(5.2)).toEqual([[80, 520]]);
  expect(of(7)).toEqual([[80, 500]]);
});
it('tells how long no word is known for, or cuts it to be heard', () => {
  const of = (cutsWordless: boolean) => planSpeakerCuts({ attribution: { kept: [{ startSec: 0, endSec: 5 }, { startSec: 10, endSec: 15 }], dropped }, samples: new Float32Array(1500), sampleRateHz: RATE, cues: [{ startSec: 10, endSec: 13, text: 'mine' }, { startSec: 3, endSec: 7, text: 'torn' }], hasWholeText: false, cutsWordless, cutAll });
  expect(of(false).findings).toMatchObject([{ code: 'SPEECH_WITHOUT_WORDS', value: 5 + 2 }]); // a stretch without a cue, and what comes after the cue of another
  const heard = of(true);
  expect(heard.findings).toEqual([]);
  expect(heard.cuts.map(({ start, end, cut }) => [start, end, cut])).toEqual([[0, 500, 'slicer'], [1000, 1300, 'cues'], [1300, 1500, 'slicer']]);
});
it('names a cue by its place in the recording', () => {
  const named = planSpeakerCuts({
    attribution: { kept: [{ startSec: 10, endSec: 15 }], dropped }, samples: new Float32Array(1500), sampleRateHz: RATE, cues: [{ startSec: 11, endSec: 11.2, text: ' ' }], hasWholeText: false,
    cutAll: (part, { cues }) => { const { cuts, dropped: out, findings } = planCueCuts(cues, { totalSamples: part.length, sampleRateHz: RATE }); return { cuts: cuts.map((cut) => ({ ...cut, cut: 'cues' })), uncut: out, findings }; },
  });
  expect(named.uncut.map(({ reason }) => reason)).toContain('cue 11.000–11.200 s: it has no text');
});
it('loses no cue: each is in a cut or has a reason, and no cut leaves its stretch', () => {
  const anyCue = fc.tuple(fc.nat(1400), fc.integer({ min: 1, max: 500 })).map(([a, n]): Cue => ({ startSec: a / RATE, endSec: (a + n) / RATE, text: 'x' }));
  const edges = fc.uniqueArray(fc.nat(1500), { maxLength: 8 }).map((list) => list.sort((a, b) => a - b));
  fc.assert(fc.property(fc.array(anyCue, { maxLength: 8 }), edges, fc.boolean(), (cues, at, cutsWordless) => {
    const spans = at.slice(1).map((end, i) => ({ startSec: at[i]! / RATE, endSec: end / RATE }));
    const kept = spans.filter((_, i) => i % 2 === 0);
    const plan = planSpeakerCuts({ attribution: { kept, dropped: spans.filter((_, i) => i % 2 === 1).map((s) => ({ ...s, why: 'another speaker' as const })) }, samples: new Float32Array(1500), sampleRateHz: RATE, cues, hasWholeText: false, cutsWordless, cutAll });
    const held = plan.cuts.flatMap((cut) => cut.cues ?? []);
    expect(held.length + plan.uncut.filter(({ reason }) => reason.startsWith('the cue at')).length).toBe(cues.length);
    expect(held.every((cue) => cues.includes(cue))).toBe(true);
    for (const { start, end } of plan.cuts) expect(kept.some((s) => start >= Math.round(s.startSec * RATE) && end <= Math.round(s.endSec * RATE))).toBe(true);
    expect(plan.cuts.length + plan.uncut.length).toBeGreaterThan(0);
    const told = [...plan.cuts, ...plan.uncut];
    for (const { startSec, endSec } of kept) { // nothing of what the speaker says vanishes, but for pauses and edges
      const of = Array.from({ length: Math.round((endSec - startSec) * RATE) }, (_, i) => Math.round(startSec * RATE) + i);
      const beside = of.map((sample) => (told.some(({ start, end }) => sample >= start && sample < end) ? ' ' : '.')).join('');
      expect(Math.max(0, ...beside.split(/ +/).map((gap) => gap.length))).toBeLessThan(150);
    }
  }), { numRuns: 300 });
});
