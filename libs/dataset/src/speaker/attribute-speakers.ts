import { attributeTurns, type Turn } from './attribute-turns.js';
import { clusterEmbeddings } from './cluster-embeddings.js';
import { findSpeechByLevel, type Span } from './find-speech-by-level.js';
import { isShort, leaningOf, seedsOf } from './frame-hints.js';
import { joinSpeaker } from './join-speaker.js';
import { withoutOverlap } from './other-side.js';
import { planSpeakerWindows, windowSamples, type SpeakerWindow } from './plan-speaker-windows.js';
import { splitVoices } from './split-voices.js';
import { tile } from './tile-recording.js';
import { traceVoices } from './trace-voices.js';
import { median } from '../middle.js';
import { dot, meanOf, toUnit } from './vectors.js';

/** Embeds windows of equal length, mono; one embedding each, in order. */
export type EmbedWindows = (windows: readonly Float32Array[]) => Promise<readonly Float32Array[]>;

export type AttributeOptions = {
  /** Mono at the model's rate; shape `[samples]`. */
  readonly samples: Float32Array;
  readonly sampleRateHz: number;
  readonly embed: EmbedWindows;
  /** Samples that the model takes at once. @default 1.6 s (Resemblyzer 0.1.4, hparams.py) */
  readonly windowLength?: number | undefined;
  /** Embedding of speech known to be the speaker's; none: whoever speaks most is taken. */
  readonly enrolment?: Float32Array | undefined;
  /** The other side of a stereo call, at the same rate: when they speak is overlap. */
  readonly otherSide?: Float32Array | undefined;
  /** Who speaks when, as another program tells it (`sherpaDiarizer`): then nothing is grouped here; which of them is the speaker is found as ever. */
  readonly turns?: readonly Turn[] | undefined;
  readonly signal?: AbortSignal | undefined;
};

/** Why a stretch of a recording is not the speaker's. */
export type NotTheSpeaker = 'another speaker' | 'speakers overlap or change' | 'too short to tell' | 'no speech';

export type Attribution = {
  /** Where the speaker, and nobody else, speaks; with the pauses inside. In order. */
  readonly kept: readonly Span[];
  /** All else. Law: `kept` and `dropped` tile the recording. */
  readonly dropped: readonly (Span & { readonly why: NotTheSpeaker })[];
  /** How many parties were told apart. */
  readonly speakers: number;
  readonly chosenBy: 'enrolment' | 'dominant';
  /** Cosine of the enrolment to the one chosen, and to the next best; null without an enrolment, or where there is no next. */
  readonly similarity: number | null;
  readonly nextSimilarity: number | null;
  /** The middle of the chosen speaker's windows, unit length; null where nobody speaks. */
  readonly centre: Float32Array | null;
};

/** From one window to the next. Source: ours; a quarter second places a change of speaker well enough for the margin below. */
const HOP_SEC = 0.25;
/** Groups are one speaker while they are at most so much less alike than neighbouring windows of one speaker are: those of the upper quartile, for turns change between others. Source: ours; of 30 made calls two speakers were at least 0.15 less alike. */
const SPEAKER_GAP = 0.12;
const ONE_SPEAKER_QUANTILE = 0.75;
/** A party speaks for so long in all; less is a mixture or a noise. Source: ours. */
const LEAST_PARTY_SEC = 3;
/** Short windows vary more in where they lie, and so count with a wider spread. Source: ours. */
const SHORT_SPREAD = 2;
/** The speaker's windows are spread about 1 (the others about 0) by so much at least and at most. Source: ours. */
const SPREAD = [0.06, 0.15] as const;
/** One window speaks against the speaker by so much at most (natural logarithm), so that a cough does not end a stretch. Source: ours. */
const MOST_AGAINST = 4;
/** What a change of speaker must be worth, amid speech and over a pause (natural logarithm). Source: ours. */
const CHANGE_COST = 3;
const PAUSE_COST = 0.5;
/** Where the speaker begins amid speech: so much before the end of the first window that is theirs. Source: ours. */
const BEGIN_BEFORE_SEC = 0.1;
/** Where the speaker ends amid speech: so much before the end of the last window that is theirs, for another may have begun there unheard. Source: ours. */
const END_BEFORE_SEC = 0.45;
/** Pauses up to this long stay inside the speaker's stretch. Source: ours. */
const PAUSE_SEC = 1;
/** How much of a pause goes with the speech at its edge at most: onsets that level alone does not show. Source: ours. */
const EDGE_SEC = 0.15;

