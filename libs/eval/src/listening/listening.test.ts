import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderTrials, planListening, type ListeningKey, type ListeningKind, type PlanListeningOptions } from './plan-listening.js';
import { parseRatings, type Rating } from './rating.js';
import { scoreListening } from './score-listening.js';
import { signTest } from './sign-test.js';

const SYSTEMS = [{ name: 'real', role: 'reference' }, { name: 'low', role: 'anchor' }, { name: 'base', role: 'system' }, { name: 'tuned', role: 'system' }] as const;
const ITEMS = Array.from({ length: 8 }, (_, i) => `s${i}`);
const plan = (kind: ListeningKind, more: Partial<PlanListeningOptions> = {}) => planListening({ id: 'test-1', kind, systems: SYSTEMS, items: ITEMS, nameOf: (system, item) => `${system}-${item}`, ...more });
/** A listener who answers each trial as `answer` says. */
const rate = (made: ReturnType<typeof plan>, listener: string, answer: (order: readonly string[], trial: string) => number): Rating[] =>
  orderTrials(made.test, listener).map(({ id, order }, i) => ({ v: 1, test: 'test-1', listener, trial: id, order: [...order], answer: answer(order, id), at: `2026-01-01T00:00:${String(i).padStart(2, '0')}.000Z`, tookMs: 4000 }));
const systemOf = (stimulus: string): string => stimulus.split('-')[0]!;
const GOOD: Readonly<Record<string, number>> = { real: 5, tuned: 4, base: 3, low: 1 };

describe('planning a test', () => {
  it.each([['mos', 32], ['cmos', 16 + 2 + 2], ['abx', 16 + 6]] as const)('%s: every system with every sentence, and the checks', (kind, count) => {
    const { test, key } = plan(kind);
    expect([test.trials.length, key.trials.length, test.perListener]).toEqual([count, count, count]);
    expect(JSON.stringify(test)).not.toMatch(/"(role|system|check)"/);
    if (kind !== 'mos') for (const { stimuli, check } of key.trials) expect([systemOf(stimuli[0]!), check ? 'check' : systemOf(stimuli[1]!)]).toEqual(['real', check ? 'check' : expect.stringMatching(/base|tuned/)]);
  });
  it.each<[string, Partial<PlanListeningOptions>, string]>([
    ['no sentence', { items: [] }, 'at least one sentence'], ['an anchor alone', { systems: SYSTEMS.slice(1) }, 'an anchor needs a reference'], ['one name twice', { systems: [SYSTEMS[0], SYSTEMS[0]] }, 'one name'], ['an unknown baseline', { baseline: 'x' }, 'baseline must be one of'],
    ['nothing to compare', { systems: SYSTEMS.slice(0, 2) }, 'needs two systems'], ['half a trial', { perListener: 0.5 }, 'positive integer'], ['names that clash', { nameOf: () => 'x' }, 'one name to two clips'],
  ])('refuses %s', (_, more, message) => expect(() => plan('cmos', more)).toThrow(message));
  it('an order belongs to its listener and seed, holds each trial once, and balances systems', () => {
    fc.assert(fc.property(fc.constantFrom('mos', 'cmos', 'abx' as ListeningKind), fc.string({ minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 40 }), fc.nat(99), (kind, listener, perListener, seed) => {
      const { test } = plan(kind as ListeningKind, { perListener, seed });
      const order = orderTrials(test, listener);
      expect(orderTrials(test, listener)).toEqual(order);
      expect(order.length).toBe(Math.min(perListener, test.trials.length));
      expect(new Set(order.map(({ id }) => id)).size).toBe(order.length);
      if (kind === 'mos') {
        const counts = SYSTEMS.map(({ name }) => order.filter(({ order: [clip] }) => systemOf(clip!) === name).length);
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      }
      for (const { order: clips } of order) if (kind === 'abx') expect([clips[0], clips[1]]).toContain(clips[2]);
    }), { numRuns: 100 });
  });
  it('draws which clip plays first, and which X is, evenly over listeners', () => {
    const { test } = plan('abx');
    const all = Array.from({ length: 100 }, (_, i) => orderTrials(test, `l${i}`)).flat();
    for (const share of [all.filter(({ order: [a] }) => systemOf(a!) === 'real').length, all.filter(({ order: [a, , x] }) => a === x).length].map((n) => n / all.length)) expect(share).toBeCloseTo(0.5, 1);
  });
  it('plays no sentence twice in a row where that can be helped', () => {
    const { test } = plan('mos');
    const itemOf = new Map(test.trials.map(({ id, item }) => [id, item]));
    const items = orderTrials(test, 'ann').map(({ id }) => itemOf.get(id));
    expect(items.slice(0, 24).filter((item, i) => i > 0 && item === items[i - 1])).toEqual([]);
  });
});

