import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planCueCuts } from './cut/plan-cue-cuts.js';
import { planRecordingCuts } from './cut/plan-recording-cuts.js';
import { cueTimes } from './cut/slice-recording.js';
import { mapSilence } from './cut/silence-map.js';
import type { ClipEntry } from './manifest.js';
import { accountFor } from './sieve.js';
import { assignTranscripts } from './transcript/assign-transcripts.js';
import type { Cue } from './transcript/cue.js';

const RATE = 1000;
const anyCue = fc.tuple(fc.integer({ min: 0, max: 40_000 }), fc.integer({ min: 0, max: 12_000 }), fc.constantFrom('hi', '您好', '', '...')).map(([a, n, text]): Cue => ({ startSec: a / 1000, endSec: (a + n) / 1000, text }));
const anyRange = fc.tuple(fc.nat(30_000), fc.nat(9000)).map(([start, n]) => ({ start, end: start + n }));
const anyRecording = fc.record({ cues: fc.array(anyCue, { maxLength: 12 }), hasWholeText: fc.boolean(), totalSamples: fc.integer({ min: 1, max: 40_000 }), speech: fc.array(anyRange, { maxLength: 5 }), slices: fc.array(anyRange, { maxLength: 6 }) });

type Made = typeof anyRecording extends fc.Arbitrary<infer T> ? T : never;
const lengths = { sampleRateHz: RATE, minLengthMs: 3000, maxLengthMs: 10_000, marginMs: 200 };
const silenceOf = ({ totalSamples, speech }: Made) =>
  mapSilence(Float64Array.from({ length: Math.ceil(totalSamples / 10) }, (_, i) => (speech.some((s) => s.start <= i * 10 && s.end > i * 10) ? 0.3 : 0)), 10);
const planFor = (made: Made) => planRecordingCuts({ ...lengths, totalSamples: made.totalSamples, cues: made.cues, hasWholeText: made.hasWholeText, slice: () => made.slices, silence: silenceOf(made) });

describe('in = kept + dropped', () => {
  it('in any batch', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.string(), fc.option(fc.string()))), (items) => {
      const accounting = accountFor(items, ([id]) => id, ([, verdict]) => verdict);
      expect(accounting.in).toBe(accounting.kept + accounting.dropped.length);
      expect(accounting.dropped).toEqual(items.flatMap(([id, reason]) => (reason === null ? [] : [{ id, reason }])));
    }));
  });
  it('where recordings are cut: each gives a clip or a reason, each cue is in a clip or has one', () => {
    fc.assert(fc.property(anyRecording, (recording) => {
      const plan = planFor(recording);
      expect(plan.cuts.length + plan.uncut.length).toBeGreaterThan(0);
      for (const { reason } of plan.uncut) expect(reason).not.toBe('');
      if (plan.cuts[0]?.cut === 'whole') expect(plan.cuts).toHaveLength(1);
    }));
  });
  it('where words are assigned: each clip has words or a reason, and exactly the words of the cues it was cut at', () => {
    fc.assert(fc.property(anyRecording, (recording) => {
      const named = recording.cues.map((cue, i) => ({ ...cue, text: cue.text === '' ? '' : `${cue.text}${i}` }));
      const plan = planFor({ ...recording, cues: named });
      const clips = plan.cuts.map(({ start, end, cut, cues: held }, i): ClipEntry => ({
        v: 1, id: `r-${i}`, path: `clips/r-${i}.wav`, recordingId: 'r', recordingPath: 'r.wav', startSec: start / RATE, endSec: end / RATE, cut, ...(held === undefined ? {} : { cueTimes: cueTimes(held) }), measurements: null, findings: [], kept: true, reason: null,
      }));
      const sources = { cues: { r: named }, texts: recording.hasWholeText ? [{ key: 'r', recordingId: 'r', clipKey: null, text: 'whole', language: null, speaker: null, file: 'r.txt', line: 1 }] : [], findings: [] };
      const { transcripts, withoutText, accounting } = assignTranscripts({ clips, sources, language: 'en' });
      expect([...transcripts.map((t) => t.clip), ...withoutText.map((w) => w.id)].sort()).toEqual(clips.map((c) => c.id).sort());
      expect(accounting).toMatchObject({ in: clips.length, kept: transcripts.length });
      const cut = planCueCuts(named, { ...lengths, totalSamples: recording.totalSamples, silence: silenceOf(recording) });
      if (plan.cuts.some((c) => c.cut === 'cues')) {
        expect(transcripts.map((t) => t.text)).toEqual(cut.cuts.map((c) => c.cues.map(({ text }) => text).join(' ')).filter((text) => /[\p{L}\p{N}]/u.test(text)));
      }
    }), { numRuns: 1000, examples: [[{ cues: [{ startSec: 0.4, endSec: 0.802, text: 'hi' }], hasWholeText: false, totalSamples: 601, speech: [], slices: [] }]] }); // its middle is the recording's end
  });
});