/**
 * Tells who speaks when in one recording, and keeps what one speaker says alone. Windows of speech are embedded and
 * grouped; how alike one speaker's windows are is learnt from the recording itself, so that telephone lines and noise
 * move the thresholds with them. From what the groups are sure of, the voices are learnt frame by frame (`traceVoices`).
 * Speech in which parties overlap is dropped, with a margin.
 */
export async function attributeSpeakers(options: AttributeOptions): Promise<Attribution> {
  if (options.turns !== undefined) return attributeTurns(options, options.turns);
  const { samples, sampleRateHz, embed, enrolment, signal, windowLength = Math.round(1.6 * sampleRateHz) } = options;
  const totalSec = samples.length / sampleRateHz;
  const speech = findSpeechByLevel(samples, sampleRateHz);
  const windows = planSpeakerWindows(speech, windowLength / sampleRateHz, HOP_SEC);
  const chosenBy = enrolment === undefined ? 'dominant' : 'enrolment';
  const nobody = { speakers: 0, chosenBy, similarity: null, nextSimilarity: null, centre: null } as const;
  if (windows.length === 0) return { ...tile([], speech, totalSec, []), ...nobody };
  const units = (await embedInBatches(windows.map((w) => () => windowSamples(samples, sampleRateHz, w, windowLength)), embed, signal)).map(toUnit);
  const known = enrolment === undefined ? null : toUnit(enrolment);
  const parties = joinSpeaker(findParties(windows, units, known), units, known).map((members) => meanOf(members.map((i) => units[i]!)));
  const ranked = parties.map((centre) => (known === null ? 0 : dot(known, centre)));
  const chosen = ranked.indexOf(Math.max(...ranked));
  const centre = parties[chosen]!;
  const others = parties.filter((_, i) => i !== chosen);
  const { verdicts, shares } = judge(windows, units, centre, others);
  const similarity = known === null ? null : ranked[chosen]!;
  const nextSimilarity = known === null || others.length === 0 ? null : Math.max(...ranked.filter((_, i) => i !== chosen));
  const followed = others.length === 0 ? null : traceVoices(samples, sampleRateHz, seedsOf(windows, shares, totalSec), leaningOf(windows, shares, totalSec));
  const own = followed === null ? keepSpans(speech, windows, verdicts.map((v) => v === 'speaker')) : followed.filter((span) => soundsLikeSpeaker(span, windows, shares));
  const alone = options.otherSide === undefined ? own : withoutOverlap(own, samples, options.otherSide, sampleRateHz);
  return { ...tile(alone, speech, totalSec, windows.map((w, i) => ({ ...w, other: verdicts[i] === 'other' }))), speakers: parties.length, chosenBy, similarity, nextSimilarity, centre };
}

/** Windows embedded at once: bounds memory. */
const BATCH = 32;

async function embedInBatches(make: readonly (() => Float32Array)[], embed: EmbedWindows, signal: AbortSignal | undefined): Promise<Float32Array[]> {
  const all: Float32Array[] = [];
  for (let first = 0; first < make.length; first += BATCH) {
    signal?.throwIfAborted();
    all.push(...(await embed(make.slice(first, first + BATCH).map((one) => one()))));
  }
  return all;
}