describe('MOS', () => {
  const made = plan('mos');
  const honest = (name: string, off = 0) => rate(made, name, ([clip]) => Math.max(1, GOOD[systemOf(clip!)]! - off));
  it('is the mean over listeners of each system, in its own words', () => {
    const { systems, ratings, method } = scoreListening(made.key, [...honest('ann'), ...honest('bob', 1), ...honest('eve')]);
    expect(systems.map(({ system, role, mos: { mean, n, ratings: count } }) => [system, role, Number(mean?.toFixed(4)), n, count])).toEqual([['real', 'reference', 4.6667, 3, 24], ['low', 'anchor', 1, 3, 24], ['base', 'system', 2.6667, 3, 24], ['tuned', 'system', 3.6667, 3, 24]]);
    expect([ratings, method]).toEqual([{ in: 96, used: 96, dropped: [] }, expect.stringContaining('ITU-T P.800')]);
  });
  it('gives no interval for one listener, whatever they rated', () => {
    expect(scoreListening(made.key, honest('ann')).systems[3]!.mos).toEqual({ mean: 4, low: null, high: null, n: 1, ratings: 8 });
  });
  it.each<[string, (clip: string) => number, string, RegExp]>([
    ['who rates the anchor above the reference', (clip) => 6 - GOOD[systemOf(clip)]!, 'anchor above reference', /anchor 5\.00, reference 1\.00/],
    ['who gives one answer throughout', () => 3, 'the same answer throughout', /32 times 3/],
  ])('leaves out %s, and says so', (_, answer, excluded, detail) => {
    const { listeners, systems, ratings } = scoreListening(made.key, [...honest('ann'), ...rate(made, 'mallory', ([clip]) => answer(clip!))]);
    expect(listeners[1]).toMatchObject({ listener: 'mallory', excluded, detail: expect.stringMatching(detail) as string });
    expect([systems[0]!.mos.n, ratings]).toEqual([1, { in: 64, used: 32, dropped: [{ reason: `listener excluded: ${excluded}`, count: 32 }] }]);
  });
  it('counts the later of two answers, and lists what is no rating of this test', () => {
    const [first, ...rest] = honest('ann') as [Rating, ...Rating[]];
    const again = { ...first, answer: 2, at: '2026-01-02T00:00:00.000Z' };
    const { ratings } = scoreListening(made.key, [again, first, ...rest, { ...first, answer: 5, trial: 't9999' }, { ...first, answer: -1 }, { ...first, test: 'other' }, { ...first, order: ['nothing'] }]);
    expect(ratings).toMatchObject({ in: 37, used: 32, dropped: [{ reason: 'there is no trial t9999' }, { reason: 'its answer -1 is not from 1 to 5' }, { reason: 'it belongs to the test other' }, { reason: expect.stringContaining('its clips are not those') as string }, { reason: 'answered again later', count: 1 }] });
  });
});

describe('CMOS', () => {
  const made = plan('cmos', { baseline: 'base' });
  const prefer = (name: string, by = 1) => rate(made, name, ([a, b]) => Math.sign(GOOD[systemOf(b!)]! - GOOD[systemOf(a!)]!) * by);
  it('counts for the system, whichever played first; the sign test over answers and over listeners', () => {
    const { comparisons, listeners } = scoreListening(made.key, [...prefer('ann'), ...prefer('bob', 2), ...prefer('eve', 3)]);
    expect(listeners.map(({ excluded }) => excluded)).toEqual([null, null, null]);
    expect(comparisons.map(({ system, baseline, figure: { mean, n, ratings }, more, fewer, ties, pByListener }) => [system, baseline, mean, n, ratings, more, fewer, ties, Number(pByListener.toFixed(9))])).toEqual([['real', 'base', 2, 3, 24, 24, 0, 0, 0.25], ['tuned', 'base', 2, 3, 24, 24, 0, 0, 0.25]]);
    expect(comparisons[0]!.p).toBeCloseTo(2 ** -23, 12);
  });
  it('leaves out who hears differences between a clip and itself, or prefers the anchor', () => {
    const { listeners } = scoreListening(made.key, [...prefer('ann'), ...rate(made, 'dreamer', ([a, b]) => (a === b ? 3 : Math.sign(GOOD[systemOf(b!)]! - GOOD[systemOf(a!)]!))), ...rate(made, 'upside', ([a, b]) => Math.sign(GOOD[systemOf(a!)]! - GOOD[systemOf(b!)]!))]);
    expect(listeners.map(({ listener, excluded }) => [listener, excluded])).toEqual([['ann', null], ['dreamer', 'differences heard where there are none'], ['upside', 'anchor above reference']]);
  });
});

