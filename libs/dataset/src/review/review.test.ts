import { mkdtemp, open, readFile, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { clipId } from '../cut/clip-id.js';
import type { ClipEntry, TranscriptEntry } from '../manifest.js';
import { applyReview, openReview, reviewUnits, type ReviewBase } from './apply-review.js';
import type { Decision } from './decision.js';
import { openDecisionLog } from './decision-log.js';
import { parseDecisions } from './parse-decisions.js';
import { planDecision, type ReviewIntent } from './plan-decision.js';
import { createReviewState, type ReviewState } from './review-state.js';

const RATE = 1000;
const clip = (recordingId: string, start: number, end: number, more: Partial<ClipEntry> = {}): ClipEntry => ({
  v: 1, id: clipId(recordingId, start, end), path: 'p', recordingId, recordingPath: `${recordingId}.wav`, startSec: start / RATE, endSec: end / RATE, cut: 'slicer', measurements: null, findings: [], kept: true, reason: null, ...more,
});
const words = ({ id }: ClipEntry, text: string): TranscriptEntry => ({ v: 1, clip: id, text, language: 'en', source: 'asr', from: 'x', confidence: 0.5, findings: [] });
const A = clip('r', 0, 4000);
const B = clip('r', 4500, 8000);
const C = clip('r', 20_000, 24_000);
const D = clip('s', 0, 5000, { kept: false, reason: 'another voice' });
const base: ReviewBase = { clips: [A, B, C, D], transcripts: [words(A, 'hello there'), words(B, 'good bye')], rateHz: RATE };

const start = (over: ReviewBase = base): ReviewState => createReviewState(reviewUnits(over));
let count = 0;
const decide = (state: ReviewState, intent: ReviewIntent, by = 'ann'): Decision => {
  const decision: Decision = { v: 1, seq: state.seq + 1, at: '2026-01-01T00:00:00.000Z', by, request: `q${(count += 1)}`, ...planDecision(state, intent, { by, rateHz: RATE }) };
  expect(state.apply(decision)).toBe(true);
  return decision;
};
const seen = (state: ReviewState, { id }: { readonly id: string }) => ({ id, rev: state.get(id)!.rev });
const applied = (state: ReviewState, over = base) => applyReview(over, state, 'en');

describe('what decisions make of the clips', () => {
  it('a rejected clip is not kept, with review as the reason; words that a person wrote replace others', () => {
    const state = start();
    decide(state, { action: 'reject', units: [seen(state, A)] });
    decide(state, { action: 'accept', units: [seen(state, B)], text: ' good-bye \n then ' });
    const { clips, transcripts, accounting } = applied(state);
    expect(clips.slice(0, 2)).toMatchObject([{ id: A.id, kept: false, reason: 'review: rejected by ann' }, { id: B.id, kept: true }]);
    expect(transcripts).toMatchObject([{ clip: B.id, text: 'good-bye then', source: 'person', confidence: null }]);
    expect(accounting).toEqual({ in: 2, kept: 1, dropped: [{ id: A.id, reason: 'review: rejected by ann' }] });
  });
  it('without decisions everything goes on as it came', () => {
    const { clips, transcripts, cuts, findings } = applied(start());
    expect([clips, transcripts, cuts, findings]).toEqual([base.clips, base.transcripts, [], []]);
  });
  it('words that are accepted as they are stay what the recogniser’s own confidence says of them', () => {
    const state = start();
    decide(state, { action: 'accept', units: [seen(state, A)], text: 'hello there' });
    expect(applied(state).transcripts[0]).toEqual(base.transcripts[0]);
    const heardAgain = { ...base, transcripts: [words(A, 'yellow hair')] }; // what was accepted holds, whatever a recogniser hears later
    const { state: later } = openReview(heardAgain, `${JSON.stringify(decideOn(base))}\n`);
    expect(applied(later, heardAgain).transcripts[0]).toMatchObject({ text: 'hello there', source: 'person' });
  });
  it('a clip without words, or of another voice, is taken up when a person says so', () => {
    const state = start();
    decide(state, { action: 'text', units: [seen(state, C)], text: 'found' });
    decide(state, { action: 'accept', units: [seen(state, D)], text: 'mine after all' });
    const { clips, transcripts, accounting } = applied(state);
    expect(clips[3]).toMatchObject({ kept: true, reason: null });
    expect(transcripts.map((t) => t.text)).toEqual(['hello there', 'good bye', 'found', 'mine after all']);
    expect(accounting).toMatchObject({ in: 4, kept: 4, dropped: [] });
  });
  it('says which accepted clip has no words', () => {
    const state = start();
    decide(state, { action: 'accept', units: [seen(state, C)] });
    expect(applied(state).findings).toMatchObject([{ code: 'REVIEW_NO_WORDS', value: C.id }]);
  });
  it('cuts and joins give clips of their own, in the place of those that they were made of', () => {
    const state = start();
    decide(state, { action: 'trim', units: [seen(state, A)], start: 500, end: 4000 });
    const trimmed = state.units()[0]!;
    expect(trimmed.id).toBe(clipId('r', 500, 4000));
    decide(state, { action: 'merge', units: [seen(state, trimmed), seen(state, B)], text: 'hello there. Good bye' });
    const joined = state.units()[0]!;
    decide(state, { action: 'split', units: [seen(state, joined)], at: 3000, texts: ['hello there.', 'Good bye'] });
    const { clips, transcripts, cuts, accounting } = applied(state);
    expect(cuts.map(({ unit, sources }) => [unit.start, unit.end, sources.map((c) => c.id)])).toEqual([[500, 3000, [A.id]], [3000, 8000, [A.id, B.id]]]);
    expect(clips.map((c) => [c.id, c.kept, c.cut])).toEqual([[A.id, false, 'slicer'], [B.id, false, 'slicer'], [C.id, true, 'slicer'], [D.id, false, 'slicer'], [clipId('r', 500, 3000), true, 'person'], [clipId('r', 3000, 8000), true, 'person']]);
    expect(transcripts.map((t) => t.text)).toEqual(['hello there.', 'Good bye']);
    expect(accounting).toMatchObject({ in: 4, kept: 2, dropped: [{ id: A.id, reason: `review: cut anew, as ${clipId('r', 500, 3000)}, ${clipId('r', 3000, 8000)}` }, { id: B.id }] });
  });
  it('decisions on clips that are not there any more are listed, and nothing else is lost', () => {
    const state = createReviewState(reviewUnits({ ...base, clips: [B] }), [decideOn(base)]);
    expect(applied(state, { ...base, clips: [B] }).findings).toMatchObject([{ code: 'REVIEW_STALE', value: 1 }]);
  });
});

function decideOn(over: ReviewBase): Decision {
  const state = start(over);
  return decide(state, { action: 'accept', units: [seen(state, A)] });
}

describe('what is refused', () => {
  it.each<[string, (s: ReviewState) => ReviewIntent, string]>([
    ['a trim that is no trim', (s) => ({ action: 'trim', units: [seen(s, A)], start: 0, end: 4000 }), 'nothing is trimmed off'],
    ['a clip made longer', (s) => ({ action: 'trim', units: [seen(s, B)], start: 4000, end: 8000 }), 'only made shorter'],
    ['a piece of half a second', (s) => ({ action: 'split', units: [seen(s, A)], at: 500, texts: ['a', 'b'] }), 'a clip of 0.50 s'],
    ['half a sample', (s) => ({ action: 'split', units: [seen(s, A)], at: 2000.5, texts: ['a', 'b'] }), 'whole samples'],
    ['a join over 12 s', (s) => ({ action: 'merge', units: [seen(s, B), seen(s, C)], text: '' }), '12.0 s later'],
    ['a join over recordings', (s) => ({ action: 'merge', units: [seen(s, C), seen(s, D)], text: '' }), 'the next one of its recording'],
    ['a join backwards', (s) => ({ action: 'merge', units: [seen(s, B), seen(s, A)], text: '' }), 'the next one of its recording'],
    ['one text for two', (s) => ({ action: 'accept', units: [seen(s, A), seen(s, B)], text: 'x' }), 'several clips'],
    ['a clip twice', (s) => ({ action: 'reject', units: [seen(s, A), seen(s, A)] }), 'named twice'],
    ['no clip', () => ({ action: 'reject', units: [] }), 'no clip'],
    ['a text of 5001', (s) => ({ action: 'text', units: [seen(s, A)], text: 'x'.repeat(5001) }), '5001'],
    ['an undo of nothing', () => ({ action: 'undo' }), 'nothing of yours'],
  ])('%s', (_, intent, message) => {
    const state = start();
    expect(() => planDecision(state, intent(state), { by: 'ann', rateHz: RATE })).toThrow(expect.objectContaining({ code: 'DATASET_REVIEW_REFUSED', message: expect.stringContaining(message) as string }));
  });
  it('a decision on what another person has changed meanwhile, naming them', () => {
    const state = start();
    const old = seen(state, A);
    decide(state, { action: 'reject', units: [old] }, 'bob');
    expect(() => planDecision(state, { action: 'accept', units: [old] }, { by: 'ann', rateHz: RATE })).toThrow(expect.objectContaining({ code: 'DATASET_REVIEW_CONFLICT', message: expect.stringContaining('bob decided') as string }));
    decide(state, { action: 'trim', units: [seen(state, A)], start: 0, end: 2000 }, 'bob');
    expect(() => planDecision(state, { action: 'accept', units: [{ id: A.id, rev: 1 }] }, { by: 'ann', rateHz: RATE })).toThrow(/cut anew/);
  });
});

describe('undo', () => {
  it('takes back one’s own decisions, latest first, and not over another’s head', () => {
    const state = start();
    decide(state, { action: 'text', units: [seen(state, A)], text: 'one' });
    decide(state, { action: 'accept', units: [seen(state, A)] });
    decide(state, { action: 'reject', units: [seen(state, B)] }, 'bob');
    decide(state, { action: 'undo' });
    expect(state.get(A.id)).toMatchObject({ verdict: null, text: 'one' });
    decide(state, { action: 'undo' });
    expect(state.get(A.id)).toMatchObject({ verdict: null, text: 'hello there', edited: false });
    expect(state.get(B.id)).toMatchObject({ verdict: 'rejected', by: 'bob' });
    decide(state, { action: 'accept', units: [seen(state, B)] });
    decide(state, { action: 'text', units: [seen(state, B)], text: 'bob’s' }, 'bob');
    expect(() => planDecision(state, { action: 'undo' }, { by: 'ann', rateHz: RATE })).toThrow(expect.objectContaining({ code: 'DATASET_REVIEW_CONFLICT', message: expect.stringContaining('by bob') as string }));
  });
});

/** Any sequence of things that people ask for; what cannot be done is passed over. */
type Wish = { readonly action: string; readonly pick: number; readonly a: number; readonly b: number; readonly by: string };
const anyIntents: fc.Arbitrary<readonly Wish[]> = fc.array(fc.record({ action: fc.constantFrom('accept', 'reject', 'text', 'trim', 'split', 'merge', 'undo'), pick: fc.nat(20), a: fc.double({ min: 0, max: 1, noNaN: true }), b: fc.double({ min: 0, max: 1, noNaN: true }), by: fc.constantFrom('ann', 'bob') }), { maxLength: 25 });
function play(state: ReviewState, intents: readonly Wish[]): Decision[] {
  const made: Decision[] = [];
  for (const { action, pick, a, b, by } of intents) {
    const all = state.units();
    const unit = all[pick % all.length]!;
    const next = state.next(unit.id);
    const at = (share: number) => unit.start + Math.round(share * (unit.end - unit.start));
    const one = seen(state, unit);
    const intent = ({ accept: { action: 'accept', units: [one] }, reject: { action: 'reject', units: [one] }, text: { action: 'text', units: [one], text: a < 0.2 ? '' : `t${pick}` }, trim: { action: 'trim', units: [one], start: at(Math.min(a, b)), end: at(Math.max(a, b)) }, split: { action: 'split', units: [one], at: at(a), texts: ['p', 'q'] }, merge: { action: 'merge', units: [one, next === undefined ? one : seen(state, next)], text: 'm' }, undo: { action: 'undo' } } as const)[action as 'undo'] as ReviewIntent;
    try {
      made.push(decide(state, intent, by));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && String(error.code).startsWith('DATASET_REVIEW_'))) throw error;
    }
  }
  return made;
}

