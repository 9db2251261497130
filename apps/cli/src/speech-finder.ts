// Finds speech in files with the Silero model of a folder of models.
import { detectSpeech, resample, type SampleRange, type VadRuntime } from '@voxtune/audio';
import { recognizeModels } from '@voxtune/models';
import { CliError } from './exit.js';

/** Ranges of speech in samples at 16 kHz. */
export type SpeechFinder = { find(samples: Float32Array, sampleRateHz: number, signal: AbortSignal): Promise<readonly SampleRange[]>; dispose(): Promise<void> };

/** Hertz that the model listens at. */
const MODEL_RATE_HZ = 16_000;

/** Opens the model. @throws {CliError} CLI_MODEL_MISSING without the model or a runtime for it. */
export async function openSpeechFinder(modelsDir: string): Promise<SpeechFinder> {
  const model = (await recognizeModels(modelsDir)).find(({ id }) => id === 'silero-vad');
  if (model === undefined) throw new CliError('CLI_MODEL_MISSING', `no Silero VAD model in ${modelsDir}`);
  const { InferenceSession, Tensor } = await loadRuntime();
  const session = await InferenceSession.create(model.path, { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3 });
  return {
    find: (samples, sampleRateHz, signal) => detectSpeech(resample(samples, sampleRateHz, MODEL_RATE_HZ), { session, Tensor }, { signal }),
    dispose: () => session.release(),
  };
}

/** What is used of onnxruntime-node, which is optional. */
type Runtime = {
  readonly InferenceSession: { create(path: string, options: object): Promise<VadRuntime['session'] & { release(): Promise<void> }> };
  readonly Tensor: VadRuntime['Tensor'];
};

async function loadRuntime(): Promise<Runtime> {
  try {
    const loaded = (await import('onnxruntime-node')) as unknown as Partial<Runtime> & { default: Runtime };
    return loaded.InferenceSession === undefined ? loaded.default : (loaded as Runtime);
  } catch (cause) {
    throw new CliError('CLI_MODEL_MISSING', 'onnxruntime-node could not be loaded, so no model can be run', {}, { cause, hint: 'Run `npm install onnxruntime-node`.' });
  }
}
