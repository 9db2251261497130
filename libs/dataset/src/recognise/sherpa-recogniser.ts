import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatasetError } from '../errors.js';
import { parseLanguage, type Language } from '../language.js';
import type { Recogniser } from './command-recogniser.js';
import type { Recognition } from './parse-recognition.js';
import { SHERPA_CHILD } from './sherpa-child.js';

/** Which files a model consists of; paths. Forms are those of sherpa-onnx 1.13 (`OfflineRecognizerConfig.modelConfig`). */
export type SherpaModel =
  | { readonly kind: 'paraformer'; readonly model: string; readonly tokens: string }
  | { readonly kind: 'sense-voice'; readonly model: string; readonly tokens: string }
  | { readonly kind: 'whisper'; readonly encoder: string; readonly decoder: string; readonly tokens: string };
/** Longest time for opening a model, ms: a large one on a slow disk takes a minute. Source: ours. */
const OPEN_MS = 120_000;

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
  const modulePath = addon ?? findAddon();
  const modelConfig = {
    ...(kind === 'paraformer' ? { paraformer: { model: model.model } } : kind === 'sense-voice' ? { senseVoice: { model: model.model, language: language ?? '', useInverseTextNormalization: 1 } } : { whisper: { encoder: model.encoder, decoder: model.decoder, language: language ?? '', task: 'transcribe', tailPaddings: -1 } }),
    tokens, numThreads: threads, provider: 'cpu', debug: 0,
  };
  let running: Running | null = null;
  let turn: Promise<unknown> = Promise.resolve(); // one clip at a time: the process reads and answers line by line
  const hear = async (wavPath: string, signal: AbortSignal | undefined): Promise<Recognition> => {
    signal?.throwIfAborted();
    running ??= await start(modulePath, modelConfig, signal);
    try {
      return await running.hear(wavPath, timeoutMs, signal);
    } catch (error) {
      if (running.child.exitCode !== null || running.child.signalCode !== null || running.child.killed) running = null;
      throw error;
    }
  };
  return {
    id: `sherpa-onnx ${kind}`,
    recognise: (wavPath, signal) => {
      const mine = turn.then(() => hear(wavPath, signal));
      turn = mine.catch(() => undefined);
      return mine;
    },
    close: async () => {
      await turn;
      running?.child.kill('SIGKILL');
      running = null;
    },
  };
}

function findAddon(): string {
  try {
    return createRequire(import.meta.url).resolve('sherpa-onnx-node');
  } catch (cause) {
    throw new DatasetError('DATASET_ASR_MISSING', 'the package sherpa-onnx-node is not installed: npm install sherpa-onnx-node', { package: 'sherpa-onnx-node' }, { cause });
  }
}

type Answer = { readonly text?: unknown; readonly lang?: unknown; readonly tokens?: unknown; readonly timestamps?: unknown; readonly failed?: unknown; readonly ready?: unknown };
type Running = { readonly child: ChildProcess; hear(wavPath: string, timeoutMs: number, signal: AbortSignal | undefined): Promise<Recognition> };

async function start(modulePath: string, modelConfig: object, signal: AbortSignal | undefined): Promise<Running> {
  // The shared libraries lie beside the platform's addon, in a package next to sherpa-onnx-node.
  const platform = `sherpa-onnx-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const libraries = join(dirname(modulePath), '..', platform);
  const search = process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH';
  const env = { ...process.env };
  env[search] = [libraries, env[search] ?? ''].filter((part) => part !== '').join(':');
  const child = spawn(process.execPath, ['-e', SHERPA_CHILD, modulePath, JSON.stringify(modelConfig)], { stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true, env });
  let complaint = '';
  child.stderr.on('data', (bytes: Buffer) => { complaint = (complaint + bytes.toString()).slice(-4000); });
  child.stdin.on('error', () => undefined); // it died: the close says so
  const lines = createInterface({ input: child.stdout });
  let waiting: { resolve(answer: Answer): void; reject(error: Error): void } | null = null;
  lines.on('line', (line) => {
    if (!line.startsWith('voxtune:')) return; // the addon prints its configuration
    const answered = waiting;
    waiting = null;
    answered?.resolve(JSON.parse(line.slice('voxtune:'.length)) as Answer);
  });
  const gone = (why: string) => new DatasetError('DATASET_ASR_FAILED', `sherpa-onnx: ${why}${complaint.trim() === '' ? '' : ` — ${complaint.trim().split(/\r?\n/).slice(-2).join(' ').slice(0, 300)}`}`, {});
  child.on('error', (cause) => waiting?.reject(gone(cause.message)));
  child.on('close', (code, killedBy) => { const left = waiting; waiting = null; left?.reject(gone(`it ended with ${killedBy ?? `code ${code}`}`)); });
  const next = (limitMs: number, abort: AbortSignal | undefined) => new Promise<Answer>((resolve, reject) => {
    if (child.exitCode !== null || child.signalCode !== null) { reject(gone(`it ended with ${child.signalCode ?? `code ${child.exitCode}`}`)); return; }
    const timer = setTimeout(() => { child.kill('SIGKILL'); settle(() => reject(gone(`no answer within ${limitMs / 1000} s`))); }, limitMs);
    const onAbort = () => { child.kill('SIGKILL'); settle(() => reject(abort!.reason as Error)); };
    const settle = (finish: () => void) => { waiting = null; clearTimeout(timer); abort?.removeEventListener('abort', onAbort); finish(); };
    abort?.addEventListener('abort', onAbort, { once: true });
    waiting = { resolve: (answer) => settle(() => resolve(answer)), reject: (error) => settle(() => reject(error)) };
  });
  const opening = await next(OPEN_MS, signal).catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw new DatasetError('DATASET_ASR_MISSING', `the model cannot be opened: ${cause instanceof Error ? cause.message : String(cause)}`, {}, { cause });
  });
  if (opening.ready !== true) {
    child.kill('SIGKILL');
    throw new DatasetError('DATASET_ASR_MISSING', `the model cannot be opened: ${String(opening.failed)}`, {});
  }
  return {
    child,
    hear: async (wavPath, limitMs, abort) => {
      const answer = next(limitMs, abort);
      child.stdin.write(`${JSON.stringify(wavPath)}\n`);
      return readAnswer(await answer);
    },
  };
}

function readAnswer({ text, lang, tokens, timestamps, failed }: Answer): Recognition {
  if (typeof text !== 'string') throw new DatasetError('DATASET_ASR_FAILED', `sherpa-onnx: ${typeof failed === 'string' ? failed : 'an answer without text'}`, {});
  const starts = Array.isArray(timestamps) ? timestamps.filter((time): time is number => typeof time === 'number') : [];
  const said = Array.isArray(tokens) ? tokens.filter((token): token is string => typeof token === 'string') : [];
  const times = starts.length === said.length ? said.map((token, at) => ({ text: token, startSec: starts[at]!, endSec: starts[at + 1] ?? starts[at]! })) : [];
  // SenseVoice writes its guess as `<|zh|>`.
  return { text: text.trim(), confidence: null, language: typeof lang === 'string' ? parseLanguage(lang.replace(/[<|>]/g, '')) : null, ...(times.length === 0 ? {} : { times }) };
}
