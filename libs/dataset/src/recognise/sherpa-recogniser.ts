import { existsSync } from 'node:fs';
import { DatasetError } from '../errors.js';
import { parseLanguage, type Language } from '../language.js';
import { sherpaProcess, type SherpaAnswer } from '../sherpa/sherpa-process.js';
import type { Recogniser } from './command-recogniser.js';
import type { Recognition } from './parse-recognition.js';

/** Which files a model consists of; paths. Forms are those of sherpa-onnx 1.13 (`OfflineRecognizerConfig.modelConfig`). */
export type SherpaModel =
  | { readonly kind: 'paraformer'; readonly model: string; readonly tokens: string }
  | { readonly kind: 'sense-voice'; readonly model: string; readonly tokens: string }
  | { readonly kind: 'whisper'; readonly encoder: string; readonly decoder: string; readonly tokens: string };

export type SherpaRecogniserOptions = {
  readonly model: SherpaModel;
  /** Hint for models that take one; SenseVoice and Whisper guess without it. */
  readonly language?: Language | undefined;
  /** @default 2 */
  readonly threads?: number | undefined;
  /** Longest time for one clip, ms; opening the model may take two minutes. @default 120000 */
  readonly timeoutMs?: number | undefined;
  /** The addon, when it is not the installed `sherpa-onnx-node`: a path to a module of its form. */
  readonly addon?: string | undefined;
};

/**
 * A recogniser that runs an ONNX model in a Node process of its own through the optional package `sherpa-onnx-node`: a crash of the native code is one clip's reason, and the next clip gets a new process.
 * @throws {DatasetError} `DATASET_ASR_MISSING` when a file of the model or the package is not there.
 */
export function sherpaRecogniser({ model, language, threads = 2, timeoutMs = 120_000, addon }: SherpaRecogniserOptions): Recogniser {
  const { kind, tokens, ...files } = model;
  for (const path of [tokens, ...Object.values(files)]) if (!existsSync(path)) throw new DatasetError('DATASET_ASR_MISSING', `the ${kind} model has no file ${path}`, { path });
  const modelConfig = {
    ...(kind === 'paraformer' ? { paraformer: { model: model.model } } : kind === 'sense-voice' ? { senseVoice: { model: model.model, language: language ?? '', useInverseTextNormalization: 1 } } : { whisper: { encoder: model.encoder, decoder: model.decoder, language: language ?? '', task: 'transcribe', tailPaddings: -1 } }),
    tokens, numThreads: threads, provider: 'cpu', debug: 0,
  };
  const config = { featConfig: { sampleRate: 16000, featureDim: 80 }, modelConfig };
  const { ask, close } = sherpaProcess({ task: 'recognise', config, addon, codes: { missing: 'DATASET_ASR_MISSING', failed: 'DATASET_ASR_FAILED' } });
  return { id: `sherpa-onnx ${kind}`, recognise: async (wav, signal) => readAnswer(await ask({ wav }, timeoutMs, signal)), close };
}

function readAnswer({ text, lang, tokens, timestamps }: SherpaAnswer): Recognition {
  if (typeof text !== 'string') throw new DatasetError('DATASET_ASR_FAILED', 'sherpa-onnx: an answer without text', {});
  const starts = Array.isArray(timestamps) ? timestamps.filter((time): time is number => typeof time === 'number') : [];
  const said = Array.isArray(tokens) ? tokens.filter((token): token is string => typeof token === 'string') : [];
  const times = starts.length === said.length ? said.map((token, at) => ({ text: token, startSec: starts[at]!, endSec: starts[at + 1] ?? starts[at]! })) : [];
  // SenseVoice writes its guess as `<|zh|>`.
  return { text: text.trim(), confidence: null, language: typeof lang === 'string' ? parseLanguage(lang.replace(/[<|>]/g, '')) : null, ...(times.length === 0 ? {} : { times }) };
}
