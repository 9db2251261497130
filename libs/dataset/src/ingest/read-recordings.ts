import { readFileSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setImmediate as others } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { endingOf } from '../ending.js';
import { readRecording, type HeardRecording, type ReadOptions } from './read-recording.js';

export type Content = { readonly sha256: string; readonly path: string };
export type ReadRecordingsOptions = ReadOptions & { readonly keepDir?: string | undefined; readonly workers?: number | undefined; readonly onProgress?: ((done: number) => void) | undefined };

/** Of what is kept: another form, measure or fingerprint takes another number. */
const KEPT_VERSION = 3;

/** Contents between two looks at other work. Ours. */
const BETWEEN = 64;

/** Reads each content once, on worker threads, or takes what was kept of it. @returns By sha256. */
export async function readRecordings(contents: readonly Content[], { keepDir, workers = availableParallelism(), onProgress, ...options }: ReadRecordingsOptions): Promise<ReadonlyMap<string, HeardRecording>> {
  const { signal, ffmpegPath, measure } = options;
  const heard = new Map<string, HeardRecording>();
  const missing: Content[] = [];
  for (const [at, content] of contents.entries()) {
    if (at % BETWEEN === 0) { await others(); signal?.throwIfAborted(); }
    const kept = keepDir === undefined || measure !== undefined ? null : readKept(keepDir, content.sha256);
    if (kept === null) missing.push(content);
    else heard.set(content.sha256, kept);
  }
  onProgress?.(heard.size);
  let next = 0;
  const work = async (read: (content: Content) => Promise<HeardRecording>): Promise<void> => {
    while (next < missing.length) {
      signal?.throwIfAborted();
      const content = missing[next++]!;
      const result = await read(content);
      heard.set(content.sha256, result);
      if (keepDir !== undefined && measure === undefined) await writeKept(keepDir, content.sha256, result);
      onProgress?.(heard.size);
    }
  };
  const count = Math.min(workers, missing.length);
  if (count < 2 || measure !== undefined || import.meta.url.endsWith('.ts')) await work(({ path, sha256 }) => readRecording(path, sha256, options)); // sources run in the caller's thread: a worker needs what was built
  else {
    const threads = Array.from({ length: count }, () => new Worker(new URL('./ingest-worker.js', import.meta.url)));
    const endings = threads.map(endingOf);
    const stop = (): void => { for (const ending of endings) ending.stop(); };
    signal?.addEventListener('abort', stop, { once: true });
    try {
      await Promise.all(threads.map((thread) => work((content) => ask(thread, content, ffmpegPath, signal))));
    } finally {
      signal?.removeEventListener('abort', stop);
      stop();
      await Promise.all(endings.map(({ ended }) => ended));
    }
  }
  if (keepDir !== undefined) await removeOthers(keepDir, new Set(contents.map(({ sha256 }) => `${sha256}.json`)));
  return heard;
}

function ask(thread: Worker, content: Content, ffmpegPath: string | null | undefined, signal: AbortSignal | undefined): Promise<HeardRecording> {
  return new Promise((resolve, reject) => {
    const settle = (then: () => void): void => { thread.off('message', answered).off('error', failed).off('exit', ended); then(); };
    const answered = (result: HeardRecording): void => settle(() => resolve(result));
    const failed = (error: Error): void => settle(() => reject(error));
    const ended = (): void => settle(() => reject(signal?.aborted === true ? signal.reason as Error : new Error(`the thread for ${content.path} ended`)));
    thread.on('message', answered).on('error', failed).on('exit', ended);
    thread.postMessage({ ...content, ffmpegPath });
  });
}

type Kept = { readonly v: number; readonly read: HeardRecording['read']; readonly hashes: string; readonly frames: string };
const toText = (values: Uint32Array): string => Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
const fromText = (text: string): Uint32Array => { const bytes = Uint8Array.from(Buffer.from(text, 'base64')); return new Uint32Array(bytes.buffer, 0, bytes.length >> 2); };

/** Null where nothing is kept, or it is of another version or cut off. Synchronous: through the thread pool, small files take twenty times as long. */
function readKept(folder: string, sha256: string): HeardRecording | null {
  try {
    const { v, read, hashes, frames } = JSON.parse(readFileSync(join(folder, `${sha256}.json`), 'utf8')) as Kept;
    return v === KEPT_VERSION && read.sha256 === sha256 ? { read, landmarks: { hashes: fromText(hashes), frames: fromText(frames) } } : null;
  } catch {
    return null;
  }
}

/** Only what was decoded is kept: a decoder may be there next time. */
async function writeKept(folder: string, sha256: string, { read, landmarks }: HeardRecording): Promise<void> {
  if (landmarks === null) return;
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, `.tmp-${sha256}`);
  const kept: Kept = { v: KEPT_VERSION, read, hashes: toText(landmarks.hashes), frames: toText(landmarks.frames) };
  await writeFile(temporary, JSON.stringify(kept));
  await rename(temporary, join(folder, `${sha256}.json`));
}

async function removeOthers(folder: string, keep: ReadonlySet<string>): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) if (!keep.has(name)) await rm(join(folder, name), { force: true });
}
