import { z } from 'zod';
import { EvalError } from '../errors.js';

const positive = z.number().int().positive();

/** What a speaker model expects and gives. The mel front end lies inside the graph: the model is fed samples. */
export const SpeakerDescriptorSchema = z.object({
  id: z.string().min(1),
  /** Rate of the samples the model takes, Hz. */
  sampleRateHz: positive,
  /** Samples of one window; a shorter clip is filled with zeros. */
  windowSamples: positive,
  /** Samples from one window to the next. */
  hopSamples: positive,
  /** Name of the input, float32 `[windows, samples]`. */
  inputName: z.string().min(1),
  /** Name of the output, float32 `[windows, dimension]`. */
  outputName: z.string().min(1),
  /** Numbers in one embedding. */
  dimension: positive,
  licence: z.string().optional(),
  source: z.string().optional(),
});
export type SpeakerDescriptor = z.infer<typeof SpeakerDescriptorSchema>;

/** The GE2E encoder of Resemblyzer 0.1.4 as ONNX with its mel inside. Source: Resemblyzer 0.1.4 hparams.py (16 kHz, 160 frames of 10 ms a window), windows half overlapping. */
export const GE2E_DESCRIPTOR: SpeakerDescriptor = {
  id: 'speaker-ge2e',
  sampleRateHz: 16_000,
  windowSamples: 25_600,
  hopSamples: 12_800,
  inputName: 'waveform',
  outputName: 'embedding',
  dimension: 256,
  licence: 'Apache-2.0',
  source: 'Resemblyzer 0.1.4 pretrained weights, exported to ONNX',
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
