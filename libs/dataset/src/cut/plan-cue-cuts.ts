import type { Cue } from '../transcript/cue.js';
import type { Finding } from '../findings.js';
import { CLIP_LIMITS } from './clip-limits.js';
import { silentReach, silentShare, type SilenceMap } from './silence-map.js';
import { cueFinding, cueName, placeCues, type DroppedCue } from './usable-cues.js';

/** One clip to cut: `[start, end)` in samples, and the cues whose words are exactly its words, in order. */
export type CueCut = { readonly start: number; readonly end: number; readonly cues: readonly Cue[]; readonly findings: readonly Finding[] };
export type CueCutPlan = { readonly cuts: readonly CueCut[]; readonly dropped: readonly DroppedCue[]; readonly findings: readonly Finding[] };

export type CueCutOptions = {
  readonly totalSamples: number;
  readonly sampleRateHz: number;
  /** Shortest clip asked for. @default 3000 */
  readonly minLengthMs?: number;
  /** Longest clip. @default 10000 */
  readonly maxLengthMs?: number;
  /** How much silence on each side goes with a cue at most. @default 200 */
  readonly marginMs?: number;
  /** Where the recording is silent; without it every gap between cues counts as silence. */
  readonly silence?: SilenceMap;
};

type Stretch = { start: number; end: number; cues: Cue[]; settled: boolean };

/**
 * Plans the clips of a recording whose words have times. Each clip holds whole cues and reaches into no other cue.
 * A cue under the shortest length joins the nearer neighbour while the whole stays within the longest; where none can
 * be joined, it borrows the silence around it. Law: every cue is in exactly one cut or in `dropped`.
 */
export function planCueCuts(cues: readonly Cue[], options: CueCutOptions): CueCutPlan {
  const { totalSamples, sampleRateHz, minLengthMs = CLIP_LIMITS.minLengthMs, maxLengthMs = CLIP_LIMITS.maxLengthMs, marginMs = CLIP_LIMITS.marginMs, silence } = options;
  const samples = (ms: number) => Math.round((ms / 1000) * sampleRateHz);
  const placed = placeCues(cues, totalSamples, sampleRateHz);
  const findings: Finding[] = [...placed.findings];
  const dropped: DroppedCue[] = [...placed.dropped];

  const stretches: Stretch[] = [];
  for (const { start, end, cue } of placed.usable) {
    const last = stretches.at(-1);
    if (last !== undefined && start < last.end) {
      findings.push(cueFinding('CUE_OVERLAP', 'warning', cue, `it overlaps the one before it by ${((last.end - start) / sampleRateHz).toFixed(2)} s; they are kept together`, (last.end - start) / sampleRateHz));
      last.cues.push(cue);
      last.end = Math.max(last.end, end);
    } else stretches.push({ start, end, cues: [cue], settled: false });
  }
  const tooLong = (s: { start: number; end: number }) => s.end - s.start > samples(maxLengthMs);
  for (const s of stretches.filter(tooLong)) {
    const first = s.cues[0]!; // a stretch begins with a cue
    const reason = `${((s.end - s.start) / sampleRateHz).toFixed(2)} s${s.cues.length > 1 ? ` in ${s.cues.length} overlapping cues` : ''}, over ${maxLengthMs / 1000} s; give it finer times`;
    dropped.push({ cues: s.cues, start: s.start, end: s.end, reason: `${cueName(first)}: ${reason}` });
    findings.push(cueFinding('CUE_TOO_LONG', 'reject', first, reason, (s.end - s.start) / sampleRateHz));
  }
  /** Ranges that hold other speech, kept or not: no clip reaches into them and none is joined across them. */
  const walls = dropped.filter((d) => d.end > d.start).map(({ start, end }) => ({ start, end }));
  const quiet = (start: number, end: number) => end - start <= samples(CLIP_LIMITS.edgeSilenceMs) || silence === undefined || silentShare(silence, start, end) >= 0.8;
  const joinable = (a: Stretch | undefined, b: Stretch | undefined) =>
    a !== undefined && b !== undefined && !tooLong({ start: a.start, end: b.end }) && quiet(a.end, b.start) && !walls.some((w) => w.start < b.end && w.end > a.start);

  const live = joinShort(stretches.filter((s) => !tooLong(s)), samples(minLengthMs), joinable);
  const cuts: CueCut[] = [];
  for (const [at, s] of live.entries()) {
    const others = [...walls, ...live.slice(Math.max(0, at - 1), at), ...live.slice(at + 1, at + 2)];
    const room = {
      left: s.start - Math.max(0, ...others.filter((o) => o.start < s.start).map((o) => Math.min(o.end, s.start))),
      right: Math.min(totalSamples, ...others.filter((o) => o.end > s.end).map((o) => Math.max(o.start, s.end))) - s.end,
      atStart: !others.some((o) => o.start < s.start),
      atEnd: !others.some((o) => o.end > s.end),
    };
    const { start, end } = widen(s, room, { margin: samples(marginMs), loose: samples(CLIP_LIMITS.looseMs), guard: samples(CLIP_LIMITS.guardMs), min: samples(minLengthMs + CLIP_LIMITS.roundingMs), max: samples(maxLengthMs - CLIP_LIMITS.roundingMs), silence });
    const lengthSec = (end - start) / sampleRateHz;
    const own: Finding[] = [];
    if (lengthSec <= CLIP_LIMITS.trainerMinSec) {
      const reason = `${lengthSec.toFixed(2)} s; the trainer ignores clips of ${CLIP_LIMITS.trainerMinSec} s or less, and no neighbour or silence is near enough to lengthen it`;
      dropped.push({ cues: s.cues, start, end, reason: `${cueName(s.cues[0]!)}: ${reason}` });
      findings.push(cueFinding('CLIP_SHORT', 'reject', s.cues[0]!, reason, lengthSec));
      continue;
    }
    if (end - start < samples(minLengthMs)) own.push(cueFinding('CLIP_SHORT', 'warning', s.cues[0]!, `${lengthSec.toFixed(2)} s, under ${minLengthMs / 1000} s: no neighbour fits within ${maxLengthMs / 1000} s and the silence around it is too short`, lengthSec));
    cuts.push({ start, end, cues: s.cues, findings: own });
  }
  return { cuts, dropped, findings };
}