/** The windows of each of those who speak, in order; the one who speaks most first. */
function findParties(allWindows: readonly SpeakerWindow[], allUnits: readonly Float32Array[], known: Float32Array | null): readonly (readonly number[])[] {
  const long = allWindows.flatMap((w, i) => (isShort(w) ? [] : [i])); // short ones lie too far from each other to be told apart
  const used = long.length === 0 ? allWindows.map((_, i) => i) : long;
  const windows = used.map((i) => allWindows[i]!);
  const units = used.map((i) => allUnits[i]!);
  const neighbours: number[] = [];
  for (let i = 0; i < windows.length; i += 1) {
    const next = windows.findIndex((w, j) => j > i && w.startSec >= windows[i]!.endSec);
    if (next >= 0 && windows[next]!.startSec - windows[i]!.endSec < 1) neighbours.push(dot(units[i]!, units[next]!));
  }
  const alike = neighbours.sort((a, b) => a - b)[Math.floor(ONE_SPEAKER_QUANTILE * neighbours.length)] ?? 0.75;
  const groups = splitVoices(units, known).flatMap((part) => { // what is left of a small third party is joined window by window
    const labels = clusterEmbeddings(part.map((i) => units[i]!), alike - SPEAKER_GAP);
    return [...new Set(labels)].map((label) => part.filter((_, i) => labels[i] === label));
  }).sort((a, b) => b.length - a.length);
  const spoken = (members: readonly number[]) => coveredSec(members.map((i) => windows[i]!));
  const large = groups.filter((members) => spoken(members) >= LEAST_PARTY_SEC);
  return (large.length === 0 ? groups.slice(0, 1) : large).map((members) => ({ members, sec: spoken(members) })).sort((a, b) => b.sec - a.sec).map(({ members }) => members.map((i) => used[i]!));
}

function coveredSec(spans: readonly Span[]): number {
  let sum = 0;
  let end = -Infinity;
  for (const span of spans) {
    sum += Math.max(0, span.endSec - Math.max(end, span.startSec));
    end = Math.max(end, span.endSec);
  }
  return sum;
}

type Verdict = 'speaker' | 'other' | 'mixed';

/** Which windows hold the speaker alone: by how much nearer they are to the speaker than to the nearest other, against the windows of each. */
function judge(windows: readonly SpeakerWindow[], units: readonly Float32Array[], centre: Float32Array, others: readonly Float32Array[]): { readonly verdicts: readonly Verdict[]; /** 1: as the speaker’s windows are; 0: as the others’. */ readonly shares: readonly number[] } {
  const own = units.map((unit) => dot(unit, centre));
  if (others.length === 0) {
    const middle = median(own);
    const spread = Math.max(0.03, 1.4826 * median(own.map((s) => Math.abs(s - middle))));
    return { verdicts: own.map((s, i) => (s >= middle - 6 * spread || isShort(windows[i]!) ? 'speaker' : 'mixed')), shares: own.map(() => 1) };
  }
  const lead = units.map((unit, i) => own[i]! - Math.max(...others.map((other) => dot(unit, other))));
  const long = lead.filter((_, i) => !isShort(windows[i]!));
  const ahead = long.filter((value) => value > 0);
  const behind = long.filter((value) => value <= 0);
  if (ahead.length === 0 || behind.length === 0) return { verdicts: lead.map((value) => (value > 0 ? 'speaker' : 'other')), shares: lead.map((value) => (value > 0 ? 1 : 0)) };
  const [mine, theirs] = [median(ahead), median(behind)];
  const share = lead.map((value) => (value - theirs) / (mine - theirs));
  const above = share.filter((value, i) => value > 1 && !isShort(windows[i]!)).map((value) => value - 1); // what is mixed in only lowers a share
  const spread = above.length === 0 ? SPREAD[0] : Math.min(SPREAD[1], Math.max(SPREAD[0], 1.4826 * median(above)));
  const speaks = mostLikelyStates(share.map((value, i) => {
    const sigma = isShort(windows[i]!) ? SHORT_SPREAD * spread : spread;
    // A normal density about 1 against an even one from −0.5 to 1, where the others' windows and the mixed ones lie.
    return Math.max(-MOST_AGAINST, Math.log(1.5 / (sigma * Math.sqrt(2 * Math.PI))) - Math.min(0, value - 1) ** 2 / (2 * sigma * sigma));
  }), windows);
  return { verdicts: share.map((value, i) => (speaks[i]! ? 'speaker' : value <= 0.25 ? 'other' : 'mixed')), shares: share };
}

