import { EvalError } from '../errors.js';
import { detectFaults, measurePace } from '../faults/detect-faults.js';
import { valuesOf } from '../report/recompute.js';
import { countEdits } from '../report/render-alignment.js';
import { type ClipScores, type EvaluationReport, type Figure, type SentenceReport } from '../report/schema.js';
import { realTimeFactor, summarizeSpeed } from '../speed/measure-rtf.js';
import { FEWEST_PROFILE_CLIPS, PROSODY_MODEL } from '../prosody/compare-prosody.js';
import { completeThresholds, type MetricId, type Threshold } from '../thresholds.js';
import { combineVerdicts, judgeMetric, roundTo6 } from '../verdict.js';
import { describeError } from './ask.js';
import { mapInParallel, withTimeout } from './in-parallel.js';
import { knowSpeaker, type SpeakerClip } from './know-speaker.js';
import { measureCeiling } from './measure-ceiling.js';
import { type Audio, type ClipMeasures, type Instruments, measureClip, type Target } from './measure-clip.js';

/** A sentence to be spoken; `real` is the speaker saying the same, when there is such a recording. */
export type TestSentence = { readonly id: string; readonly text: string; readonly language: string; readonly real?: Audio };

export type EvaluateVoiceOptions = Instruments & {
  readonly sentences: readonly TestSentence[];
  /** Speaks one text; `elapsedSec` is the wall-clock time it took. Called in order, for as many sentences at once as there are workers. */
  readonly synthesize: (text: string, signal: AbortSignal, sentence: Pick<TestSentence, 'id' | 'language'>) => Promise<Audio & { readonly elapsedSec: number }>;
  /** Real clips of the speaker: what similarity is measured against, and the ceiling beside the `real` clips. @default the `real` clips of the sentences */
  readonly speakerClips?: readonly SpeakerClip[];
  /** Other thresholds than the guide's, each a number or a threshold with its direction. @default GUIDE_THRESHOLDS */
  readonly thresholds?: Partial<Record<MetricId, Threshold | number>>;
  /** False when a stand-in engine speaks: values are reported, the verdict is `stand-in: not judged`. */
  readonly judged: boolean;
  /** Seed of the intervals, an integer. @default 1 */
  readonly seed?: number;
  /** Sentences spoken and measured at once, a positive integer; the report is the same for any number, times aside. @default 1 */
  readonly workers?: number;
  /** How long one sentence may take; then it has failed with EVAL_SYNTHESIS_TIMEOUT and its signal is aborted. @default 300000 */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number; readonly unit: 'sentences'; readonly note: string }) => void;
  /** Receives each sentence's audio, to keep it for listening; also that of a sentence with unusable audio. */
  readonly onAudio?: (id: string, audio: Audio) => void | Promise<void>;
};

type Outcome = { readonly sentence: SentenceReport; readonly elapsedSec: number | null; readonly rtf: number | null; readonly recogniser: string | null };

/**
 * Has a voice speak some sentences, measures what comes back beside the real recordings, and holds it against thresholds.
 * A sentence that fails is returned with its error code; in = scored + failed.
 * @throws {RangeError} when two sentences share an id, a threshold is no number, or `workers` is no positive integer.
 * @throws what the signal holds when it is aborted, and what `onAudio` throws.
 */
