import { z } from 'zod';
import { EvalError } from '../errors.js';

const positive = z.number().int().positive();

/** Samples go into the model as they are, or scaled to mean 0 and variance 1 first (Wav2Vec2FeatureExtractor's `do_normalize`). */
const WaveformSchema = z.strictObject({
  kind: z.literal('waveform'),
  normalize: z.enum(['none', 'zero mean, unit variance']).optional(),
  /** Whole numbers beside the samples that say which of them count: an int64 input of ones. */
  attentionMask: z.string().min(1).optional(),
});

/** Kaldi's filter bank; what is left out is as in `kaldiFbank` of @voxtune/audio. */
const FbankSchema = z.strictObject({
  kind: z.literal('kaldi-fbank'),
  mels: positive.optional(),
  window: z.enum(['povey', 'hamming', 'hann']).optional(),
  /** False: the ends are mirrored instead of left out. */
  snipEdges: z.boolean().optional(),
  /** What samples are multiplied with. */
  inputScale: z.number().positive().optional(),
  lowHz: z.number().nonnegative().optional(),
  highHz: z.number().optional(),
  /** Each band's mean over the window is taken away, or left. */
  mean: z.enum(['subtract', 'keep']).optional(),
});

/**
 * What a speaker model expects and gives. Keys that name a treatment take the treatments there are, so that a model that needs another is
 * refused, not misused.
 */
export const SpeakerDescriptorSchema = z.object({
  id: z.string().min(1),
  /** Rate of the samples the model takes, Hz. */
  sampleRateHz: positive,
  /** What is made of samples before the model sees them. Without it: nothing, the input is samples. */
  frontEnd: z.discriminatedUnion('kind', [WaveformSchema, FbankSchema]).optional(),
  /** Samples of one window; null: the whole clip is one (clips beyond five minutes are taken in equal parts). */
  windowSamples: positive.nullable(),
  /** Samples from one window to the next. */
  hopSamples: positive.optional(),
  /** A clip shorter than one window. */
  shorter: z.enum(['pad with zeros', 'repeat']).optional(),
  /** A partial window at the end. */
  trailing: z.enum(['drop', 'pad with zeros']).optional(),
  /** What becomes of the windows' embeddings: their mean, or the mean of their directions (each scaled to unit length first). */
  combine: z.enum(['mean, scaled to unit length', 'mean of unit lengths, scaled to unit length']).optional(),
  /** The input: float32 `[windows, samples]`, or `[windows, frames, mels]` behind a filter bank. Null: the only one, whatever its name. */
  input: z.object({ name: z.string().min(1), holds: z.enum(['samples', 'fbank']).optional() }).nullable(),
  /** Name of the output, float32 `[windows, embeddingLength]`. Null: the only one. */
  outputs: z.tuple([z.string().min(1)]).nullable(),
  /** Numbers in one embedding. */
  embeddingLength: positive,
});
export type SpeakerDescriptor = z.infer<typeof SpeakerDescriptorSchema>;

/** The GE2E encoder of Resemblyzer 0.1.4 as ONNX with its mel inside. Source: Resemblyzer 0.1.4 hparams.py (16 kHz, 160 frames of 10 ms a window), windows half overlapping. */
export const GE2E_DESCRIPTOR: SpeakerDescriptor = {
  id: 'speaker-ge2e',
  sampleRateHz: 16_000,
  windowSamples: 25_600,
  hopSamples: 12_800,
  shorter: 'pad with zeros',
  trailing: 'drop',
  combine: 'mean, scaled to unit length',
  input: { name: 'waveform', holds: 'samples' },
  outputs: ['embedding'],
  embeddingLength: 256,
};

/** What a descriptor with a front end of its own need not say: whole clips at 16 kHz, the model's only input and output. */
const WHOLE_CLIP = { id: 'speaker', sampleRateHz: 16_000, windowSamples: null, input: null, outputs: null } as const;

/**
 * Reads a descriptor that came from a file. One that names a `frontEnd` lacks nothing but `embeddingLength` (whole clips at 16 kHz, the only
 * input and output); in another, missing keys are those of {@link GE2E_DESCRIPTOR}.
 * @throws {EvalError} EVAL_DESCRIPTOR_INVALID naming the key.
 */
export function parseSpeakerDescriptor(value: unknown): SpeakerDescriptor {
  const given = value === undefined || value === null ? {} : value;
  const isObject = typeof given === 'object' && !Array.isArray(given);
  const parsed = SpeakerDescriptorSchema.safeParse(isObject ? { ...('frontEnd' in given ? WHOLE_CLIP : GE2E_DESCRIPTOR), ...given } : given);
  const invalid = (key: string, message: string): EvalError => new EvalError('EVAL_DESCRIPTOR_INVALID', `The speaker model's descriptor is wrong at ${key}: ${message}.`, { key });
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw invalid(issue?.path.join('.') || '(the whole descriptor)', issue?.message ?? 'unreadable');
  }
  const { frontEnd, input, windowSamples, hopSamples } = parsed.data;
  const holds = frontEnd?.kind === 'kaldi-fbank' ? 'fbank' : 'samples';
  if (input?.holds !== undefined && input.holds !== holds) throw invalid('input.holds', `the front end makes ${holds}, got ${input.holds}`);
  if (windowSamples !== null && hopSamples === undefined) throw invalid('hopSamples', 'windows of a size need a hop');
  return parsed.data;
}