/** Joins each stretch under `min` samples to a neighbour, the shortest first, across the smaller gap first. */
function joinShort(stretches: Stretch[], min: number, joinable: (a: Stretch | undefined, b: Stretch | undefined) => boolean): Stretch[] {
  const live = stretches.map((s) => ({ ...s, cues: [...s.cues] }));
  for (;;) {
    let at = -1;
    for (const [i, s] of live.entries()) {
      if (!s.settled && s.end - s.start < min && (at === -1 || s.end - s.start < live[at]!.end - live[at]!.start)) at = i;
    }
    const short = live[at];
    if (short === undefined) return live;
    const sides = [
      { left: at - 1, gap: short.start - (live[at - 1]?.end ?? -Infinity) },
      { left: at, gap: (live[at + 1]?.start ?? Infinity) - short.end },
    ].sort((a, b) => a.gap - b.gap);
    const side = sides.find(({ left }) => joinable(live[left], live[left + 1]));
    if (side === undefined) {
      short.settled = true;
    } else {
      const [a, b] = [live[side.left]!, live[side.left + 1]!]; // joinable says both are there
      live.splice(side.left, 2, { start: a.start, end: b.end, cues: [...a.cues, ...b.cues], settled: false });
    }
  }
}

type Room = { left: number; right: number; atStart: boolean; atEnd: boolean };
type Widths = { margin: number; loose: number; guard: number; min: number; max: number; silence: SilenceMap | undefined };

/** The first part of a margin is always taken, since the cue's own words may run into it; the rest only while it is silent. */
const marginWidth = (room: number, loose: number, silentWithin: (limit: number) => number) => (room <= loose ? room : loose + silentWithin(room - loose));

/** Widens a stretch by its margins, within half of each gap, then by silence up to the shortest length. */
function widen(s: Stretch, room: Room, { margin, loose, guard, min, max, silence }: Widths): { start: number; end: number } {
  const budget = Math.max(0, max - (s.end - s.start));
  const roomLeft = Math.min(margin, room.atStart ? room.left : Math.floor(room.left / 2));
  const roomRight = Math.min(margin, room.atEnd ? room.right : Math.floor(room.right / 2));
  let left = marginWidth(roomLeft, loose, (limit) => (silence === undefined ? limit : silentReach(silence, s.start - loose, -1, limit)));
  let right = marginWidth(roomRight, loose, (limit) => (silence === undefined ? limit : silentReach(silence, s.end + loose, 1, limit)));
  if (left + right > budget) {
    const half = Math.floor(budget / 2);
    left = Math.min(left, Math.max(half, budget - right));
    right = Math.min(right, budget - left);
  }
  const missing = min - (s.end - s.start + left + right);
  if (missing > 0) {
    const limitLeft = Math.max(0, room.left - left - (room.atStart ? 0 : guard));
    const limitRight = Math.max(0, room.right - right - (room.atEnd ? 0 : guard));
    const canLeft = silence === undefined ? limitLeft : silentReach(silence, s.start - left, -1, limitLeft);
    const canRight = silence === undefined ? limitRight : silentReach(silence, s.end + right, 1, limitRight);
    const takeLeft = Math.min(canLeft, Math.max(Math.ceil(missing / 2), missing - canRight));
    left += takeLeft;
    right += Math.min(canRight, missing - takeLeft);
  }
  return { start: s.start - left, end: s.end + right };
}
