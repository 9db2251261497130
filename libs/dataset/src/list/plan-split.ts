import { unitHash } from '../unit-hash.js';

/** What is put whole into one split: a recording with its utterances, or one utterance. */
export type SplitGroup = { readonly id: string; readonly size: number };
export type SplitName = 'train' | 'valid' | 'test';
export type SplitOptions = {
  /** Shares of all utterances, 0…1. */
  readonly validShare: number;
  readonly testShare: number;
  /** Fewest utterances of each; met by taking further groups. */
  readonly minValid: number;
  readonly minTest: number;
  /** No split but train may hold more than this share, or than its minimum where that is more. */
  readonly maxHeldOutShare: number;
  readonly seed: number | string;
};

/**
 * Splits groups into train, valid and test. Each group draws a number from the seed and its id alone; small numbers
 * are held out. So a group keeps its split when others are added, except where a minimum or maximum forces a change.
 * @returns The split of each group. `test` or `valid` may fall short of its minimum when the groups are too large.
 */
export function planSplit(groups: readonly SplitGroup[], { validShare, testShare, minValid, minTest, maxHeldOutShare, seed }: SplitOptions): ReadonlyMap<string, SplitName> {
  const drawn = groups.map((group) => ({ ...group, draw: unitHash(seed, group.id) })).sort((a, b) => a.draw - b.draw || (a.id < b.id ? -1 : 1));
  const total = groups.reduce((sum, { size }) => sum + size, 0);
  const split = new Map<string, SplitName>(groups.map(({ id }) => [id, 'train']));
  const hold = (name: 'test' | 'valid', from: number, share: number, least: number) => {
    let held = 0;
    const most = Math.max(Math.floor(total * maxHeldOutShare), least);
    const take = (group: SplitGroup) => {
      if (split.get(group.id) !== 'train' || held + group.size > most) return;
      split.set(group.id, name);
      held += group.size;
    };
    for (const group of drawn) if (group.draw >= from && group.draw < from + share) take(group);
    for (const group of drawn) if (held < least) take(group);
  };
  if (testShare > 0) hold('test', 0, testShare, minTest);
  if (validShare > 0) hold('valid', testShare, validShare, minValid);
  return split;
}
