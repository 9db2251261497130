import { z } from 'zod';

const finite = z.number().refine(Number.isFinite);
const count = z.number().int().nonnegative();

/** Something noticed about a piece of audio. */
export const FindingSchema = z.object({
  code: z.string().min(1),
  level: z.enum(['note', 'warning', 'reject']),
  message: z.string(),
  value: z.union([finite, z.string(), z.null()]),
});
export type Finding = Readonly<z.infer<typeof FindingSchema>>;

const interval = z.object({ low: finite, high: finite, level: z.literal(0.95) }).nullable();
/** What real recordings reach: their mean, and what nine of ten of them reach (null for fewer than ten). */
const ceiling = z.object({ value: finite, n: count, p10: finite.nullable() }).nullable();

/** One measure against its threshold. */
export const MetricSchema = z.object({
  id: z.string().min(1),
  title: z.string(),
  model: z.string().nullable(),
  value: finite.nullable(),
  interval,
  n: count,
  ceiling,
  threshold: finite,
  direction: z.enum(['above', 'below', 'at-least']),
  verdict: z.enum(['pass', 'fail', 'not measured', 'not judged']),
  reason: z.string().nullable(),
});
export type Metric = Readonly<z.infer<typeof MetricSchema>>;

/** A measure without a threshold. */
export const FigureSchema = MetricSchema.pick({ id: true, title: true, model: true, value: true, interval: true, n: true, ceiling: true });
export type Figure = Readonly<z.infer<typeof FigureSchema>>;

/** Measures of one clip; null where not measured. */
export const ClipScoresSchema = z.object({
  similarity: finite.nullable(),
  sig: finite.nullable(),
  bak: finite.nullable(),
  ovrl: finite.nullable(),
  p808: finite.nullable(),
  /** Predicted by UTMOS22, about 1…5. */
  utmos: finite.nullable().default(null),
  /** 0…1; by what, the metric's `model` says: UTMOS, or prosody overlap. */
  naturalness: finite.nullable().default(null),
  intelligibility: finite.nullable(),
});
export type ClipScores = Readonly<z.infer<typeof ClipScoresSchema>>;

/** A measure that could not be taken of one clip, and why. */
export const ProblemSchema = z.object({ measure: z.string(), code: z.string().min(1), message: z.string() });
export type Problem = Readonly<z.infer<typeof ProblemSchema>>;

export const SentenceSchema = z.object({
  id: z.string(),
  text: z.string(),
  language: z.string(),
  state: z.enum(['scored', 'failed']),
  /** Why there are no scores, when it failed. */
  error: z.object({ code: z.string().min(1), message: z.string() }).nullable(),
  durationSec: finite.nullable(),
  scores: ClipScoresSchema.nullable(),
  /** The same measures of the real recording of this sentence. */
  real: ClipScoresSchema.nullable(),
  /** What the recogniser heard, when one was given. */
  heard: z.string().nullable(),
  /** How that differs from the text, in characters or words, after the normaliser. */
  edits: z.object({ hits: count, substitutions: count, insertions: count, deletions: count }).nullable().default(null),
  findings: z.array(FindingSchema),
  problems: z.array(ProblemSchema),
});
export type SentenceReport = Readonly<z.infer<typeof SentenceSchema>>;

const overallVerdictSchema = z.enum(['pass', 'fail', 'not measured', 'stand-in: not judged']);
export type OverallVerdict = z.infer<typeof overallVerdictSchema>;

/** What evaluateVoice returns and report.json holds. Nothing outside `timing` depends on a clock. */
export const EvaluationReportSchema = z.object({
  v: z.literal(1),
  /** False when a stand-in engine spoke: values are shown and not held against the thresholds. */
  judged: z.boolean(),
  /** Over `metrics`; speed is in `timing.rtf`. */
  verdict: overallVerdictSchema,
  seed: z.number().int(),
  models: z.array(z.object({ id: z.string(), sha256: z.string().nullable(), note: z.string().nullable() })),
  metrics: z.array(MetricSchema),
  figures: z.array(FigureSchema),
  /** in = scored + failed. */
  accounting: z.object({ in: count, scored: count, failed: count }),
  sentences: z.array(SentenceSchema),
  /** The clips the speaker is known by: how many went in, which could not be used and why. */
  speaker: z.object({
    in: count, used: count, problems: z.array(ProblemSchema.extend({ id: z.string() })),
    /** What the models give those clips that are no test sentence: the ceiling, beside the sentences' own real recordings. */
    clips: z.array(z.object({ id: z.string(), scores: ClipScoresSchema })).default([]),
  }),
  timing: z.object({
    rtf: MetricSchema,
    /** The first sentence, left out of `rtf` when others follow: it pays for the engine's start. */
    warmUpRtf: finite.nullable(),
    p50: finite.nullable(),
    p95: finite.nullable(),
    sentences: z.array(z.object({ id: z.string(), elapsedSec: finite.nullable(), rtf: finite.nullable() })),
  }),
});
export type EvaluationReport = Readonly<z.infer<typeof EvaluationReportSchema>>;

/** The schema of report.json, for other programs: JSON Schema draft 2020-12, as schema/evaluation-report.schema.json beside this package holds it. */
export const evaluationReportJsonSchema = (): object => ({
  $id: 'urn:voxtune:evaluation-report:1',
  title: 'voxtune evaluation report',
  ...z.toJSONSchema(EvaluationReportSchema, { io: 'input', unrepresentable: 'any' }),
});