/** A stretch must also be nearer to the speaker than to the others by its windows: a third sound may resemble the speaker frame by frame. Source: ours. */
const LIKE_SPEAKER = 0.5;
/** Windows that say something of a stretch are so long, and reach out of it so far, at most; a stretch that holds none must be this long. Source: ours. */
const HEARD_SEC = 0.8;
const REACH_SEC = 0.2;

function soundsLikeSpeaker(span: Span, windows: readonly SpeakerWindow[], shares: readonly number[]): boolean {
  const inside = windows.flatMap((w, i) => (w.startSec >= span.startSec - REACH_SEC && w.endSec <= span.endSec + REACH_SEC && w.endSec - w.startSec >= HEARD_SEC ? [shares[i]!] : []));
  return inside.length === 0 ? span.endSec - span.startSec >= HEARD_SEC : median(inside) > LIKE_SPEAKER;
}

/** The likeliest course of "the speaker alone" and "not" (Viterbi 1967), given what each window says for the first. */
function mostLikelyStates(evidence: readonly number[], windows: readonly SpeakerWindow[]): readonly boolean[] {
  const came: [number, number][] = [];
  let score: [number, number] = [0, 0];
  evidence.forEach((value, i) => {
    const cost = windows[i - 1]?.speech === windows[i]!.speech ? CHANGE_COST : PAUSE_COST;
    const toNot = score[0] >= score[1] - cost ? 0 : 1;
    const toOwn = score[1] >= score[0] - cost ? 1 : 0;
    came.push([toNot, toOwn]);
    score = [Math.max(score[0], score[1] - cost), Math.max(score[1], score[0] - cost) + value];
  });
  const states = new Array<boolean>(evidence.length);
  let state = score[1] > score[0] ? 1 : 0;
  for (let i = evidence.length - 1; i >= 0; i -= 1) {
    states[i] = state === 1;
    state = came[i]![state as 0 | 1];
  }
  return states;
}

/** Joins the windows that are the speaker's to stretches; where one begins or ends amid speech, a margin is taken off. */
function keepSpans(speech: readonly Span[], windows: readonly SpeakerWindow[], pure: readonly boolean[]): readonly Span[] {
  const spans: { startSec: number; endSec: number; wholeEnd: boolean; wholeStart: boolean; last: number; first: number }[] = [];
  for (let i = 0; i < windows.length; i += 1) {
    if (!pure[i]) continue;
    const index = windows[i]!.speech;
    let last = i;
    while (pure[last + 1] === true && windows[last + 1]!.speech === index) last += 1;
    const wholeStart = windows[i - 1]?.speech !== index;
    const wholeEnd = windows[last + 1]?.speech !== index;
    const startSec = wholeStart ? speech[index]!.startSec : windows[i]!.endSec - BEGIN_BEFORE_SEC;
    const endSec = wholeEnd ? speech[index]!.endSec : windows[last]!.endSec - END_BEFORE_SEC;
    if (endSec > startSec) spans.push({ startSec, endSec, wholeStart, wholeEnd, first: index, last: index });
    i = last;
  }
  const windowed = new Set(windows.map((w) => w.speech));
  const joined: typeof spans = [];
  for (const span of spans) {
    const before = joined.at(-1);
    const between = before === undefined ? [] : speech.slice(before.last + 1, span.first);
    const silent = before !== undefined && before.wholeEnd && span.wholeStart && before.last < span.first;
    const known = before !== undefined && between.some((_, i) => windowed.has(before.last + 1 + i));
    if (silent && !known && span.startSec - before.endSec <= PAUSE_SEC) { before.endSec = span.endSec; before.wholeEnd = span.wholeEnd; before.last = span.last; }
    else joined.push({ ...span });
  }
  return joined.map((span) => ({
    startSec: span.wholeStart ? span.startSec - Math.min(EDGE_SEC, (span.startSec - (speech[span.first - 1]?.endSec ?? 0)) / 2) : span.startSec,
    endSec: span.wholeEnd ? span.endSec + Math.min(EDGE_SEC, ((speech[span.last + 1]?.startSec ?? span.endSec + 2 * EDGE_SEC) - span.endSec) / 2) : span.endSec,
  }));
}
