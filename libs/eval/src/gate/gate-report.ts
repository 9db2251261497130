import { type EvaluationReport, type Metric } from '../report/schema.js';
import { type Direction, formatThreshold, GUIDE_THRESHOLDS, METRIC_IDS, type MetricId, passes } from '../thresholds.js';

/** One thing a voice must reach: which measure, taken by which model, on which side of which value. */
export type GateRule = {
  readonly metric: MetricId;
  /** Start of the model's id as the report names it; null: whatever measured it. */
  readonly model: string | null;
  /** A number, or what nine of ten of the speaker's real recordings reach. */
  readonly value: number | 'real recordings p10';
  readonly direction: Direction;
};

export type GateProfile = 'guide' | 'production';

const guide = (metric: MetricId, model: string | null = null): GateRule => ({ metric, model, ...GUIDE_THRESHOLDS[metric] });

/**
 * Thresholds by name. `guide`: the fine-tuning guide's five, its MOS read from DNSMOS P.808, and every sentence delivered.
 * `production`: error rate at most 3 %, failed sentences at most 1 %, similarity as nine of ten real recordings have it; the rest as the guide.
 * Source: the guide's evaluation table; the limits of `production` are ours, stricter than the guide's.
 */
export const GATE_PROFILES: Readonly<Record<GateProfile, readonly GateRule[]>> = {
  guide: [guide('similarity'), guide('mos', 'dnsmos-p808'), guide('naturalness'), guide('intelligibility'), guide('delivery'), guide('rtf')],
  production: [
    { metric: 'similarity', model: null, value: 'real recordings p10', direction: 'at-least' },
    guide('mos', 'dnsmos-p808'),
    guide('naturalness'),
    { metric: 'intelligibility', model: null, value: 0.97, direction: 'at-least' },
    { metric: 'delivery', model: null, value: 0.99, direction: 'at-least' },
    guide('rtf'),
  ],
};

/** One rule held against the report. `value` is what was measured, `threshold` the number it was held against; null where there is none. */
export type GateCheck = {
  readonly metric: MetricId;
  readonly title: string;
  readonly model: string | null;
  readonly value: number | null;
  readonly threshold: number | null;
  readonly direction: Direction;
  readonly verdict: 'pass' | 'fail' | 'not measured';
  readonly reason: string | null;
};

export type GateResult = {
  /** `pass` needs a measured quality; "not measured" is neither pass nor fail, unless `strict`, which makes it fail. */
  readonly verdict: 'pass' | 'fail' | 'not measured';
  readonly strict: boolean;
  readonly checks: readonly GateCheck[];
};

/** The rules that a report was judged by when it was made. */
export function rulesOf({ metrics, timing }: Pick<EvaluationReport, 'metrics' | 'timing'>): GateRule[] {
  return [...metrics, timing.rtf].flatMap(({ id, threshold, direction }) => (isMetricId(id) ? [{ metric: id, model: null, value: threshold, direction }] : []));
}

/**
 * Holds a report against rules, without measuring anew: the same report and rules always give the same result.
 * @param rules - {@link GATE_PROFILES}, {@link rulesOf} the report, or your own.
 * @throws {RangeError} when a rule's value is not finite.
 */
export function gateReport(report: Pick<EvaluationReport, 'judged' | 'metrics' | 'timing'>, rules: readonly GateRule[], { strict = false }: { readonly strict?: boolean } = {}): GateResult {
  const checks = rules.map((rule) => check(report, rule));
  const missed = checks.some(({ verdict }) => verdict === 'fail') || (strict && checks.some(({ verdict }) => verdict !== 'pass'));
  const proven = checks.some(({ verdict, metric }) => verdict === 'pass' && metric !== 'delivery' && metric !== 'rtf'); // that sentences came back, and soon, is no quality
  return { verdict: missed || (strict && !proven) ? 'fail' : proven ? 'pass' : 'not measured', strict, checks };
}

function check({ judged, metrics, timing }: Pick<EvaluationReport, 'judged' | 'metrics' | 'timing'>, { metric: id, model, value: wanted, direction }: GateRule): GateCheck {
  if (typeof wanted === 'number' && !Number.isFinite(wanted)) throw new RangeError(`the threshold of ${id} must be finite, got ${wanted}`);
  const metric: Metric | undefined = [...metrics, timing.rtf].find((one) => one.id === id);
  const threshold = wanted === 'real recordings p10' ? (metric?.ceiling?.p10 ?? null) : wanted;
  const row = { metric: id, title: metric?.title ?? id, model: metric?.model ?? null, value: metric?.value ?? null, threshold, direction };
  const not = (reason: string): GateCheck => ({ ...row, verdict: 'not measured', reason });
  if (metric === undefined) return not('the report does not hold it');
  if (metric.value === null) return not(metric.reason ?? 'it was not measured');
  if (!judged) return not('a stand-in engine made the audio');
  if (model !== null && metric.model?.startsWith(model) !== true) return not(`it was measured by ${metric.model ?? 'no model'}; the rule is for ${model}`);
  if (threshold === null) return not('fewer than ten real recordings were measured, so they set no threshold');
  const passed = passes(metric.value, { value: threshold, direction });
  return { ...row, verdict: passed ? 'pass' : 'fail', reason: passed ? null : `${metric.value} is not ${formatThreshold({ value: threshold, direction })}${wanted === threshold ? '' : ', which nine of ten real recordings reach'}` };
}

const isMetricId = (id: string): id is MetricId => (METRIC_IDS as readonly string[]).includes(id);