export async function evaluateVoice(options: EvaluateVoiceOptions): Promise<EvaluationReport> {
  const { sentences, judged, seed = 1, signal, onProgress, encoder, dnsmos, utmos, transcribe } = options;
  const thresholds = completeThresholds(options.thresholds);
  const ids = new Set(sentences.map(({ id }) => id));
  if (ids.size !== sentences.length) throw new RangeError('sentences must have ids of their own');
  signal?.throwIfAborted();

  const withReal = sentences.flatMap(({ id, text, language, real }) => (real ? [{ id, text, language, ...real }] : []));
  const given = options.speakerClips ?? [];
  const speaker = await knowSpeaker(given.length > 0 ? given : withReal, encoder, utmos === undefined, signal);
  const pace = measurePace(withReal.filter(isSound));

  let done = 0;
  const outcomes = await mapInParallel(sentences, options.workers ?? 1, async (sentence) => {
    signal?.throwIfAborted();
    const real = sentence.real ? await measureClip(sentence.real, sentence, options, speaker.targetWithout(sentence.real), speaker.knownOf(sentence.real), signal) : null;
    const outcome = await speakAndMeasure(sentence, real, speaker.target, pace, options);
    onProgress?.({ done: (done += 1), total: sentences.length, unit: 'sentences', note: sentence.id });
    return outcome;
  });

  const reports = outcomes.map(({ sentence }) => sentence);
  onProgress?.({ done: outcomes.length, total: sentences.length, unit: 'sentences', note: 'real recordings, for the ceiling' });
  const ceiling = await measureCeiling(given, withReal, speaker, options, signal);
  const parts = { sentences: reports, speaker: { ...speaker.accounting, problems: [...speaker.accounting.problems, ...ceiling.problems], clips: [...ceiling.clips] } };
  const spoken = (of: keyof ClipScores): number[] => valuesOf(parts, of).spoken;
  const real = (of: keyof ClipScores): number[] => valuesOf(parts, of).real;
  const scored = reports.filter(({ state }) => state === 'scored').length;
  const recognisers = [...new Set(outcomes.flatMap(({ recogniser }) => recogniser ?? []))].sort();
  const p808Model = dnsmos?.model.p808 ? `${dnsmos.model.p808.id} (front end of ${dnsmos.model.melVariant})` : null;
  const recogniser = transcribe ? recognisers.join(', ') || 'the given recogniser' : null;
  const noAudio = scored === 0 ? (sentences.length === 0 ? 'there was no sentence to speak' : 'no sentence gave usable audio') : null;
  const common = { seed, judged };

  const metrics = [
    judgeMetric({ ...common, id: 'similarity', title: 'Speaker similarity', model: encoder?.model.id ?? null, values: spoken('similarity'), ceilingValues: real('similarity'), threshold: thresholds.similarity,
      notMeasured: !encoder ? 'no speaker model was given' : speaker.target.embedding === null ? 'no usable clip of the speaker was given' : (noAudio ?? 'the speaker model gave no value') }),
    judgeMetric({ ...common, id: 'mos', title: 'MOS (DNSMOS P.808)', model: p808Model, values: spoken('p808'), ceilingValues: real('p808'), threshold: thresholds.mos,
      notMeasured: p808Model === null ? 'no DNSMOS P.808 model was given' : (noAudio ?? 'the P.808 model gave no value') }),
    judgeMetric({ ...common, id: 'naturalness', title: utmos ? 'Naturalness ((UTMOS − 1) ÷ 4)' : 'Naturalness (prosody overlap with the speaker)', model: utmos?.model.id ?? (speaker.target.prosody === null ? null : PROSODY_MODEL), values: spoken('naturalness'), ceilingValues: real('naturalness'), threshold: thresholds.naturalness,
      notMeasured: !utmos && speaker.target.prosody === null ? `no UTMOS model was given, and fewer than ${FEWEST_PROFILE_CLIPS} real clips of the speaker to compare prosody with` : (noAudio ?? 'no sentence gave a value') }),
    judgeMetric({ ...common, id: 'intelligibility', title: 'Intelligibility', model: recogniser, values: spoken('intelligibility'), ceilingValues: real('intelligibility'), threshold: thresholds.intelligibility,
      notMeasured: !transcribe ? 'no speech recogniser was given' : (noAudio ?? 'the recogniser gave no value') }),
    judgeMetric({ ...common, id: 'delivery', title: 'Sentences delivered', model: null, values: sentences.length === 0 ? [] : [scored / sentences.length], ceilingValues: [], threshold: thresholds.delivery,
      notMeasured: 'there was no sentence to speak' }),
  ].map((metric) => (metric.id === 'delivery' && metric.value !== null ? { ...metric, n: sentences.length } : metric));

  const rtfs = outcomes.flatMap(({ rtf }) => rtf ?? []);
  const speed = summarizeSpeed(rtfs);
  const orNull = (value: number | null): number | null => (value === null ? null : roundTo6(value));
  return {
    v: 1,
    judged,
    verdict: combineVerdicts(metrics, judged),
    seed,
    models: [
      ...(encoder ? [{ ...encoder.model, note: null }] : []),
      ...(dnsmos?.model.p835 ? [{ ...dnsmos.model.p835, note: null }] : []),
      ...(dnsmos?.model.p808 ? [{ ...dnsmos.model.p808, note: `front end of ${dnsmos.model.melVariant}` }] : []),
      ...(utmos ? [{ ...utmos.model, note: null }] : []),
      ...recognisers.map((id) => ({ id, sha256: null, note: 'recogniser' })),
    ],
    metrics,
    figures: [...(['ovrl', 'sig', 'bak'] as const).map((id) => figure(id, `DNSMOS ${id.toUpperCase()}`, dnsmos?.model.p835?.id ?? null, spoken(id), real(id), seed)), ...(utmos ? [figure('utmos', 'UTMOS22', utmos.model.id, spoken('utmos'), real('utmos'), seed)] : [])],
    accounting: { in: sentences.length, scored, failed: sentences.length - scored },
    sentences: reports,
    speaker: parts.speaker,
    timing: {
      rtf: judgeMetric({ ...common, id: 'rtf', title: 'Real-time factor', model: null, values: speed.steady, ceilingValues: [], threshold: thresholds.rtf, notMeasured: noAudio ?? 'no time was given' }),
      warmUpRtf: orNull(speed.warmUpRtf),
      p50: orNull(speed.p50),
      p95: orNull(speed.p95),
      sentences: outcomes.map(({ sentence, elapsedSec, rtf }) => ({ id: sentence.id, elapsedSec: orNull(elapsedSec), rtf: orNull(rtf) })),
    },
  };
}

