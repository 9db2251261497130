// The public surface. A name here is a promise; groups follow the order of an evaluation.
export { EVAL_ADVICE, EvalError, type EvalErrorCode } from './errors.js';
export { type FloatTensor, type ModelIdentity, type ModelOptions, type OnnxSession, type OpenSession, type TensorSpec } from './onnx/session.js';
export { centroid, cosine } from './speaker/cosine.js';
export { GE2E_DESCRIPTOR, parseSpeakerDescriptor, type SpeakerDescriptor, SpeakerDescriptorSchema } from './speaker/descriptor.js';
export { createSpeakerEncoder, type SpeakerEncoder, type SpeakerEncoderOptions } from './speaker/encoder.js';
export { createDnsmos, type Dnsmos, type DnsmosOptions, type DnsmosScore, type DnsmosSegment } from './mos/dnsmos.js';
export { type MelVariant } from './mos/mel-filters.js';
export { countSpokenCharacters, detectFaults, type DetectFaultsOptions, type FaultCode, FAULTS, measurePace } from './faults/detect-faults.js';
export { measureIntelligibility, type Transcribe } from './evaluate/measure-clip.js';
export { realTimeFactor, type SpeedSummary, summarizeSpeed } from './speed/measure-rtf.js';
export { bootstrapMean, type BootstrapOptions, type MeanInterval } from './bootstrap.js';
export { completeThresholds, type Direction, formatThreshold, GUIDE_THRESHOLDS, METRIC_IDS, type MetricId, type Threshold, type Thresholds } from './thresholds.js';
export { overallVerdict } from './verdict.js';
export { evaluateVoice, type EvaluateVoiceOptions, type TestSentence } from './evaluate/evaluate-voice.js';
export { type SpeakerClip } from './evaluate/know-speaker.js';
export { type Audio } from './evaluate/measure-clip.js';
export { type ClipScores, type EvaluationReport, EvaluationReportSchema, type Figure, type Finding, type Metric, type OverallVerdict, type Problem, type SentenceReport } from './report/schema.js';
export { renderEvaluationSection } from './report/render.js';
