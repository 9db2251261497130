import { unitHash } from '../unit-hash.js';

/** What is put whole into one split: a recording with its utterances, or one utterance. */
export type SplitGroup = {
  readonly id: string;
  /** Utterances in it. */
  readonly size: number;
  /** Seconds of speech in it; what shares are of. @default size */
  readonly weight?: number | undefined;
};
export type SplitName = 'train' | 'valid' | 'test';
export type SplitOptions = {
  /** Shares of all the weight, 0…1. */
  readonly validShare: number;
  readonly testShare: number;
  /** Fewest utterances of each; met by taking further groups. */
  readonly minValid: number;
  readonly minTest: number;
  /** No split but train may hold more than this share, or than its minimum where that is more. */
  readonly maxHeldOutShare: number;
  readonly seed: number | string;
  /** How far a share may be from what was asked for, as a factor of it: 0.5 allows half to one and a half. Further, the next or the last group by draw makes up for it. @default no limit */
  readonly tolerance?: number | undefined;
};

/**
 * Splits groups into train, valid and test. Each group draws a number from the seed and its id alone; small numbers
 * are held out. So a group keeps its split when others are added, except where a minimum or maximum forces a change.
 * @returns The split of each group. `test` or `valid` may fall short of its minimum when the groups are too large.
 */
export function planSplit(groups: readonly SplitGroup[], { validShare, testShare, minValid, minTest, maxHeldOutShare, seed, tolerance = Infinity }: SplitOptions): ReadonlyMap<string, SplitName> {
  const drawn = groups.map((group) => ({ ...group, draw: unitHash(seed, group.id) })).sort((a, b) => a.draw - b.draw || (a.id < b.id ? -1 : 1));
  const weightOf = ({ size, weight = size }: SplitGroup) => weight;
  const total = groups.reduce((sum, { size }) => sum + size, 0);
  const totalWeight = groups.reduce((sum, group) => sum + weightOf(group), 0);
  const split = new Map<string, SplitName>(groups.map(({ id }) => [id, 'train']));
  const hold = (name: 'test' | 'valid', from: number, share: number, least: number) => {
    let held = 0;
    let heldWeight = 0;
    const most = Math.max(Math.floor(total * maxHeldOutShare), least);
    const take = (group: SplitGroup, mostWeight: number) => {
      if (split.get(group.id) !== 'train' || held + group.size > most || heldWeight + weightOf(group) > mostWeight) return;
      split.set(group.id, name);
      held += group.size;
      heldWeight += weightOf(group);
    };
    const wanted = share * totalWeight;
    const mostWeight = wanted * (1 + tolerance);
    for (const group of drawn) if (group.draw >= from && group.draw < from + share) take(group, mostWeight);
    for (const group of drawn) if (group.draw >= from + share && heldWeight < wanted * (1 - tolerance)) take(group, mostWeight);
    for (const group of drawn) if (held < least) take(group, Infinity);
  };
  if (testShare > 0) hold('test', 0, testShare, minTest);
  if (validShare > 0) hold('valid', testShare, validShare, minValid);
  return split;
}
