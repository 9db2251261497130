import { median } from '../middle.js';
import { dot, meanOf } from './vectors.js';

/** A party is the speaker too when its likeness to the enrolment lies this far from the others' (0) to that of the party most like it (1). Source: ours; on 75 made calls (tools/calls) five of nine parts of the speaker lie above, the others at 0.61 and more; other voices at 0.56 and less, mixtures of voices between. */
const SPEAKER_PLACE = 0.75;
/** Nothing is joined where the enrolment tells the parties apart by less: on a telephone line all voices lie close. Source: ours. */
const LEAST_SPREAD = 0.15;
/** A voice has so many windows in a row somewhere; fewer may lie over changes of speaker only, for a window of 1.6 s reaches over seven hops of a quarter second. Source: ours. */
const VOICE_RUN = 9;

/**
 * One speaker may fall into several parties, for lines, prompts and moods differ within a call: those that the enrolment places at the speaker become one.
 * @param parties - Places of windows in `units`, in order of time. @param units - Of unit length. @param known - The enrolment, unit length; null: nothing is joined.
 * @returns The speaker first, where any were joined; else the parties as they were.
 */
export function joinSpeaker(parties: readonly (readonly number[])[], units: readonly Float32Array[], known: Float32Array | null): readonly (readonly number[])[] {
  if (known === null || parties.length < 3) return parties;
  const likeness = parties.map((members) => dot(known, meanOf(members.map((i) => units[i]!))));
  const most = Math.max(...likeness);
  // Of what is not the nearest party's, most is the others': the middle over windows, which music or a noise, unlike any voice, does not move.
  const other = median(parties.flatMap((members, p) => (likeness[p] === most ? [] : members.map(() => likeness[p]!))));
  if (most - other < LEAST_SPREAD) return parties;
  const isSpeaker = parties.map((members, p) => likeness[p] === most || (likeness[p]! - other >= SPEAKER_PLACE * (most - other) && longestRun(members) >= VOICE_RUN));
  if (isSpeaker.filter(Boolean).length < 2) return parties;
  return [parties.filter((_, p) => isSpeaker[p]).flat().sort((a, b) => a - b), ...parties.filter((_, p) => !isSpeaker[p])];
}

/** The most members that follow each other without a gap. */
function longestRun(members: readonly number[]): number {
  let [longest, run] = [0, 0];
  [...members].sort((a, b) => a - b).forEach((i, at, all) => {
    run = all[at - 1] === i - 1 ? run + 1 : 1;
    longest = Math.max(longest, run);
  });
  return longest;
}
