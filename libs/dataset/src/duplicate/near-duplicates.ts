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

/** Seconds of a frame of `Landmarks`. */
const FRAME_SEC = 0.016;

/** Finds the recordings that hold the same speech. Time grows with the landmarks that are shared, not with the pairs of recordings. */
export function findNearDuplicates(all: readonly Landmarks[]): readonly NearDuplicate[] {
  const total = all.reduce((sum, { hashes }) => sum + hashes.length, 0);
  const keys = new Float64Array(total); // hash, then the landmark's number: both fit in 53 bits
  const owner = new Uint32Array(total);
  const frame = new Uint32Array(total);
  let at = 0;
  all.forEach(({ hashes, frames }, which) => hashes.forEach((hash, i) => { keys[at] = hash * 2 ** 26 + at; owner[at] = which; frame[at] = frames[i]!; at += 1; }));
  if (total >= 2 ** 26) throw new RangeError(`findNearDuplicates takes at most ${2 ** 26 - 1} landmarks at once, got ${total}`);
  keys.sort();
  const offsets = new Map<number, number[]>();
  for (let start = 0; start < total;) {
    const hash = Math.floor(keys[start]! / 2 ** 26);
    let end = start + 1;
    while (end < total && Math.floor(keys[end]! / 2 ** 26) === hash) end += 1;
    if (end - start <= MOST_SHARED) {
      for (let i = start; i < end; i += 1) for (let j = i + 1; j < end; j += 1) {
        const [a, b] = [keys[i]! % 2 ** 26, keys[j]! % 2 ** 26];
        const [first, second] = [owner[a]!, owner[b]!];
        if (first === second) continue;
        const pair = first * all.length + second; // `a` lies before `b`, and so does its owner
        const list = offsets.get(pair);
        if (list === undefined) offsets.set(pair, [frame[a]! - frame[b]!]);
        else list.push(frame[a]! - frame[b]!);
      }
    }
    start = end;
  }
  const found: NearDuplicate[] = [];
  for (const [pair, list] of offsets) {
    if (list.length < LEAST_AGREEING) continue;
    const [first, second] = [Math.floor(pair / all.length), pair % all.length];
    const { count, offset } = mostAgreeing(list);
    const share = count / Math.min(all[first]!.hashes.length, all[second]!.hashes.length);
    if (count >= LEAST_AGREEING && share >= LEAST_SHARE) found.push({ first, second, share: Math.min(1, share), offsetSec: offset * FRAME_SEC });
  }
  return found.sort((a, b) => a.first - b.first || a.second - b.second);
}

function mostAgreeing(offsets: readonly number[]): { readonly count: number; readonly offset: number } {
  const ordered = [...offsets].sort((a, b) => a - b);
  let best = { count: 0, offset: 0 };
  for (let from = 0, to = 0; from < ordered.length; from += 1) {
    while (to < ordered.length && ordered[to]! - ordered[from]! <= 2 * SLACK_FRAMES) to += 1;
    if (to - from > best.count) best = { count: to - from, offset: ordered[from]! + SLACK_FRAMES };
  }
  return best;
}
