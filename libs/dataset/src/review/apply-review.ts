import type { Finding } from '../findings.js';
import { foreignLetters, type Language } from '../language.js';
import type { ClipEntry, TranscriptEntry } from '../manifest.js';
import type { Drop } from '../sieve.js';
import type { ReviewUnit } from './decision.js';
import { parseDecisions } from './parse-decisions.js';
import { createReviewState, type ReviewState, type UnitState } from './review-state.js';

export type ReviewBase = { readonly clips: readonly ClipEntry[]; readonly transcripts: readonly TranscriptEntry[]; /** The clip rate. */ readonly rateHz: number };

/** A clip that a person cut: its place, and the clips whose sound it holds. */
export type ReviewCut = { readonly unit: UnitState; readonly sources: readonly ClipEntry[] };

export type AppliedReview = {
  /** Every clip as it came, with the decisions on it, then those that a person cut; their measurements are still to be taken. */
  readonly clips: readonly ClipEntry[];
  readonly transcripts: readonly TranscriptEntry[];
  readonly cuts: readonly ReviewCut[];
  /** Clips with words that go on, and those that do not, with the reason. Law: `in` = kept + dropped. */
  readonly accounting: { readonly in: number; readonly kept: number; readonly dropped: readonly Drop[] };
  readonly findings: readonly Finding[];
};

/** The clips as a review starts from them. */
export function reviewUnits({ clips, transcripts, rateHz }: ReviewBase): readonly ReviewUnit[] {
  const words = new Map(transcripts.map(({ clip, text }) => [clip, text]));
  return clips.map(({ id, recordingId, startSec, endSec }) => ({ id, recordingId, start: Math.round(startSec * rateHz), end: Math.round(endSec * rateHz), verdict: null, text: words.get(id) ?? null, edited: false }));
}

/** Reads `review.jsonl` over the clips that it is about. */
export function openReview(base: ReviewBase, text: string): { readonly state: ReviewState; readonly findings: readonly Finding[]; readonly torn: boolean } {
  const { decisions, findings, torn } = parseDecisions(text);
  return { state: createReviewState(reviewUnits(base), decisions), findings, torn };
}

/**
 * What the decisions make of the clips and their words: rejected clips are not kept, words that a person wrote replace others, trimmed, split and joined clips take the
 * place of those that they were cut from. Nothing is decided for the person: what nobody looked at goes on as it came.
 * @param language - Of words that a person wrote where there were none.
 */
export function applyReview(base: ReviewBase, state: ReviewState, language: Language): AppliedReview {
  const words = new Map(base.transcripts.map((t) => [t.clip, t]));
  const first = new Map(base.clips.map((c) => [c.id, c]));
  const made = state.units().filter(({ id }) => !first.has(id));
  const cuts = made.map((unit) => ({ unit, sources: base.clips.filter((clip) => overlaps(unit, clip, base.rateHz)) }));
  const heirs = (clip: ClipEntry) => made.filter((unit) => overlaps(unit, clip, base.rateHz)).map(({ id }) => id);
  const clips: ClipEntry[] = [];
  const transcripts: TranscriptEntry[] = [];
  const dropped: Drop[] = [];
  const findings: Finding[] = state.stale.map(({ seq, by, action, before }) => ({ code: 'REVIEW_STALE', level: 'warning', message: `review.jsonl, decision ${seq} (${action}, by ${by}): ${before.map(({ id }) => id).slice(0, 3).join(', ')} is not there any more; the recordings were cut otherwise since`, value: seq }));
  let inputs = 0;

  /** Takes a clip in: with words it counts; without, the stage before has listed it. */
  const settle = (clip: ClipEntry, transcript: TranscriptEntry | undefined, unit: UnitState | undefined): void => {
    clips.push(clip);
    if (unit?.verdict === 'accepted' && transcript === undefined) findings.push({ code: 'REVIEW_NO_WORDS', level: 'warning', message: `${clip.id} was accepted by ${unit.by ?? 'a person'}, but has no words`, value: clip.id });
    if (transcript === undefined) return;
    const before = first.get(clip.id);
    if (before !== undefined && !before.kept && !clip.kept) return; // listed where it was cut
    inputs += 1;
    if (clip.kept) transcripts.push(transcript);
    else dropped.push({ id: clip.id, reason: clip.reason ?? 'review' });
  };

  for (const clip of base.clips) {
    const unit = state.get(clip.id);
    if (unit === undefined) settle({ ...clip, kept: false, reason: clip.kept ? `review: cut anew, as ${heirs(clip).join(', ') || 'part of a rejected clip'}` : clip.reason }, words.get(clip.id), undefined);
    else settle({ ...clip, ...judged(unit, clip) }, wordsOf(unit, words.get(clip.id), language), unit);
  }
  for (const { unit, sources } of cuts) {
    const [source] = sources;
    if (source === undefined) continue; // its recording is cut otherwise now: the decision is among the stale ones
    const { recordingId, recordingPath } = source;
    const clip: ClipEntry = {
      v: 1, id: unit.id, path: `clips/${unit.id}.wav`, recordingId, recordingPath, startSec: unit.start / base.rateHz, endSec: unit.end / base.rateHz, cut: 'person', measurements: null, findings: [], kept: unit.verdict !== 'rejected', reason: unit.verdict === 'rejected' ? rejection(unit) : null,
    };
    const heard = words.get(source.id);
    settle(clip, unit.text === null ? undefined : { v: 1, clip: unit.id, text: unit.text, language: heard?.language ?? language, source: 'person', from: 'review.jsonl', confidence: null, findings: checkText(unit.text, heard?.language ?? language) }, unit);
  }
  return { clips, transcripts, cuts, accounting: { in: inputs, kept: transcripts.length, dropped }, findings };
}

const overlaps = (unit: ReviewUnit, clip: ClipEntry, rateHz: number): boolean => clip.recordingId === unit.recordingId && Math.round(clip.startSec * rateHz) < unit.end && Math.round(clip.endSec * rateHz) > unit.start;

const rejection = ({ by }: UnitState): string => `review: rejected by ${by ?? 'a person'}`;

function judged(unit: UnitState, clip: ClipEntry): Pick<ClipEntry, 'kept' | 'reason'> {
  if (unit.verdict === 'accepted') return { kept: true, reason: null };
  if (unit.verdict === 'rejected' && clip.kept) return { kept: false, reason: rejection(unit) };
  return { kept: clip.kept, reason: clip.reason };
}

function wordsOf({ id, text, edited }: UnitState, heard: TranscriptEntry | undefined, language: Language): TranscriptEntry | undefined {
  if (text === null) return undefined;
  if (!edited && heard?.text === text) return heard;
  const spoken = heard?.language ?? language;
  return { v: 1, clip: id, text, language: spoken, source: 'person', from: 'review.jsonl', confidence: null, findings: checkText(text, spoken) };
}

function checkText(text: string, language: Language): Finding[] {
  const odd = foreignLetters(text, language);
  return odd === '' ? [] : [{ code: 'TEXT_SCRIPT', level: 'warning', message: `letters that ${language} does not use: ${odd.slice(0, 20)}`, value: odd.slice(0, 20) }];
}
