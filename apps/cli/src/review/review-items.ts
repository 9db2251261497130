// The clips under review as the page and --list show them: what is known of each, why it has its place, what was decided.
import { explainPriority, measureNorms, reviewUnits, type ClipEntry, type Finding, type QueueReason, type ReviewBase, type ReviewFacts, type ReviewNorms, type ReviewState, type TranscriptEntry, type UnitState } from '@voxtune/dataset';

export type ReviewItem = {
  readonly id: string;
  readonly rev: number;
  readonly by: string | null;
  readonly recordingId: string;
  readonly recording: string;
  /** Samples at the clip rate, counted in the recording. */
  readonly start: number;
  readonly end: number;
  readonly text: string | null;
  readonly edited: boolean;
  readonly verdict: 'accepted' | 'rejected' | null;
  readonly priority: number;
  readonly reasons: readonly QueueReason[];
  readonly findings: readonly { readonly code: string; readonly level: Finding['level'] }[];
  readonly similarity: number | null;
  readonly snrDb: number | null;
  readonly confidence: number | null;
  /** Why it was left out before the review, where it was. */
  readonly leftOut: string | null;
  readonly recut: boolean;
};
export type ReviewCounts = { readonly clips: number; readonly open: number; readonly accepted: number; readonly rejected: number; /** Speech in open clips. */ readonly openSec: number };
export type ReviewItems = { item(unit: UnitState): ReviewItem; all(): readonly ReviewItem[] };

/** Looks at clips one by one, against what is usual for this voice. */
export function reviewItems(base: ReviewBase, state: ReviewState): ReviewItems {
  const clips = new Map(base.clips.map((clip) => [clip.id, clip]));
  const words = new Map(base.transcripts.map((t) => [t.clip, t]));
  const paths = new Map(base.clips.map(({ recordingId, recordingPath }) => [recordingId, recordingPath]));
  const facts = (unit: Pick<UnitState, 'id' | 'start' | 'end' | 'text' | 'edited' | 'verdict'>): ReviewFacts => factsOf(unit, clips.get(unit.id), words.get(unit.id), base.rateHz);
  const norms: ReviewNorms = measureNorms(reviewUnits(base).filter(({ id }) => clips.get(id)?.kept).map(facts));
  const item = (unit: UnitState): ReviewItem => {
    const own = facts(unit);
    const clip = clips.get(unit.id);
    const { priority, reasons } = explainPriority(own, norms);
    const { id, rev, by, recordingId, start, end, text, edited, verdict } = unit;
    return {
      id, rev, by, recordingId, recording: paths.get(recordingId) ?? recordingId, start, end, text, edited, verdict, priority, reasons,
      findings: own.findings.map(({ code, level }) => ({ code, level })), similarity: own.similarity, snrDb: own.snrDb, confidence: own.confidence, leftOut: clip?.kept === false ? (clip.reason ?? 'left out') : null, recut: clip === undefined,
    };
  };
  return { item, all: () => state.units().map(item).sort((a, b) => b.priority - a.priority) };
}

function factsOf({ id, start, end, text, edited, verdict }: Pick<UnitState, 'id' | 'start' | 'end' | 'text' | 'edited' | 'verdict'>, clip: ClipEntry | undefined, transcript: TranscriptEntry | undefined, rateHz: number): ReviewFacts {
  const heard = edited ? undefined : transcript; // what was found in the recogniser's words is not true of a person's
  const apart = heard?.findings.find(({ code }) => /DISAGREE|AGREEMENT/.test(code))?.value;
  return {
    id, text, durationSec: (end - start) / rateHz, similarity: clip?.similarity ?? null, snrDb: clip?.measurements?.['snrDb'] ?? null, confidence: heard?.confidence ?? null,
    disagreement: typeof apart === 'number' ? apart : null, findings: [...(clip?.findings ?? []), ...(heard?.findings ?? [])], recut: clip === undefined && verdict === null,
  };
}

/** Clips that were left out before count only once a person took them up. */
export function countItems(items: readonly ReviewItem[], rateHz: number): ReviewCounts {
  const counted = items.filter(({ leftOut, verdict }) => leftOut === null || verdict !== null);
  const of = (verdict: ReviewItem['verdict']) => counted.filter((item) => item.verdict === verdict);
  const open = of(null);
  return { clips: counted.length, open: open.length, accepted: of('accepted').length, rejected: of('rejected').length, openSec: Math.round((open.reduce((sum, { start, end }) => sum + end - start, 0) / rateHz) * 1000) / 1000 };
}
