import { describe, expect, it } from 'vitest';
import { type Metric } from '../report/schema.js';
import { GATE_PROFILES, gateReport, type GateRule, rulesOf } from './gate-report.js';
import { renderJUnit } from './render-junit.js';

const metric = (id: string, value: number | null, rest: Partial<Metric> = {}): Metric => ({
  id, title: id, model: null, value, interval: null, n: 5, ceiling: { value: 0.9, n: 12, p10: 0.85 }, threshold: 0.75, direction: 'above', verdict: 'pass', reason: value === null ? 'no model was given' : null, ...rest,
});
const report = (values: Partial<Record<'similarity' | 'mos' | 'naturalness' | 'intelligibility' | 'delivery', number | null>>, rtf: number | null = 1, judged = true) => ({
  judged,
  metrics: (['similarity', 'mos', 'naturalness', 'intelligibility', 'delivery'] as const).map((id) => metric(id, values[id] ?? null, id === 'mos' ? { model: 'dnsmos-p808 (front end of librosa-0.8.1)' } : {})),
  timing: { rtf: metric('rtf', rtf, { threshold: 2, direction: 'below' }), warmUpRtf: null, p50: null, p95: null, sentences: [] },
});
const good = { similarity: 0.86, mos: 3.6, naturalness: 0.8, intelligibility: 0.98, delivery: 1 };
const verdicts = (of: ReturnType<typeof gateReport>) => Object.fromEntries(of.checks.map((c) => [c.metric, c.verdict]));

describe('the gate', () => {
  it.each([['guide', good, 'pass'], ['production', good, 'pass'], ['guide', { ...good, similarity: 0.75 }, 'fail'], ['guide', { ...good, similarity: 0.76 }, 'pass'], ['production', { ...good, similarity: 0.84 }, 'fail'],
    ['guide', { ...good, intelligibility: 0.9 }, 'pass'], ['production', { ...good, intelligibility: 0.969 }, 'fail'], ['guide', { ...good, delivery: 0.995 }, 'fail'], ['production', { ...good, delivery: 0.995 }, 'pass']] as const)('%s of %j: %s', (profile, values, verdict) => {
    expect(gateReport(report(values), GATE_PROFILES[profile]).verdict).toBe(verdict);
  });

  it('takes "not measured" for neither, unless it is strict', () => {
    const partly = report({ similarity: 0.9, delivery: 1 });
    const lenient = gateReport(partly, GATE_PROFILES.guide);
    expect(lenient.verdict).toBe('pass');
    expect(verdicts(lenient)).toMatchObject({ similarity: 'pass', mos: 'not measured', naturalness: 'not measured' });
    expect(gateReport(partly, GATE_PROFILES.guide, { strict: true }).verdict).toBe('fail');
    expect(gateReport(report({ delivery: 1 }), GATE_PROFILES.guide).verdict).toBe('not measured'); // sentences came back: no quality
    expect(gateReport(report(good, 1, false), GATE_PROFILES.guide).verdict).toBe('not measured');
    expect(gateReport(report(good, 1, false), [], { strict: true }).verdict).toBe('fail');
  });

  it('holds a rule against the model it names, and says so', () => {
    const rule: GateRule = { metric: 'mos', model: 'utmos22', value: 3.5, direction: 'above' };
    expect(gateReport(report(good), [rule]).checks[0]).toMatchObject({ verdict: 'not measured', reason: 'it was measured by dnsmos-p808 (front end of librosa-0.8.1); the rule is for utmos22' });
    expect(() => gateReport(report(good), [{ ...rule, value: Number.NaN }])).toThrow(RangeError);
  });

  it('says that few real recordings set no threshold', () => {
    const few = report(good);
    few.metrics[0] = metric('similarity', 0.5, { ceiling: { value: 0.9, n: 9, p10: null } });
    expect(gateReport(few, GATE_PROFILES.production).checks[0]).toMatchObject({ verdict: 'not measured', reason: expect.stringContaining('fewer than ten') as string });
  });

  it('reads the rules a report was made with', () => {
    expect(rulesOf(report(good)).at(-1)).toEqual({ metric: 'rtf', model: null, value: 2, direction: 'below' });
    expect(rulesOf(report(good))).toHaveLength(6);
  });
});

describe('JUnit XML', () => {
  const gate = gateReport(report({ ...good, similarity: 0.7, naturalness: null }), GATE_PROFILES.guide);
  const sentence = { id: 'a<b"&\u0001', error: { code: 'EVAL_OUTPUT_FAULTY', message: 'two\nlines' } };
  it('counts failures and skips, and escapes what XML would not take', () => {
    const xml = renderJUnit(gate, { name: 'v', sentences: [sentence as never] });
    expect(xml).toContain('<testsuite name="v.thresholds" tests="6" failures="1" errors="0" skipped="1">');
    expect(xml).toContain('<failure message="0.7 is not &gt; 0.75"/>');
    expect(xml).toContain('name="a&lt;b&quot;&amp;\uFFFD"><failure message="EVAL_OUTPUT_FAULTY: two&#10;lines"/>');
  });
  it('fails what was not measured when it is strict', () => {
    expect(renderJUnit(gateReport(report({ similarity: 0.9 }), GATE_PROFILES.guide, { strict: true }), { name: 'v' })).toContain('failures="4" errors="0" skipped="0"');
  });
});
