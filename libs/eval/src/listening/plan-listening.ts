import { createRandom } from '../bootstrap.js';

/**
 * What listeners are asked. `mos`: how good one clip is, 1…5 (absolute category rating, ITU-T P.800 (08/96), Annex B). `cmos`: how the second clip compares with the
 * first, −3…3 (comparison category rating, P.800, Annex E). `abx`: which of A and B the clip X is.
 */
export type ListeningKind = 'mos' | 'cmos' | 'abx';
/** `reference`: real recordings, hidden among the others. `anchor`: the reference made bad on purpose (low-passed at 3.5 kHz, ITU-R BS.1534-3, §5.1): who rates it above the reference did not listen. */
export type SystemRole = 'system' | 'reference' | 'anchor';
export type ListeningSystem = { readonly name: string; readonly role: SystemRole };
/** `check`: its right answer is known, and it tells who listens; it counts in no figure. */
export type ListeningTrial = { readonly id: string; readonly item: string; /** One clip for `mos`, else two: which plays first is drawn for each listener. */ readonly stimuli: readonly string[]; readonly check: boolean };

/** What a listener's page may know: clips under names that say nothing. */
export type ListeningTest = { readonly v: 1; readonly id: string; readonly kind: ListeningKind; readonly title: string; readonly language: string; readonly seed: number; /** Trials of one listener; the rest are other listeners'. */ readonly perListener: number; readonly trials: readonly Omit<ListeningTrial, 'check'>[]; /** Group of each trial, for balance; the names say nothing. */ readonly groups: Readonly<Record<string, number>> };
/** What only the maker knows: whose clip a name stands for. */
export type ListeningKey = { readonly v: 1; readonly id: string; readonly kind: ListeningKind; readonly systems: readonly ListeningSystem[]; readonly stimuli: Readonly<Record<string, { readonly system: string; readonly item: string }>>; readonly trials: readonly ListeningTrial[] };

export type PlanListeningOptions = {
  readonly id: string;
  readonly kind: ListeningKind;
  readonly systems: readonly ListeningSystem[];
  /** Sentences that every system has spoken. */
  readonly items: readonly string[];
  /** A name for a clip that says nothing about its system; one name a clip. */
  readonly nameOf: (system: string, item: string) => string;
  /** System that `cmos` and `abx` compare the others with. @default the reference, else the first */
  readonly baseline?: string | undefined;
  /** @default 'en' */
  readonly language?: string | undefined;
  /** @default '' */
  readonly title?: string | undefined;
  /** @default 1 */
  readonly seed?: number | undefined;
  /** Most trials of one listener; systems are balanced within them. @default all */
  readonly perListener?: number | undefined;
};

/**
 * Plans a listening test: what the page shows, and the key that is kept from it. The same options give the same test.
 * @throws {RangeError} for fewer systems than the kind needs, no item, two systems of one name, an unknown baseline, or an anchor without a reference.
 */
