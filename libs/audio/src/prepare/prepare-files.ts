import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { Worker } from 'node:worker_threads';
import { AudioError } from '../errors.js';
import { prepareFile } from './prepare-file.js';
import { type PreparedFile, type PrepareSettings } from './prepare-options.js';

/** Options of {@link prepareFiles}. */
export type PrepareOptions = PrepareSettings & {
  readonly signal?: AbortSignal | undefined;
  /** Called after each recording, in the order in which they end. */
  readonly onProgress?: ((progress: { readonly done: number; readonly total: number; readonly file: PreparedFile }) => void) | undefined;
  /** Threads; 0 works in the caller's. The results do not depend on it. @default the processor's cores, at most one a recording */
  readonly workers?: number | undefined;
};

type Prepare = (path: string) => Promise<PreparedFile>;

/**
 * Prepares recordings: decodes, makes mono, resamples, slices, measures and writes 16-bit WAV clips, in bounded memory, one recording a thread.
 * The cuts are those of `decodeFile`, `downmix`, `resample` and `planSlices`.
 * @param paths - Files with different names: clips are named after them.
 * @returns One entry a recording, in their order. What goes wrong with one is its `error`; the others go on.
 * @throws {AudioError} AUDIO_OPTION_INVALID for two recordings of one name or senseless `workers`; or the signal's reason, once every thread has stopped.
 */
export async function prepareFiles(paths: readonly string[], options: PrepareOptions): Promise<readonly PreparedFile[]> {
  const { signal, onProgress, workers = Math.min(availableParallelism(), paths.length), ...settings } = options;
  signal?.throwIfAborted();
  if (!Number.isInteger(workers) || workers < 0) throw new AudioError('AUDIO_OPTION_INVALID', `workers must be 0 or a positive integer, got ${workers}`);
  const names = new Set<string>();
  for (const name of paths.map((path) => basename(path))) {
    if (names.has(name)) throw new AudioError('AUDIO_OPTION_INVALID', `two recordings are named ${name}; their clips would have the same names`);
    names.add(name);
  }
  const results = new Array<PreparedFile>(paths.length);
  let next = 0, done = 0;
  const work = async (prepare: Prepare): Promise<void> => {
    while (next < paths.length) {
      signal?.throwIfAborted();
      const index = next++, file = await prepare(paths[index]!);
      results[index] = file;
      onProgress?.({ done: ++done, total: paths.length, file });
    }
  };
  if (workers === 0 || import.meta.url.endsWith('.ts')) { // sources run in the caller's thread: a worker needs what was built
    await work((path) => prepareFile(path, settings, signal));
    return results;
  }
  const threads = Array.from({ length: Math.min(workers, paths.length) }, () => new Worker(new URL('./prepare-worker.js', import.meta.url)));
  // Asked, not terminated: Node 20 can abort the whole process when a thread is terminated while its code is being optimised.
  const ends = threads.map((thread) => new Promise<void>((resolve) => { thread.once('exit', () => resolve()); }));
  const stop = (): void => { for (const thread of threads) thread.postMessage('stop'); };
  signal?.addEventListener('abort', stop, { once: true });
  try {
    await Promise.all(threads.map((thread) => work((path) => ask(thread, path, settings, signal))));
    return results;
  } finally {
    signal?.removeEventListener('abort', stop);
    stop();
    await Promise.all(ends);
  }
}

function ask(thread: Worker, path: string, settings: PrepareSettings, signal: AbortSignal | undefined): Promise<PreparedFile> {
  return new Promise((resolve, reject) => {
    const settle = (then: () => void): void => { thread.off('message', answered).off('error', failed).off('exit', ended); then(); };
    const answered = (file: PreparedFile): void => settle(() => resolve(file));
    const failed = (error: Error): void => settle(() => reject(error));
    const ended = (): void => settle(() => reject(signal?.aborted === true ? signal.reason as Error : new Error(`the thread for ${path} ended`)));
    thread.on('message', answered).on('error', failed).on('exit', ended);
    thread.postMessage({ path, settings });
  });
}
