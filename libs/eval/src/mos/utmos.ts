import { z } from 'zod';
import { resample } from '@voxtune/audio';
import { assertJudgeable } from '../clip/check-clip.js';
import { EvalError } from '../errors.js';
import { checkedOutput, checkTensors } from '../onnx/check-tensors.js';
import { type ModelIdentity, type ModelOptions, openModel } from '../onnx/session.js';

/** What a UTMOS22 export expects and gives: samples in, one score out. */
const UtmosDescriptorSchema = z.object({
  id: z.string().min(1).default('utmos22-strong'),
  /** Rate of the samples the model takes, Hz. Source: sarulab-speech/UTMOS22, strong learner: 16 kHz. */
  sampleRateHz: z.number().int().positive().default(16_000),
  /** The input, float32 `[1, samples]`, −1…1. Null: the only one. */
  input: z.object({ name: z.string().min(1) }).nullable().default(null),
  /** Name of the output: one number. Null: the only one. */
  outputs: z.tuple([z.string().min(1)]).nullable().default(null),
});

/** Longest part given at once, seconds; attention grows with its square. Source: ours; the model was trained on clips of a few seconds. */
const LONGEST_PART_SEC = 30;

/** The UTMOS22 predictor; opened once, disposed once. */
export type Utmos = {
  readonly model: ModelIdentity;
  /**
   * Predicted opinion of one mono clip, about 1…5. A clip beyond 30 s is scored in equal parts and their mean taken.
   * @throws {EvalError} EVAL_CLIP_* when the clip cannot be judged, EVAL_MODEL_OUTPUT when the model gives no number.
   */
  score(samples: Float32Array, sampleRateHz: number, options?: { readonly signal?: AbortSignal }): Promise<number>;
  dispose(): Promise<void>;
};

export type UtmosOptions = ModelOptions & {
  /** Path of the ONNX file, or its bytes. */
  readonly model: string | Uint8Array;
  /** `id`, `sampleRateHz`, `input`, `outputs`; what is left out is that of the strong learner's export. */
  readonly descriptor?: unknown;
};

/**
 * Opens a UTMOS22 model.
 * @throws {EvalError} EVAL_MODEL_MISSING, EVAL_MODEL_UNREADABLE, EVAL_MODEL_SHAPE, EVAL_DESCRIPTOR_INVALID, EVAL_RUNTIME_MISSING.
 */
export async function createUtmos({ model, descriptor: given, ...options }: UtmosOptions): Promise<Utmos> {
  const parsed = UtmosDescriptorSchema.safeParse(given ?? {});
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const key = issue?.path.join('.') || '(the whole descriptor)';
    throw new EvalError('EVAL_DESCRIPTOR_INVALID', `The UTMOS model's descriptor is wrong at ${key}: ${issue?.message ?? 'unreadable'}.`, { key });
  }
  const { id, sampleRateHz: rateHz, input, outputs } = parsed.data;
  const opened = await openModel(model, id, options);
  const { identity, session } = opened;
  let names: ReturnType<typeof checkTensors>;
  try {
    names = checkTensors(opened, { name: input?.name ?? null, shape: [null, null] }, { name: outputs?.[0] ?? null, shape: null });
  } catch (error) {
    await session.release();
    throw error;
  }
  return {
    model: identity,
    async score(samples, sampleRateHz, { signal } = {}) {
      assertJudgeable(samples, sampleRateHz);
      const clip = sampleRateHz === rateHz ? samples : resample(samples, sampleRateHz, rateHz, { quality: 'high' });
      const parts = Math.max(1, Math.ceil(clip.length / (LONGEST_PART_SEC * rateHz)));
      let sum = 0;
      for (let part = 0; part < parts; part += 1) {
        signal?.throwIfAborted();
        const data = clip.slice(Math.round((part * clip.length) / parts), Math.round(((part + 1) * clip.length) / parts));
        const results = await session.run({ [names.inputName]: { data, dims: [1, data.length] } });
        sum += checkedOutput(id, results[names.outputName], 1, 1)[0]!;
      }
      return sum / parts;
    },
    dispose: () => session.release(),
  };
}

/** Naturalness as the guide's 0…1: (UTMOS − 1) ÷ 4, kept within it. */
export const naturalnessOfUtmos = (utmos: number): number => Math.max(0, Math.min(1, (utmos - 1) / 4));
