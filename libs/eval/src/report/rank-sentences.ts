import { type EvaluationReport, type SentenceReport } from './schema.js';

/**
 * Sentences from the worst to the best: failed ones, then by the measure that lies lowest in proportion to its threshold,
 * then as they came.
 */
export function rankSentences({ sentences, metrics }: Pick<EvaluationReport, 'sentences' | 'metrics'>): readonly SentenceReport[] {
  const limit = (id: string): number => metrics.find((metric) => metric.id === id)?.threshold ?? 1;
  const limits = { similarity: limit('similarity'), p808: limit('mos'), intelligibility: limit('intelligibility') };
  const worth = ({ state, scores, findings }: SentenceReport): number => {
    if (state === 'failed' || scores === null) return -Infinity;
    const shares = (Object.keys(limits) as (keyof typeof limits)[]).flatMap((measure) => (scores[measure] === null || limits[measure] <= 0 ? [] : [scores[measure] / limits[measure]]));
    const warned = findings.some(({ level }) => level === 'warning') ? 0.9 : 1;
    return shares.length === 0 ? warned * 1e3 : warned * Math.min(...shares);
  };
  return sentences
    .map((sentence, index) => ({ sentence, index, worth: worth(sentence) }))
    .sort((a, b) => (a.worth === b.worth ? a.index - b.index : a.worth - b.worth))
    .map(({ sentence }) => sentence);
}
