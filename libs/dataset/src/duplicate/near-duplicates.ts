import type { Landmarks } from './landmarks.js';

/** A hash that so many recordings have says nothing (a dial tone, a jingle's beep). Source: ours. */
const MOST_SHARED = 200;
/** Landmarks that agree at one offset: so many at least, and this share of the smaller recording's. Source: ours; copies over MP3, µ-law and with cut ends keep 0.15 and more, other speech at most 0.02. */
const LEAST_AGREEING = 12;
const LEAST_SHARE = 0.07;
/** Offsets so near each other agree, frames of 16 ms: a cut is not on a frame's edge. Source: ours. */
const SLACK_FRAMES = 1;

/** Two recordings with the same speech. Places in the list given; `first < second`. */
export type NearDuplicate = { readonly first: number; readonly second: number; /** Share of the smaller one's landmarks that agree, 0…1. */ readonly share: number; /** How much later in `first` the same sound is, seconds. */ readonly offsetSec: number };

/** Landmarks are numbered below this. */
const NUMBERS = 2 ** 31;

/** Seconds of a frame of `Landmarks`. */
const FRAME_SEC = 0.016;

/**
 * Finds the recordings that hold the same speech: for each, the earlier ones it resembles, those first that resemble none themselves, and one
 * of each kind (so a thousand copies give a thousand pairs, not half a million). Give the better recordings first.
 * Memory grows with the landmarks, time with those that are shared.
 */
export function findNearDuplicates(all: readonly Landmarks[]): readonly NearDuplicate[] {
  const { owner, frame, place, bucket } = indexLandmarks(all);
  const votes = new Uint32Array(all.length);
  const kind = all.map((_, i) => i); // union-find over what was linked
  const leader = (i: number): number => { while (kind[i] !== i) i = kind[i] = kind[kind[i]!]!; return i; };
  const original = new Uint8Array(all.length).fill(1);
  const found: NearDuplicate[] = [];
  let from = 0;
  for (const [second, { hashes }] of all.entries()) {
    const to = from + hashes.length;
    const touched: number[] = [];
    for (let at = from; at < to; at += 1) for (let p = bucket[at]!; p < place[at]!; p += 1) {
      const other = owner[p]!;
      if (other === second) continue;
      if (votes[other]! === 0) touched.push(other);
      votes[other]! += 1;
    }
    const least = (first: number) => Math.max(LEAST_AGREEING, LEAST_SHARE * Math.min(all[first]!.hashes.length, hashes.length));
    const candidates = touched.filter((first) => votes[first]! >= least(first)).sort((a, b) => original[b]! - original[a]! || votes[b]! - votes[a]! || a - b);
    for (const first of touched) votes[first] = 0;
    const linked = new Set<number>();
    for (const first of candidates) {
      if (linked.has(leader(first))) continue;
      const offsets: number[] = [];
      for (let at = from; at < to; at += 1) for (let p = bucket[at]!; p < place[at]!; p += 1) if (owner[p] === first) offsets.push(frame[p]! - frame[place[at]!]!);
      const { count, offset } = mostAgreeing(offsets);
      if (count < least(first)) continue;
      found.push({ first, second, share: Math.min(1, count / Math.min(all[first]!.hashes.length, hashes.length)), offsetSec: offset * FRAME_SEC });
      linked.add(leader(first));
    }
    for (const one of linked) kind[leader(one)] = leader(second);
    if (linked.size > 0) original[second] = 0;
    from = to;
  }
  return found.sort((a, b) => a.first - b.first || a.second - b.second);
}

/** The landmarks of all recordings in order of their hashes, whose they are and when: `place[at]` is where the one numbered `at` lies, and from `bucket[at]` on, before it, the earlier ones with its hash; none where too many have it. */
function indexLandmarks(all: readonly Landmarks[]) {
  const total = all.reduce((sum, { hashes }) => sum + hashes.length, 0);
  const [owner, frame, place, bucket, whose, when] = Array.from({ length: 6 }, () => new Uint32Array(total)) as [Uint32Array, Uint32Array, Uint32Array, Uint32Array, Uint32Array, Uint32Array];
  const keys = new Float64Array(total); // hash (22 bits), then the landmark's number: both fit in 53 bits
  let at = 0;
  for (const [which, { hashes, frames }] of all.entries()) {
    for (let i = 0; i < hashes.length; i += 1, at += 1) {
      keys[at] = hashes[i]! * NUMBERS + at;
      whose[at] = which;
      when[at] = frames[i]!;
    }
  }
  keys.sort();
  for (let start = 0; start < total;) {
    const hash = Math.floor(keys[start]! / NUMBERS);
    let end = start;
    for (; end < total && Math.floor(keys[end]! / NUMBERS) === hash; end += 1) {
      const number = keys[end]! - hash * NUMBERS;
      owner[end] = whose[number]!;
      frame[end] = when[number]!;
      place[number] = end;
    }
    for (let p = start; p < end; p += 1) bucket[keys[p]! - hash * NUMBERS] = end - start <= MOST_SHARED ? start : p;
    start = end;
  }
  return { owner, frame, place, bucket };
}

function mostAgreeing(offsets: readonly number[]): { readonly count: number; readonly offset: number } {
  const ordered = [...offsets].sort((a, b) => a - b);
  let best = { count: 0, offset: 0 };
  for (let from = 0, to = 0; from < ordered.length; from += 1) {
    while (to < ordered.length && ordered[to]! - ordered[from]! <= 2 * SLACK_FRAMES) to += 1;
    if (to - from > best.count) best = { count: to - from, offset: (ordered[from]! + ordered[to - 1]!) / 2 };
  }
  return best;
}
