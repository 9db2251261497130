import { GUIDE_THRESHOLDS } from '@voxtune/eval';
import { expect, it } from 'vitest';
import { gateAdvice } from './gate-advice.js';

it('has a remedy for every measure that can miss its threshold, and gives those that did', () => {
  const metrics = Object.keys(GUIDE_THRESHOLDS) as (keyof typeof GUIDE_THRESHOLDS)[];
  for (const metric of metrics) expect(gateAdvice([{ metric, verdict: 'fail' }]), metric).toMatch(/^[A-Z].{40}/);
  expect(gateAdvice([{ metric: 'rtf', verdict: 'fail' }, { metric: 'mos', verdict: 'pass' }])).toMatch(/^Slow inference: [^\n]+$/);
  expect(gateAdvice(metrics.map((metric) => ({ metric, verdict: 'not measured' })))).toBeNull();
});