describe('ABX', () => {
  const made = plan('abx');
  it('is the share of right answers; who answers the checks as by chance is left out', () => {
    const right = rate(made, 'ann', ([a, , x]) => (a === x ? 0 : 1));
    const deaf = rate(made, 'bob', (_, trial) => Number(trial.slice(1)) % 2);
    const { comparisons, listeners } = scoreListening(made.key, [...right, ...deaf]);
    expect(comparisons[0]).toMatchObject({ system: 'base', baseline: 'real', more: 8, fewer: 0, ties: 0, figure: { mean: 1, n: 1, ratings: 8 } });
    expect(comparisons[0]!.p).toBeCloseTo(1 / 256, 12);
    expect(listeners[0]).toMatchObject({ excluded: null, detail: '6 of 6 checks right' });
    expect(listeners[1]!.excluded).toBe('checks answered as by chance');
  });
});

describe('the sign test', () => {
  it.each([[8, 2, 'two', 0.109375], [15, 5, 'two', 0.04138946533203125], [5, 0, 'two', 0.0625], [0, 5, 'one', 1], [5, 0, 'one', 1 / 32], [9, 3, 'one', 0.072998046875], [50, 50, 'two', 1], [0, 0, 'two', 1]] as const)('%i against %i, %s-sided: %d', (more, fewer, sides, p) => {
    expect(signTest(more, fewer, sides)).toBeCloseTo(p, 12); // sums of binomial coefficients over 2^n, exact fractions
  });
  it('holds for thousands, does not mind which side is called first, and falls as the split grows', () => {
    fc.assert(fc.property(fc.nat(3000), fc.nat(3000), (a, b) => {
      const p = signTest(a, b);
      expect(p).toBeGreaterThanOrEqual(0);
      expect(p).toBeLessThanOrEqual(1);
      expect(signTest(b, a)).toBe(p);
      if (a >= b) expect(signTest(a + 1, b)).toBeLessThanOrEqual(p + 1e-12);
    }), { numRuns: 60 });
    expect(() => signTest(1.5, 0)).toThrow(RangeError);
  });
});

it('reads ratings of several files, and names the lines that are none', () => {
  const made = plan('mos');
  const [one] = rate(made, 'ann', () => 3) as [Rating];
  const { ratings, dropped } = parseRatings(`${JSON.stringify(one)}\n\n{"v":1,"te\n${JSON.stringify({ ...one, answer: 9 })}\n${JSON.stringify({ ...one, answer: 5.5 })}\n`, made.key);
  expect([ratings, dropped]).toEqual([[one], [{ line: 3, reason: 'no whole rating' }, { line: 4, reason: 'no whole rating' }, { line: 5, reason: 'no whole rating' }]]);
});

it('law: whatever is sent, ratings in = used + dropped, and no figure is NaN', () => {
  const any = fc.array(fc.record({ v: fc.constant(1 as const), test: fc.constantFrom('test-1', 'x'), listener: fc.constantFrom('ann', 'bob'), trial: fc.constantFrom('t0001', 't0002', 't0020', 'zz'), order: fc.constantFrom<string[]>(['real-s0'], ['real-s1'], ['real-s0', 'base-s0'], ['base-s0', 'real-s0', 'real-s0']), answer: fc.integer({ min: -3, max: 5 }), at: fc.constantFrom('1', '2'), tookMs: fc.constant(1) }), { maxLength: 30 });
  fc.assert(fc.property(fc.constantFrom('mos', 'cmos', 'abx' as ListeningKind), any, (kind, given) => {
    const key: ListeningKey = plan(kind as ListeningKind).key;
    const { ratings, systems, comparisons } = scoreListening(key, given, { resamples: 100 });
    expect(ratings.in).toBe(ratings.used + ratings.dropped.reduce((sum, { count }) => sum + count, 0));
    for (const { mean } of [...systems.map(({ mos }) => mos), ...comparisons.map(({ figure }) => figure)]) expect(mean === null || Number.isFinite(mean)).toBe(true);
  }), { numRuns: 100 });
});
