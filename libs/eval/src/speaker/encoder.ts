import { resample } from '@voxtune/audio';
import { assertJudgeable } from '../clip/check-clip.js';
import { EvalError } from '../errors.js';
import { checkedOutput, checkTensors } from '../onnx/check-tensors.js';
import { type ModelIdentity, type ModelOptions, openModel } from '../onnx/session.js';
import { unitLength } from './cosine.js';
import { parseSpeakerDescriptor } from './descriptor.js';
import { planWindows } from './windows.js';

/** Windows given to the model in one run. Source: ours; bounds memory to about 2 MB of samples for clips of any length. */
const WINDOWS_PER_RUN = 16;

/** Turns clips into speaker embeddings; opened once, disposed once. */
export type SpeakerEncoder = {
  readonly model: ModelIdentity;
  /**
   * The embedding of one clip: windows averaged, scaled to unit length; shape `[embeddingLength]`.
   * @throws {EvalError} EVAL_CLIP_* when the clip cannot be judged, EVAL_MODEL_OUTPUT when the model gives no numbers.
   */
  embed(samples: Float32Array, sampleRateHz: number): Promise<Float32Array>;
  /** The size of the model's window. */
  readonly window: { readonly samples: number; readonly sampleRateHz: number };
  /**
   * One embedding for each window, in order, as the model gives them (not scaled); each window has exactly `window.samples` at `window.sampleRateHz`.
   * @throws {RangeError} when a window has another length. @throws {EvalError} EVAL_MODEL_OUTPUT.
   */
  embedWindows(windows: readonly Float32Array[]): Promise<readonly Float32Array[]>;
  dispose(): Promise<void>;
};

export type SpeakerEncoderOptions = ModelOptions & {
  /** Path of the ONNX file, or its bytes. */
  readonly model: string | Uint8Array;
  /** What the model expects; checked, and completed from GE2E. @default GE2E_DESCRIPTOR */
  readonly descriptor?: unknown;
};

/**
 * Opens a speaker model.
 * @throws {EvalError} EVAL_MODEL_MISSING, EVAL_MODEL_UNREADABLE, EVAL_MODEL_SHAPE, EVAL_DESCRIPTOR_INVALID, EVAL_RUNTIME_MISSING.
 */
export async function createSpeakerEncoder({ model, descriptor: given, ...options }: SpeakerEncoderOptions): Promise<SpeakerEncoder> {
  const descriptor = parseSpeakerDescriptor(given);
  const { windowSamples, hopSamples, embeddingLength, input, outputs: [outputName] } = descriptor;
  const opened = await openModel(model, descriptor.id, options);
  try {
    checkTensors(opened, { name: input.name, shape: [null, windowSamples] }, { name: outputName, shape: [null, embeddingLength] });
  } catch (error) {
    await opened.session.release();
    throw error;
  }
  const { identity, session } = opened;

  async function run(batch: readonly Float32Array[]): Promise<readonly Float32Array[]> {
    const data = new Float32Array(batch.length * windowSamples);
    batch.forEach((window, row) => data.set(window, row * windowSamples));
    const results = await session.run({ [input.name]: { data, dims: [batch.length, windowSamples] } });
    const rows = checkedOutput(identity.id, results[outputName], batch.length, embeddingLength);
    return batch.map((_, row) => Float32Array.from(rows.slice(row * embeddingLength, (row + 1) * embeddingLength)));
  }
  async function embedWindows(windows: readonly Float32Array[]): Promise<readonly Float32Array[]> {
    const all: Float32Array[] = [];
    for (let first = 0; first < windows.length; first += WINDOWS_PER_RUN) all.push(...(await run(windows.slice(first, first + WINDOWS_PER_RUN))));
    return all;
  }

  return {
    model: identity,
    window: { samples: windowSamples, sampleRateHz: descriptor.sampleRateHz },
    async embedWindows(windows) {
      const wrong = windows.find((window) => window.length !== windowSamples);
      if (wrong !== undefined) throw new RangeError(`a window must have ${windowSamples} samples, got ${wrong.length}`);
      return embedWindows(windows);
    },
    async embed(samples, sampleRateHz) {
      assertJudgeable(samples, sampleRateHz);
      const clip = sampleRateHz === descriptor.sampleRateHz ? samples : resample(samples, sampleRateHz, descriptor.sampleRateHz, { quality: 'high' });
      const starts = planWindows(clip.length, windowSamples, hopSamples);
      const sum = new Float64Array(embeddingLength);
      for (let first = 0; first < starts.length; first += WINDOWS_PER_RUN) {
        const rows = await run(starts.slice(first, first + WINDOWS_PER_RUN).map((start) => clip.subarray(start, start + windowSamples)));
        for (const row of rows) for (let i = 0; i < embeddingLength; i += 1) sum[i]! += row[i]!;
      }
      try {
        return unitLength(sum);
      } catch (cause) {
        throw new EvalError('EVAL_MODEL_OUTPUT', `The model ${identity.id} returned an embedding of zeros.`, { model: identity.id }, { cause });
      }
    },
    dispose: () => session.release(),
  };
}