async function speakAndMeasure({ id, text, language }: TestSentence, real: ClipMeasures | null, target: Target, pace: number | null, options: EvaluateVoiceOptions): Promise<Outcome> {
  const { synthesize, signal = new AbortController().signal, onAudio, timeoutMs = 300_000 } = options;
  const base = { id, text, language, real: real?.scores ?? null };
  const problems = (real?.problems ?? []).map((problem) => ({ ...problem, measure: `${problem.measure} of the real recording` }));
  const failed = (error: { readonly code: string; readonly message: string }, rest: Partial<SentenceReport> = {}): Outcome => ({
    sentence: { ...base, state: 'failed', error: { code: error.code, message: error.message }, durationSec: null, scores: null, heard: null, edits: null, findings: [], problems, ...rest },
    elapsedSec: null, rtf: null, recogniser: null,
  });

  let audio: Awaited<ReturnType<typeof synthesize>>;
  try {
    audio = await withTimeout((limited) => synthesize(text, limited, { id, language }), timeoutMs, signal);
    if (!(audio?.samples instanceof Float32Array) || !(audio.sampleRateHz > 0)) throw new EvalError('EVAL_SYNTHESIS_FAILED', 'The synthesizer returned no samples with a rate.');
  } catch (error) {
    signal.throwIfAborted();
    return failed(describeError(error, 'EVAL_SYNTHESIS_FAILED'));
  }
  const { samples, sampleRateHz, elapsedSec } = audio;
  await onAudio?.(id, { samples, sampleRateHz });
  const durationSec = roundTo6(samples.length / sampleRateHz);
  let findings: SentenceReport['findings'];
  try {
    findings = [...detectFaults(samples, sampleRateHz, { text, ...(pace === null ? {} : { paceCharsPerSec: pace }) })];
  } catch (error) {
    return failed(describeError(error, 'EVAL_OUTPUT_FAULTY'), { durationSec });
  }
  const fatal = findings.find(({ level }) => level === 'reject');
  if (fatal) return failed(new EvalError('EVAL_OUTPUT_FAULTY', fatal.message, { fault: fatal.code }), { durationSec, findings });

  const measured = await measureClip(audio, { text, language }, options, target, {}, signal);
  return {
    sentence: { ...base, state: 'scored', error: null, durationSec, scores: measured.scores, heard: measured.heard, edits: measured.heard === null ? null : countEdits(text, measured.heard, language), findings, problems: [...measured.problems, ...problems] },
    elapsedSec: Number.isFinite(elapsedSec) && elapsedSec >= 0 ? roundTo6(elapsedSec) : null,
    rtf: realTimeFactor(roundTo6(elapsedSec), durationSec),
    recogniser: measured.recogniser,
  };
}

function figure(id: string, title: string, model: string | null, values: readonly number[], ceilingValues: readonly number[], seed: number): Figure {
  const { value, interval, n, ceiling } = judgeMetric({ id: 'mos', title: '', model, values, ceilingValues, threshold: { value: 0, direction: 'at-least' }, seed, judged: false, notMeasured: '' });
  return { id, title, model, value, interval, n, ceiling };
}

const isSound = (clip: Audio): boolean => detectFaults(clip.samples, clip.sampleRateHz).every(({ level }) => level !== 'reject');