export function planListening({ id, kind, systems, items, nameOf, baseline, language = 'en', title = '', seed = 1, perListener }: PlanListeningOptions): { readonly test: ListeningTest; readonly key: ListeningKey } {
  const names = systems.map(({ name }) => name);
  const reference = systems.find(({ role }) => role === 'reference');
  const anchor = systems.find(({ role }) => role === 'anchor');
  const first = systems.find(({ name }) => name === (baseline ?? reference?.name ?? names[0]));
  if (new Set(names).size !== names.length) throw new RangeError(`two systems have one name: ${names.join(', ')}`);
  if (items.length === 0) throw new RangeError('a listening test needs at least one sentence that every system has spoken');
  if (anchor !== undefined && reference === undefined) throw new RangeError('an anchor needs a reference');
  if (first === undefined) throw new RangeError(`baseline must be one of ${names.join(', ')}, got ${String(baseline)}`);
  if (kind !== 'mos' && names.length - (anchor === undefined ? 0 : 1) < 2) throw new RangeError(`${kind} needs two systems to compare, got ${names.join(', ')}`);
  if (perListener !== undefined && (!Number.isInteger(perListener) || perListener < 1)) throw new RangeError(`perListener must be a positive integer, got ${perListener}`);

  const trials: ListeningTrial[] = [];
  const groups: Record<string, number> = {};
  const add = (group: number, item: string, check: boolean, ...from: readonly string[]): void => {
    const trial = `t${String(trials.length + 1).padStart(4, '0')}`;
    trials.push({ id: trial, item, stimuli: from.map((system) => nameOf(system, item)), check });
    groups[trial] = group;
  };
  if (kind === 'mos') systems.forEach(({ name }, group) => { for (const item of items) add(group, item, false, name); });
  else {
    systems.filter(({ role, name }) => role !== 'anchor' && name !== first.name).forEach(({ name }, group) => { for (const item of items) add(group, item, false, first.name, name); });
    // Checks, one for each eight sentences: the reference against its anchor is plain to hear; a clip against itself is no difference. Six of an ABX are all right by chance once in 64 times.
    const some = items.slice(0, Math.max(kind === 'abx' ? 6 : 2, Math.ceil(items.length / 8)));
    if (reference !== undefined && anchor !== undefined) for (const item of some) add(names.length, item, true, reference.name, anchor.name);
    if (kind === 'cmos') for (const item of some) add(names.length + 1, item, true, first.name, first.name);
  }
  const stimuli = Object.fromEntries(systems.flatMap(({ name }) => items.map((item) => [nameOf(name, item), { system: name, item }] as const)));
  if (Object.keys(stimuli).length !== systems.length * items.length) throw new RangeError('nameOf gave one name to two clips');
  const order = shuffle(trials, createRandom(seed)); // the file itself shows no pattern
  return {
    test: { v: 1, id, kind, title, language, seed, perListener: Math.min(perListener ?? trials.length, trials.length), trials: order.map(({ id: trial, item, stimuli: own }) => ({ id: trial, item, stimuli: own })), groups },
    key: { v: 1, id, kind, systems, stimuli, trials },
  };
}

/** A trial as one listener gets it: `order` names its clips as they are played; for `abx` the third is X. */
export type OrderedTrial = { readonly id: string; readonly order: readonly string[] };

/**
 * The trials of one listener: drawn by the test's seed and the listener's name, so that a page that is opened again goes on with the same ones. Groups (systems) come
 * equally often, up to one; no sentence comes twice in a row where that can be helped.
 */
export function orderTrials({ kind, seed, perListener, trials, groups }: ListeningTest, listener: string): readonly OrderedTrial[] {
  const random = createRandom(hashText(`${seed} ${listener}`));
  const byGroup = new Map<number, Omit<ListeningTrial, 'check'>[]>();
  for (const trial of shuffle(trials, random)) {
    const group = groups[trial.id] ?? 0;
    byGroup.set(group, [...(byGroup.get(group) ?? []), trial]);
  }
  const piles = shuffle([...byGroup.values()], random);
  const chosen: Omit<ListeningTrial, 'check'>[] = [];
  for (let round = 0; chosen.length < perListener && round < trials.length; round += 1) {
    for (const pile of piles) {
      const trial = pile[round];
      if (trial !== undefined && chosen.length < perListener) chosen.push(trial);
    }
  }
  return spreadItems(shuffle(chosen, random)).map(({ id, stimuli }) => {
    const order = stimuli.length === 2 && random() < 0.5 ? [stimuli[1]!, stimuli[0]!] : stimuli;
    return { id, order: kind === 'abx' ? [...order, order[random() < 0.5 ? 0 : 1]!] : order };
  });
}

/** Moves a trial whose sentence was just heard behind the next one with another sentence. */
function spreadItems<T extends { readonly item: string }>(trials: readonly T[]): readonly T[] {
  const left = [...trials];
  const spread: T[] = [];
  while (left.length > 0) {
    const other = left.findIndex(({ item }) => item !== spread.at(-1)?.item);
    spread.push(...left.splice(Math.max(0, other), 1));
  }
  return spread;
}

/** Fisher and Yates' shuffle, as Durstenfeld has it (1964, algorithm 235). */
function shuffle<T>(values: readonly T[], random: () => number): T[] {
  const shuffled = [...values];
  for (let i = shuffled.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!];
  }
  return shuffled;
}

/** 32 bits of a text. Source: FNV-1a (Fowler, Noll, Vo), over UTF-16 units. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
