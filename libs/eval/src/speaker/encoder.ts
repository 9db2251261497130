import { resample } from '@voxtune/audio';
import { assertJudgeable } from '../clip/check-clip.js';
import { EvalError } from '../errors.js';
import { checkedOutput, checkTensors } from '../onnx/check-tensors.js';
import { type ModelIdentity, type ModelOptions, openModel } from '../onnx/session.js';
import { unitLength } from './cosine.js';
import { parseSpeakerDescriptor } from './descriptor.js';
import { applyFrontEnd, inputWidth } from './front-end.js';
import { planWholeClip, planWindows } from './windows.js';

/** Windows given to the model in one run. Source: ours; bounds memory to about 2 MB of samples for clips of any length. */
const WINDOWS_PER_RUN = 16;

/** The window of `embedWindows` where the model takes whole clips. Source: ours; long enough for a speaker, short enough to fall between two. */
const NOMINAL_WINDOW_SEC = 1.6;

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
  /** What the model expects; see {@link parseSpeakerDescriptor}. @default GE2E_DESCRIPTOR */
  readonly descriptor?: unknown;
};

/**
 * Opens a speaker model.
 * @throws {EvalError} EVAL_MODEL_MISSING, EVAL_MODEL_UNREADABLE, EVAL_MODEL_SHAPE, EVAL_DESCRIPTOR_INVALID, EVAL_RUNTIME_MISSING.
 */
export async function createSpeakerEncoder({ model, descriptor: given, ...options }: SpeakerEncoderOptions): Promise<SpeakerEncoder> {
  const descriptor = parseSpeakerDescriptor(given);
  const { windowSamples, embeddingLength, input, outputs, sampleRateHz: rateHz, shorter = 'pad with zeros', combine, frontEnd } = descriptor;
  const mask = frontEnd?.kind === 'waveform' ? frontEnd.attentionMask : undefined;
  const opened = await openModel(model, descriptor.id, options);
  let names: ReturnType<typeof checkTensors>;
  try {
    const width = inputWidth(descriptor);
    names = checkTensors(opened, { name: input?.name ?? null, shape: width === null ? [null, windowSamples] : [null, null, width] }, { name: outputs?.[0] ?? null, shape: [null, embeddingLength] }, mask === undefined ? [] : [mask]);
  } catch (error) {
    await opened.session.release();
    throw error;
  }
  const { identity, session } = opened;

  /** Embeds windows of one length together. */
  async function run(batch: readonly Float32Array[]): Promise<readonly Float32Array[]> {
    const fed = batch.map((window) => applyFrontEnd(descriptor, window));
    const { dims, data: { length } } = fed[0]!; // a batch is never empty
    const data = new Float32Array(batch.length * length);
    fed.forEach((one, row) => data.set(one.data, row * length));
    const results = await session.run({
      [names.inputName]: { data, dims: [batch.length, ...dims] },
      ...(mask === undefined ? {} : { [mask]: { data: new BigInt64Array(batch.length * length).fill(1n), dims: [batch.length, ...dims] } }),
    });
    const rows = checkedOutput(identity.id, results[names.outputName], batch.length, embeddingLength);
    return batch.map((_, row) => rows.slice(row * embeddingLength, (row + 1) * embeddingLength));
  }
  async function* embedInBatches(windows: readonly Float32Array[]): AsyncGenerator<Float32Array> {
    const perRun = windowSamples === null ? 1 : WINDOWS_PER_RUN;
    for (let first = 0; first < windows.length; first += perRun) yield* await run(windows.slice(first, first + perRun));
  }
  /** The windows of a clip, each filled as the descriptor says. */
  const windowsOf = (clip: Float32Array): readonly Float32Array[] => {
    if (windowSamples === null) return planWholeClip(clip.length, rateHz).map(({ start, end }) => clip.subarray(start, end));
    return planWindows(clip.length, windowSamples, descriptor.hopSamples!, descriptor.trailing).map((start) => { // a size has a hop: parseSpeakerDescriptor
      const window = clip.subarray(start, start + windowSamples);
      if (window.length === windowSamples) return window;
      const filled = new Float32Array(windowSamples);
      if (shorter === 'repeat' && start === 0) for (let i = 0; i < windowSamples; i += 1) filled[i] = window[i % window.length]!;
      else filled.set(window);
      return filled;
    });
  };
  const partSamples = windowSamples ?? Math.round(NOMINAL_WINDOW_SEC * rateHz);

  return {
    model: identity,
    window: { samples: partSamples, sampleRateHz: rateHz },
    async embedWindows(windows) {
      const wrong = windows.find((window) => window.length !== partSamples);
      if (wrong !== undefined) throw new RangeError(`a window must have ${partSamples} samples, got ${wrong.length}`);
      const all: Float32Array[] = [];
      for await (const embedding of embedInBatches(windows)) all.push(embedding);
      return all;
    },
    async embed(samples, sampleRateHz) {
      assertJudgeable(samples, sampleRateHz);
      const clip = sampleRateHz === rateHz ? samples : resample(samples, sampleRateHz, rateHz, { quality: 'high' });
      const sum = new Float64Array(embeddingLength);
      try {
        for await (const embedding of embedInBatches(windowsOf(clip))) {
          const direction = combine === 'mean of unit lengths, scaled to unit length' ? unitLength(Float64Array.from(embedding)) : embedding;
          for (let i = 0; i < embeddingLength; i += 1) sum[i]! += direction[i]!;
        }
        return unitLength(sum);
      } catch (cause) {
        if (!(cause instanceof RangeError)) throw cause;
        throw new EvalError('EVAL_MODEL_OUTPUT', `The model ${identity.id} returned an embedding of zeros.`, { model: identity.id }, { cause });
      }
    },
    dispose: () => session.release(),
  };
}
