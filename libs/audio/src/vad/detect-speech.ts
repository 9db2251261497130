import { type SampleRange } from '../pcm.js';
import { findSpeech, type SpeechOptions, VAD_RATE_HZ, VAD_WINDOW_SAMPLES } from './find-speech.js';

/** An ONNX runtime with the Silero model open in it: onnxruntime-node's or onnxruntime-web's `Tensor`, and a session of silero_vad.onnx. This library loads none. */
export type VadRuntime = {
  readonly session: { run(feeds: Record<string, unknown>): Promise<Readonly<Record<string, { readonly data: unknown }>>> };
  readonly Tensor: {
    new (type: 'float32', data: Float32Array, dims: readonly number[]): unknown;
    new (type: 'int64', data: BigInt64Array, dims: readonly number[]): unknown;
  };
};

/** Samples of the window before that the model hears again: silero-vad 6.2.3, utils_vad.py, OnnxWrapper.__call__. */
const CONTEXT_SAMPLES = 64;
/** Shape of the model's memory: OnnxWrapper.reset_states. */
const STATE_DIMS = [2, 1, 128] as const;

/**
 * How likely each window of 512 samples holds speech, by the Silero model.
 * @param samples - One channel at 16 kHz, −1…1; zeros fill the last window.
 * @returns Shape `[ceil(samples / 512)]`, 0…1.
 * @throws What the session throws; the signal's reason when it is aborted.
 */
export async function speechProbabilities(samples: Float32Array, { session, Tensor }: VadRuntime, { signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<Float32Array> {
  const probabilities = new Float32Array(Math.ceil(samples.length / VAD_WINDOW_SAMPLES));
  const rate = new Tensor('int64', BigInt64Array.of(BigInt(VAD_RATE_HZ)), []);
  let state: unknown = new Tensor('float32', new Float32Array(STATE_DIMS.reduce<number>((a, b) => a * b, 1)), STATE_DIMS);
  for (let i = 0; i < probabilities.length; i++) {
    signal?.throwIfAborted();
    const input = new Float32Array(CONTEXT_SAMPLES + VAD_WINDOW_SAMPLES), from = i * VAD_WINDOW_SAMPLES - CONTEXT_SAMPLES;
    input.set(samples.subarray(Math.max(0, from), from + input.length), Math.max(0, -from));
    const { output, stateN } = await session.run({ input: new Tensor('float32', input, [1, input.length]), state, sr: rate });
    probabilities[i] = (output!.data as Float32Array)[0]!; // the model's two outputs, both float32
    state = stateN;
  }
  return probabilities;
}

/**
 * Finds speech with the Silero model, as its own get_speech_timestamps does.
 * @param samples - One channel at 16 kHz, −1…1.
 * @returns Half-open ranges in samples at 16 kHz, sorted, disjoint.
 * @throws {AudioError} AUDIO_OPTION_INVALID for options out of range; else as {@link speechProbabilities}.
 */
export async function detectSpeech(samples: Float32Array, runtime: VadRuntime, { signal, ...options }: SpeechOptions & { readonly signal?: AbortSignal | undefined } = {}): Promise<readonly SampleRange[]> {
  findSpeech([], 0, options); // refuses before the work
  return findSpeech(await speechProbabilities(samples, runtime, { signal }), samples.length, options);
}
