import { z } from 'zod';
import { EvalError } from '../errors.js';

const positive = z.number().int().positive();

/**
 * What a speaker model expects and gives. The mel front end lies inside the graph: the model is fed samples. Keys that name a
 * treatment take the one treatment there is, so that a model that needs another is refused, not misused.
 */
export const SpeakerDescriptorSchema = z.object({
  id: z.string().min(1),
  /** Rate of the samples the model takes, Hz. */
  sampleRateHz: positive,
  /** Samples of one window. */
  windowSamples: positive,
  /** Samples from one window to the next. */
  hopSamples: positive,
  /** A clip shorter than one window. */
  shorter: z.literal('pad with zeros').optional(),
  /** A partial window at the end. */
  trailing: z.literal('drop').optional(),
  /** What becomes of the windows' embeddings. */
  combine: z.literal('mean, scaled to unit length').optional(),
  /** The input, float32 `[windows, samples]`. */
  input: z.object({ name: z.string().min(1), holds: z.literal('samples').optional() }),
  /** Name of the output, float32 `[windows, embeddingLength]`. */
  outputs: z.tuple([z.string().min(1)]),
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

/**
 * Reads a descriptor that came from a file; keys it lacks are those of {@link GE2E_DESCRIPTOR}.
 * @throws {EvalError} EVAL_DESCRIPTOR_INVALID naming the key.
 */
export function parseSpeakerDescriptor(value: unknown): SpeakerDescriptor {
  const given = value === undefined || value === null ? {} : value;
  const parsed = SpeakerDescriptorSchema.safeParse(typeof given === 'object' && !Array.isArray(given) ? { ...GE2E_DESCRIPTOR, ...given } : given);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const key = issue?.path.join('.') || '(the whole descriptor)';
  throw new EvalError('EVAL_DESCRIPTOR_INVALID', `The speaker model's descriptor is wrong at ${key}: ${issue?.message ?? 'unreadable'}.`, { key });
}
