import { describe, expect, it } from 'vitest';
import { type Metric } from './report/schema.js';
import { realTimeFactor, summarizeSpeed } from './speed/measure-rtf.js';
import { completeThresholds, formatThreshold, GUIDE_THRESHOLDS, passes } from './thresholds.js';
import { combineVerdicts, judgeMetric } from './verdict.js';

describe('thresholds', () => {
  it('are the guide’s', () => {
    expect(Object.entries(GUIDE_THRESHOLDS).map(([id, threshold]) => `${id} ${formatThreshold(threshold)}`)).toEqual(['similarity > 0.75', 'mos > 3.5', 'naturalness > 0.7', 'intelligibility > 0.8', 'delivery ≥ 1', 'rtf < 2']);
  });
  it.each([
    ['above', 3.5, false], ['above', 3.500001, true], ['below', 3.5, false], ['below', 3.499, true], ['at-least', 3.5, true], ['at-least', 3.49, false],
  ] as const)('%s 3.5: %d passes: %s', (direction, value, expected) => expect(passes(value, { value: 3.5, direction })).toBe(expected));
  it('keep their direction when only the number is given', () => {
    expect(completeThresholds({ rtf: 1, mos: { value: 3, direction: 'at-least' } })).toEqual({ ...GUIDE_THRESHOLDS, rtf: { value: 1, direction: 'below' }, mos: { value: 3, direction: 'at-least' } });
  });
});

describe('one verdict over metrics', () => {
  const row = (id: string, verdict: Metric['verdict']): Metric => ({ ...judgeMetric({ id: 'mos', title: '', model: null, values: [], ceilingValues: [], threshold: GUIDE_THRESHOLDS.mos, seed: 1, judged: true, notMeasured: 'x' }), id, verdict });
  it.each([
    ['pass', [row('mos', 'pass'), row('naturalness', 'not measured')]],
    ['fail', [row('mos', 'pass'), row('similarity', 'fail')]],
    ['fail', [row('mos', 'pass'), row('delivery', 'fail')]],
    ['fail', [row('mos', 'pass'), row('rtf', 'fail')]],
    ['not measured', [row('mos', 'not measured')]],
    ['not measured', [row('delivery', 'pass'), row('rtf', 'pass')]],
    ['not measured', []],
  ] as const)('%s', (verdict, metrics) => expect(combineVerdicts(metrics, true)).toBe(verdict));
  it('is not judged for a stand-in, whatever the rows say', () => expect(combineVerdicts([row('mos', 'fail')], false)).toBe('stand-in: not judged'));
});

describe('real-time factor', () => {
  it.each([[3, 2, 1.5], [0, 2, 0], [1, 0, null], [NaN, 2, null], [-1, 2, null], [1, Infinity, null]])('%d s for %d s of audio is %s', (elapsed, duration, rtf) => expect(realTimeFactor(elapsed, duration)).toBe(rtf));
  it('leaves the first out when others follow', () => {
    expect(summarizeSpeed([9, 1, 3, 2])).toEqual({ warmUpRtf: 9, steady: [1, 3, 2], p50: 2, p95: 2.9 });
    expect(summarizeSpeed([9])).toEqual({ warmUpRtf: null, steady: [9], p50: 9, p95: 9 });
    expect(summarizeSpeed([])).toEqual({ warmUpRtf: null, steady: [], p50: null, p95: null });
  });
});
