import type { Finding } from '../findings.js';
import { spreadOf } from '../middle.js';

/** What is known of a clip that can tell whether a person should hear it. `null`: not measured. */
export type ReviewFacts = {
  readonly id: string;
  readonly text: string | null;
  readonly durationSec: number;
  /** Cosine to the middle of the speaker's clips, −1…1. */
  readonly similarity: number | null;
  readonly snrDb: number | null;
  /** Of the recogniser, 0…1. */
  readonly confidence: number | null;
  /** How far two recognisers are apart: CER, 0 or more. */
  readonly disagreement: number | null;
  readonly findings: readonly Finding[];
  /** True when a person cut it and nobody has heard the result. */
  readonly recut: boolean;
};

/** Middle and usual spread of one figure over the clips of a voice. */
export type Norm = { readonly median: number; readonly spread: number };
export type ReviewNorms = { readonly similarity: Norm | null; readonly charsPerSec: Norm | null };

/** One reason for a place in the queue: how much it weighs, and the words that say it with its figures. */
export type QueueReason = { readonly code: string; readonly points: number; readonly message: string };
export type QueuePlace = { readonly id: string; readonly priority: number; readonly reasons: readonly QueueReason[] };

/** Points of each reason: how surely a person finds something to mend. Source: ours; a clip without words or of another voice comes first, a note hardly counts. */
export const QUEUE_POINTS = {
  noText: 60, reject: 40, warning: 15, note: 2,
  /** For each spread below the median similarity beyond `freeSpreads`. */ similarity: 8, similarityMost: 40,
  /** For each dB under `snrDb`. */ snr: 1, snrMost: 20,
  /** For confidence 0; none from `SURE` on. */ confidence: 30,
  /** For a CER of 1 and more between two recognisers. */ disagreement: 40,
  /** For each spread of characters a second outside, beyond `freeSpreads`. */ pace: 6, paceMost: 30,
  recut: 10,
} as const;
/** Deviations within this many spreads are usual (a normal distribution has 1 % beyond 2.6). */
const FREE_SPREADS = 2.5;
/** Recognisers are seldom surer than this of words that are right. Ours. */
const SURE = 0.9;
/** The recordings' own rule: less is a finding (the guide asks for 20 dB). */
const LEAST_SNR_DB = 20;
/** Spreads are taken as at least this, so that clips that are all alike do not make a trifle an outlier. Ours. */
const LEAST_SPREAD = { similarity: 0.02, charsPerSec: 0.5 } as const;

/** Letters and digits a second; null for a text of none. */
export function charactersPerSec({ text, durationSec }: Pick<ReviewFacts, 'text' | 'durationSec'>): number | null {
  const count = text?.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
  return count === 0 || !(durationSec > 0) ? null : count / durationSec;
}

/** What is usual for this voice: median and robust spread. Fewer than 5 figures say nothing. */
export function measureNorms(clips: readonly ReviewFacts[]): ReviewNorms {
  return {
    similarity: normOf(clips.map(({ similarity }) => similarity), LEAST_SPREAD.similarity),
    charsPerSec: normOf(clips.map(charactersPerSec), LEAST_SPREAD.charsPerSec),
  };
}

/**
 * Why a person should hear this clip, and how soon: the points of its reasons, added up. 0: nothing speaks against it.
 * Law: the priority is the sum of the reasons' points, which are all above 0; a worse figure never gives fewer.
 */
export function explainPriority(clip: ReviewFacts, norms: ReviewNorms): QueuePlace {
  const { text, similarity, snrDb, confidence, disagreement, findings, recut } = clip;
  const P = QUEUE_POINTS;
  const reasons: QueueReason[] = [];
  const add = (code: string, points: number, message: string): void => {
    const tenths = Math.round(points * 10) / 10;
    if (tenths > 0) reasons.push({ code, points: tenths, message });
  };
  if (text === null) add('NO_TEXT', P.noText, 'it has no words');
  if (similarity !== null && norms.similarity !== null) {
    const { median, spread } = norms.similarity;
    add('SIMILARITY', capped(P.similarity * ((median - similarity) / spread - FREE_SPREADS), P.similarityMost), `similarity ${similarity.toFixed(2)}; this voice’s clips have ${median.toFixed(2)} ± ${spread.toFixed(2)}`);
  }
  const pace = charactersPerSec(clip);
  if (pace !== null && norms.charsPerSec !== null) {
    const { median, spread } = norms.charsPerSec;
    add('PACE', capped(P.pace * (Math.abs(pace - median) / spread - FREE_SPREADS), P.paceMost), `${pace.toFixed(1)} characters a second; this voice speaks ${median.toFixed(1)} ± ${spread.toFixed(1)}: words may be missing or too many`);
  }
  if (disagreement !== null) add('DISAGREEMENT', P.disagreement * Math.min(1, Math.max(0, disagreement)), `two recognisers differ in ${Math.round(100 * disagreement)} % of the characters`);
  if (confidence !== null) add('CONFIDENCE', P.confidence * (1 - Math.max(0, confidence) / SURE), `the recogniser is ${Math.round(100 * confidence)} % sure`);
  if (snrDb !== null) add('SNR', capped(P.snr * (LEAST_SNR_DB - snrDb), P.snrMost), `signal ${snrDb.toFixed(0)} dB above the noise; ${LEAST_SNR_DB} dB are asked for`);
  for (const { code, level, message } of findings) add(code, P[level], message);
  if (recut) add('RECUT', P.recut, 'cut by a person, not heard since');
  reasons.sort((a, b) => b.points - a.points || (a.code < b.code ? -1 : 1));
  return { id: clip.id, priority: Math.round(reasons.reduce((sum, { points }) => sum + points, 0) * 10) / 10, reasons };
}

/** The clips, worst first; equal ones in the order given (by recording and time, say). */
export function planQueue(clips: readonly ReviewFacts[]): readonly QueuePlace[] {
  const norms = measureNorms(clips);
  return clips.map((clip) => explainPriority(clip, norms)).sort((a, b) => b.priority - a.priority); // sort is stable
}

const capped = (points: number, most: number): number => Math.min(most, points);

function normOf(values: readonly (number | null)[], leastSpread: number): Norm | null {
  const known = values.filter((value) => value !== null);
  if (known.length < 5) return null;
  const { middle, sigma } = spreadOf(known);
  return { median: middle, spread: Math.max(leastSpread, sigma) };
}
