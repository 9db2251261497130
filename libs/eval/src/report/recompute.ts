import { realTimeFactor, summarizeSpeed } from '../speed/measure-rtf.js';
import { type MetricId } from '../thresholds.js';
import { combineVerdicts, judgeMetric } from '../verdict.js';
import { type ClipScores, type EvaluationReport, type Metric, type OverallVerdict } from './schema.js';

/** Where each metric's values lie in the scores of a clip. */
const SCORE_OF = { similarity: 'similarity', mos: 'p808', naturalness: 'naturalness', intelligibility: 'intelligibility' } as const satisfies Partial<Record<MetricId, keyof ClipScores>>;

/** Values of one measure: what was spoken, and the real recordings beside it. */
export function valuesOf({ sentences, speaker }: Pick<EvaluationReport, 'sentences' | 'speaker'>, measure: keyof ClipScores): { readonly spoken: number[]; readonly real: number[] } {
  const numbers = (scores: readonly (ClipScores | null)[]): number[] => scores.map((one) => one?.[measure] ?? null).filter((value) => value !== null);
  return { spoken: numbers(sentences.map(({ scores }) => scores)), real: numbers([...sentences.map(({ real }) => real), ...speaker.clips.map(({ scores }) => scores)]) };
}

/**
 * Judges a report anew from its sentences, clips, times, seed and thresholds alone, as evaluateVoice judged it: every value, interval, ceiling and
 * verdict comes out equal, so a report can be checked by whoever holds its JSON.
 */
export function recomputeVerdict(report: EvaluationReport): { readonly metrics: readonly Metric[]; readonly rtf: Metric; readonly verdict: OverallVerdict; readonly withSpeed: OverallVerdict } {
  const { judged, seed, sentences, timing } = report;
  const again = (row: Metric, values: readonly number[], ceilingValues: readonly number[]): Metric =>
    judgeMetric({ id: row.id as MetricId, title: row.title, model: row.model, values, ceilingValues, threshold: { value: row.threshold, direction: row.direction }, seed, judged, notMeasured: row.reason ?? '' });
  const metrics = report.metrics.map((row) => {
    if (row.id === 'delivery') {
      const share = sentences.length === 0 ? [] : [sentences.filter(({ state }) => state === 'scored').length / sentences.length];
      const metric = again(row, share, []);
      return metric.value === null ? metric : { ...metric, n: sentences.length };
    }
    const measure = SCORE_OF[row.id as keyof typeof SCORE_OF];
    const { spoken, real } = valuesOf(report, measure);
    return again(row, spoken, real);
  });
  const durations = new Map(sentences.map(({ id, durationSec }) => [id, durationSec]));
  const rtfs = timing.sentences.flatMap(({ id, elapsedSec }) => realTimeFactor(elapsedSec ?? Number.NaN, durations.get(id) ?? 0) ?? []);
  const rtf = again(timing.rtf, summarizeSpeed(rtfs).steady, []);
  return { metrics, rtf, verdict: combineVerdicts(metrics, judged), withSpeed: combineVerdicts([...metrics, rtf], judged) };
}
