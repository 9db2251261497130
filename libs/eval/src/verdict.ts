import { bootstrapMean, quantile } from './bootstrap.js';
import { type EvaluationReport, type Metric, type OverallVerdict } from './report/schema.js';
import { formatThreshold, type MetricId, passes, type Threshold } from './thresholds.js';

/** Fewer values have no tenth part. */
const FEWEST_FOR_P10 = 10;

export type MetricInput = {
  readonly id: MetricId;
  readonly title: string;
  /** What measured it, as the report names it; null when nothing did. */
  readonly model: string | null;
  readonly values: readonly number[];
  /** The same measure of real recordings; none: no ceiling. */
  readonly ceilingValues: readonly number[];
  readonly threshold: Threshold;
  readonly seed: number;
  /** False: values are reported and not held against the threshold. */
  readonly judged: boolean;
  /** Why there is no value, when there is none. */
  readonly notMeasured: string;
};

/** Puts values and their threshold into one row of the report. */
export function judgeMetric({ id, title, model, values, ceilingValues, threshold, seed, judged, notMeasured }: MetricInput): Metric {
  const { mean, low, high, n } = bootstrapMean(values, { seed });
  const ceiling = bootstrapMean(ceilingValues, { seed });
  const value = rounded(mean);
  const row = {
    id,
    title,
    model,
    value,
    interval: low === null || high === null ? null : { low: roundTo6(low), high: roundTo6(high), level: 0.95 as const },
    n,
    ceiling: ceiling.mean === null ? null : { value: roundTo6(ceiling.mean), n: ceiling.n, p10: ceiling.n < FEWEST_FOR_P10 ? null : roundTo6(quantile(Float64Array.from(ceilingValues).sort(), 0.1)) },
    threshold: threshold.value,
    direction: threshold.direction,
  };
  if (value === null) return { ...row, verdict: 'not measured', reason: notMeasured };
  if (!judged) return { ...row, verdict: 'not judged', reason: 'a stand-in engine made the audio' };
  const verdict = passes(value, threshold) ? 'pass' : 'fail';
  const notes: string[] = [];
  if (verdict === 'fail') notes.push(`${value} is not ${formatThreshold(threshold)}`);
  if (n === 1 && id !== 'delivery') notes.push('one sentence only: no interval');
  if (low !== null && high !== null && passes(low, threshold) !== passes(high, threshold)) notes.push('the interval spans the threshold: more sentences would settle it');
  if (row.ceiling !== null && !passes(row.ceiling.value, threshold)) notes.push(`real recordings reach ${row.ceiling.value}, so the threshold is beyond the material`);
  return { ...row, verdict, reason: notes.length === 0 ? null : notes.join('; ') };
}

/**
 * One verdict over several metrics: fails when one fails; passes when at least one quality was measured and none fails.
 * Delivery alone (sentences came back) is no measure of a voice and cannot make it pass.
 */
export function combineVerdicts(metrics: readonly Metric[], judged: boolean): OverallVerdict {
  if (!judged) return 'stand-in: not judged';
  if (metrics.some(({ verdict }) => verdict === 'fail')) return 'fail';
  return metrics.some(({ id, verdict }) => verdict === 'pass' && id !== 'delivery' && id !== 'rtf') ? 'pass' : 'not measured';
}

/** The verdict with speed included. It rests on a clock, so two runs may differ; `report.verdict` does not. */
export function overallVerdict(report: Pick<EvaluationReport, 'judged' | 'metrics' | 'timing'>): OverallVerdict {
  return combineVerdicts([...report.metrics, report.timing.rtf], report.judged);
}

/** Six decimals: more than any model here is worth, few enough to read. */
export const roundTo6 = (value: number): number => Math.round(value * 1e6) / 1e6;
const rounded = (value: number | null): number | null => (value === null ? null : roundTo6(value));