describe('laws, for any decisions', () => {
  it('kept and dropped make up what came in, no id comes twice, and a clip lies inside its recording’s clips', () => {
    fc.assert(fc.property(anyIntents, (intents) => {
      const state = start();
      play(state, intents);
      const { clips, transcripts, cuts, accounting } = applied(state);
      expect(accounting.in).toBe(accounting.kept + accounting.dropped.length);
      expect(new Set(clips.map(({ id }) => id)).size).toBe(clips.length);
      expect(transcripts.length).toBe(accounting.kept);
      for (const t of transcripts) expect(clips.find(({ id }) => id === t.clip)?.kept).toBe(true);
      for (const { sources } of cuts) expect(sources.length).toBeGreaterThan(0);
    }), { numRuns: 200 });
  });
  it('the file gives back the state: each line parsed is the decision made', () => {
    fc.assert(fc.property(anyIntents, fc.nat(40), (intents, torn) => {
      const state = start();
      const text = play(state, intents).map((d) => `${JSON.stringify(d)}\n`).join('');
      const again = openReview(base, text);
      expect(again.state.units()).toEqual(state.units());
      expect([again.torn, again.findings, again.state.stale]).toEqual([false, [], []]);
      const cut = openReview(base, `${text}${'{"v":1,"seq":99,"at":"2026-01-01T00:00:00.000Z","by":"x"'.slice(0, torn + 1)}`);
      expect(cut.state.units()).toEqual(state.units());
      expect([cut.torn, cut.findings.map((f) => f.code)]).toEqual([true, ['REVIEW_LINE']]);
    }), { numRuns: 100 });
  });
  it('one person who takes everything back is where they began', () => {
    fc.assert(fc.property(anyIntents, (intents) => {
      const state = start();
      play(state, intents.map((i) => ({ ...i, by: 'ann' })));
      while (state.lastOf('ann') !== undefined) decide(state, { action: 'undo' });
      const plain = (units: readonly { rev: number; by: string | null }[]) => units.map(({ rev: _rev, by: _by, ...unit }) => unit);
      expect(plain(state.units())).toEqual(plain(start().units()));
    }), { numRuns: 200 });
  });
});

