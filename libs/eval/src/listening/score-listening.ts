import { bootstrapMean, type BootstrapOptions, type MeanInterval } from '../bootstrap.js';
import type { ListeningKey } from './plan-listening.js';
import { refuseRating, type Rating } from './rating.js';
import { signTest } from './sign-test.js';

/** Why a listener's ratings count in no figure. */
export type ScreenReason = 'anchor above reference' | 'the same answer throughout' | 'checks answered as by chance' | 'differences heard where there are none';
export type ListenerReport = { readonly listener: string; readonly ratings: number; readonly excluded: ScreenReason | null; /** The figures behind it, in words. */ readonly detail: string };
/** A mean over listeners, each by the mean of their ratings: listeners differ, and one who rated much counts no more. `n`: listeners. */
export type OpinionFigure = MeanInterval & { readonly ratings: number };
export type Comparison = {
  readonly system: string;
  readonly baseline: string;
  /** `cmos`: above 0 the system is preferred to the baseline, −3…3. `abx`: share of right answers, 0…1; 0.5 is chance. */
  readonly figure: OpinionFigure;
  /** Answers for the system (or right), against it (or wrong), and neither. */
  readonly more: number; readonly fewer: number; readonly ties: number;
  /** Of the sign test over answers: two-sided for `cmos`, one-sided for `abx`. It takes answers as independent. */
  readonly p: number;
  /** The same over listeners, each one sign; it takes nothing more than that listeners are. */
  readonly pByListener: number;
};
export type ListeningResults = {
  readonly v: 1;
  readonly test: string;
  readonly kind: ListeningKey['kind'];
  readonly method: string;
  /** `mos` only: the mean opinion score of each system, 1…5. */
  readonly systems: readonly { readonly system: string; readonly role: string; readonly mos: OpinionFigure }[];
  /** `cmos` and `abx` only. */
  readonly comparisons: readonly Comparison[];
  readonly listeners: readonly ListenerReport[];
  readonly ratings: { readonly in: number; readonly used: number; readonly dropped: readonly { readonly reason: string; readonly count: number }[] };
};

export const LISTENING_METHODS = {
  mos: 'Absolute category rating, 1 to 5 (ITU-T P.800, Annex B), with a hidden reference and a 3.5 kHz anchor where the test has them (ITU-R BS.1534-3); order drawn for each listener and listeners screened, as in ITU-T P.808.',
  cmos: 'Comparison category rating, −3 to 3 (ITU-T P.800, Annex E); which clip plays first is drawn for each listener; listeners screened by pairs without a difference and by the anchor.',
  abx: 'ABX: which of two clips a third one is; listeners screened by the reference against its anchor.',
} as const satisfies Record<ListeningKey['kind'], string>;

/** With fewer answers a listener cannot be told from one who does not listen. Ours. */
const LEAST_FOR_SCREENING = 5;
/** Answers to checks as uneven as this or more come by chance in 5 of 100. */
const ALPHA = 0.05;

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * What listeners said: screens them, then gives means over listeners with bootstrap intervals. Of two answers of one listener to one trial the later counts.
 * Law: `ratings.in` = `used` + dropped.
 */