describe('review.jsonl', () => {
  const folder = async (): Promise<string> => {
    const dir = await mkdtemp(join(tmpdir(), 'voxtune-review-'));
    onTestFinished(() => rm(dir, { recursive: true, force: true }));
    return join(dir, 'review.jsonl');
  };
  it('has a decision on disk when it is answered, says who and when, and repeats no request', async () => {
    const path = await folder();
    const log = await openDecisionLog(path, base, () => Date.UTC(2026, 0, 2));
    const [first, again] = await Promise.all([1, 2].map(() => log.decide({ action: 'reject', units: [{ id: A.id, rev: 0 }] }, { by: 'ann', request: 'q' })));
    expect(again).toBe(first);
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ v: 1, seq: 1, at: '2026-01-02T00:00:00.000Z', by: 'ann', action: 'reject', before: [{ id: A.id, verdict: null }], after: [{ id: A.id, verdict: 'rejected' }] });
    await log.close();
  });
  it('goes on after a line that a kill cut off, on a line of its own', async () => {
    const path = await folder();
    await writeFile(path, `${JSON.stringify(decideOn(base))}\n{"v":1,"seq":2,"at":`);
    const log = await openDecisionLog(path, base, () => 0);
    expect(log.findings).toMatchObject([{ code: 'REVIEW_LINE', line: 2 }]);
    await log.decide({ action: 'reject', units: [{ id: B.id, rev: 0 }] }, { by: 'bob', request: 'z' });
    await log.close();
    expect(parseDecisions(await readFile(path, 'utf8')).decisions.map(({ seq, by }) => [seq, by])).toEqual([[1, 'ann'], [2, 'bob']]);
  });
  it('two that decide on one clip at once: one is saved, the other is told', async () => {
    const path = await folder();
    const log = await openDecisionLog(path, base, () => 0);
    const both = await Promise.allSettled(['ann', 'bob'].map((by) => log.decide({ action: by === 'ann' ? 'accept' : 'reject', units: [{ id: A.id, rev: 0 }] }, { by, request: by })));
    expect(both).toMatchObject([{ status: 'fulfilled' }, { status: 'rejected', reason: { code: 'DATASET_REVIEW_CONFLICT' } }]);
    expect(log.state.get(A.id)).toMatchObject({ verdict: 'accepted', by: 'ann' });
    await log.close();
  });
  it('a file that cannot be written is told before anything is decided', async () => {
    await expect(openDecisionLog(join(tmpdir(), 'no-such-folder-here', 'review.jsonl'), base, () => 0)).rejects.toMatchObject({ code: 'DATASET_REVIEW_NOT_SAVED' });
  });
  it('a disk that refuses leaves the file as it was, and the next decision goes on', async () => {
    const path = await folder();
    const log = await openDecisionLog(path, base, () => 0);
    await log.decide({ action: 'accept', units: [{ id: B.id, rev: 0 }] }, { by: 'ann', request: '1' });
    const before = await readFile(path, 'utf8');
    const handle = await open(path);
    const full = vi.spyOn(Object.getPrototypeOf(handle) as FileHandle, 'sync').mockRejectedValueOnce(Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })); // written, but not flushed
    await handle.close();
    const reject = () => log.decide({ action: 'reject', units: [{ id: A.id, rev: 0 }] }, { by: 'ann', request: '2' });
    await expect(reject()).rejects.toMatchObject({ code: 'DATASET_REVIEW_NOT_SAVED', message: expect.stringContaining('no space left') as string });
    expect([await readFile(path, 'utf8'), log.state.seq, log.state.get(A.id)?.verdict]).toEqual([before, 1, null]);
    full.mockRestore();
    expect((await reject()).seq).toBe(2);
    await log.close();
  });
});