export function scoreListening(key: ListeningKey, given: readonly Rating[], options: BootstrapOptions = {}): ListeningResults {
  const dropped = new Map<string, number>();
  const drop = (reason: string): void => void dropped.set(reason, (dropped.get(reason) ?? 0) + 1);
  const latest = new Map<string, Rating>();
  for (const rating of [...given].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))) {
    const reason = refuseRating(rating, key);
    if (reason !== null) { drop(reason); continue; }
    const place = JSON.stringify([rating.listener, rating.trial]);
    if (latest.has(place)) drop('answered again later');
    latest.set(place, rating);
  }
  const byListener = new Map<string, Rating[]>();
  for (const rating of latest.values()) byListener.set(rating.listener, [...(byListener.get(rating.listener) ?? []), rating]);
  const listeners = [...byListener].sort(([a], [b]) => (a < b ? -1 : 1)).map(([listener, ratings]) => ({ listener, ratings: ratings.length, ...screen(key, ratings) }));
  const checks = new Set(key.trials.flatMap(({ id, check }) => (check ? [id] : [])));
  const used: Rating[] = [];
  for (const { listener, excluded } of listeners) {
    for (const rating of byListener.get(listener)!) {
      if (excluded !== null) drop(`listener excluded: ${excluded}`);
      else if (checks.has(rating.trial)) drop('a check, counted in no figure');
      else used.push(rating);
    }
  }
  const systemOf = (stimulus: string): string => key.stimuli[stimulus]?.system ?? '';
  const figure = (values: readonly (readonly [string, number])[]): OpinionFigure => {
    const own = new Map<string, number[]>();
    for (const [listener, value] of values) own.set(listener, [...(own.get(listener) ?? []), value]);
    return { ...bootstrapMean([...own].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, all]) => mean(all)), options), ratings: values.length };
  };
  const compare = (system: string, baseline: string): Comparison => {
    const values = used.flatMap((rating): (readonly [string, number])[] => {
      const pair = rating.order.slice(0, 2).map(systemOf);
      if (!pair.includes(system) || !pair.includes(baseline)) return [];
      return [[rating.listener, key.kind === 'abx' ? Number(rating.order[rating.answer] === rating.order[2]) : pair[1] === system ? rating.answer : -rating.answer]];
    });
    const middle = key.kind === 'abx' ? 0.5 : 0;
    const count = (of: (value: number) => boolean): number => values.filter(([, value]) => of(value)).length;
    const [more, fewer] = [count((v) => v > middle), count((v) => v < middle)];
    const means = [...new Set(values.map(([listener]) => listener))].map((listener) => mean(values.flatMap(([name, value]) => (name === listener ? [value] : []))));
    const sides = key.kind === 'abx' ? 'one' : 'two';
    return { system, baseline, figure: figure(values), more, fewer, ties: values.length - more - fewer, p: signTest(more, fewer, sides), pByListener: signTest(means.filter((m) => m > middle).length, means.filter((m) => m < middle).length, sides) };
  };
  const pairs = new Map(key.trials.filter(({ check, stimuli }) => !check && stimuli.length === 2).map(({ stimuli: [a, b] }) => [JSON.stringify([systemOf(b!), systemOf(a!)]), [systemOf(b!), systemOf(a!)] as const]));
  return {
    v: 1, test: key.id, kind: key.kind, method: LISTENING_METHODS[key.kind],
    systems: key.kind !== 'mos' ? [] : key.systems.map(({ name, role }) => ({ system: name, role, mos: figure(used.flatMap(({ listener, order, answer }) => (systemOf(order[0]!) === name ? [[listener, answer] as const] : []))) })),
    comparisons: key.kind === 'mos' ? [] : [...pairs.values()].map(([system, baseline]) => compare(system, baseline)),
    listeners,
    ratings: { in: given.length, used: used.length, dropped: [...dropped].map(([reason, count]) => ({ reason, count })) },
  };
}

function screen(key: ListeningKey, ratings: readonly Rating[]): Pick<ListenerReport, 'excluded' | 'detail'> {
  const roleOf = (stimulus: string): string => key.systems.find(({ name }) => name === key.stimuli[stimulus]?.system)?.role ?? '';
  const passed = { excluded: null, detail: '' } as const;
  const answers = new Set(ratings.map(({ answer }) => answer));
  if (ratings.length >= LEAST_FOR_SCREENING && answers.size === 1) return { excluded: 'the same answer throughout', detail: `${ratings.length} times ${[...answers][0]!}` };
  const checks = new Map(key.trials.filter(({ check }) => check).map((trial) => [trial.id, trial]));
  if (key.kind === 'mos') {
    const of = (role: string): number[] => ratings.flatMap(({ order, answer }) => (roleOf(order[0]!) === role ? [answer] : []));
    const [anchor, reference] = [of('anchor'), of('reference')];
    if (anchor.length === 0 || reference.length === 0) return passed;
    const detail = `anchor ${mean(anchor).toFixed(2)}, reference ${mean(reference).toFixed(2)}`;
    return { excluded: mean(anchor) >= mean(reference) ? 'anchor above reference' : null, detail };
  }
  const checked = ratings.flatMap((rating) => { const trial = checks.get(rating.trial); return trial === undefined ? [] : [{ rating, isNull: new Set(trial.stimuli).size === 1 }]; });
  if (key.kind === 'abx') {
    if (checked.length < LEAST_FOR_SCREENING) return passed; // four right answers of four still come by chance in 6 of 100
    const right = checked.filter(({ rating: { order, answer } }) => order[answer] === order[2]).length;
    const p = signTest(right, checked.length - right, 'one');
    return { excluded: p > ALPHA ? 'checks answered as by chance' : null, detail: `${right} of ${checked.length} checks right` };
  }
  const withAnchor = checked.filter(({ isNull }) => !isNull).map(({ rating: { order, answer } }) => (roleOf(order[1]!) === 'anchor' ? answer : -answer));
  const nulls = checked.filter(({ isNull }) => isNull).map(({ rating }) => Math.abs(rating.answer));
  if (withAnchor.length > 0 && mean(withAnchor) >= 0) return { excluded: 'anchor above reference', detail: `the anchor compared with the reference: ${mean(withAnchor).toFixed(2)}` };
  if (nulls.length > 0 && mean(nulls) > 1) return { excluded: 'differences heard where there are none', detail: `a clip against itself: ${mean(nulls).toFixed(2)} on average` };
  return passed;
}
