import { spawn } from 'node:child_process';
import { AudioError } from '../errors.js';
import { ffmpegCandidates } from './find-ffmpeg.js';

/** How ffmpeg ended, and the last of what it said. */
export type FfmpegEnd = { readonly exitCode: number; readonly stderr: string };

/** What to run and where its output goes. */
export type FfmpegOptions = {
  /** A path, `null` for none, or undefined to look for one. */
  readonly ffmpegPath?: string | null | undefined;
  readonly signal?: AbortSignal | undefined;
};

/** Characters of stderr kept. */
const STDERR_KEPT = 16384;
/** Milliseconds between SIGTERM and SIGKILL after an abort. */
const KILL_AFTER_MS = 2000;

/** A running ffmpeg. */
export type FfmpegChild = {
  /** What it writes to its standard output, at the reader's pace; throws the signal's reason. */
  readonly output: AsyncIterable<Uint8Array>;
  /** How it ends; rejects with the signal's reason. */
  readonly ended: Promise<FfmpegEnd>;
  /** Ends it, if it still runs, and waits for that. */
  readonly stop: () => Promise<void>;
};

/**
 * Starts the first ffmpeg that can be started.
 * @param args - Its arguments, never through a shell.
 * @param what - What it is needed for, for the message.
 * @throws {AudioError} AUDIO_DECODER_MISSING when none can be started; or the signal's reason.
 */
export async function startFfmpeg(args: readonly string[], what: string, { ffmpegPath, signal }: FfmpegOptions = {}): Promise<FfmpegChild> {
  signal?.throwIfAborted();
  const tried: string[] = [];
  const candidates = ffmpegCandidates(ffmpegPath);
  for (let next = await candidates.next(); next.done !== true; next = await candidates.next()) {
    const child = await startOnce(next.value, args, signal);
    if (child !== null) {
      const closed = child.ended.finally(() => candidates.return(undefined));
      closed.catch(() => undefined); // told where it is awaited
      return { ...child, ended: closed };
    }
    tried.push(next.value);
  }
  const where = tried.length === 0 ? 'using one was turned off' : `tried ${tried.join(', ')}`;
  throw new AudioError('AUDIO_DECODER_MISSING', `${what} needs ffmpeg, and none was found (${where})`, { tried: tried.join(', ') });
}

/** Runs ffmpeg to its end; its output is not kept. @throws As {@link startFfmpeg}. */
export async function runFfmpeg(args: readonly string[], what: string, options: FfmpegOptions = {}): Promise<FfmpegEnd> {
  const child = await startFfmpeg(args, what, options);
  for await (const piece of child.output) void piece;
  return child.ended;
}

/** Null when the command cannot be started. */
async function startOnce(command: string, args: readonly string[], signal: AbortSignal | undefined): Promise<FfmpegChild | null> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
  let stderr = '', failure: { readonly reason: unknown } | undefined;
  let killer: NodeJS.Timeout | undefined;
  const kill = (): void => {
    child.kill('SIGTERM');
    killer ??= setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
  };
  const abort = (): void => { failure ??= { reason: signal?.reason }; kill(); };
  signal?.addEventListener('abort', abort, { once: true });
  child.stderr.setEncoding('utf8').on('data', (piece: string) => { stderr = (stderr + piece).slice(-STDERR_KEPT); });
  const settled = (): void => { clearTimeout(killer); signal?.removeEventListener('abort', abort); };
  const ended = new Promise<FfmpegEnd>((resolve, reject) => {
    child.once('close', (exitCode) => {
      settled();
      if (failure !== undefined) reject(failure.reason as Error);
      else resolve({ exitCode: exitCode ?? -1, stderr: stderr.trim() });
    });
    child.once('error', (error) => { settled(); reject(error); });
  });
  ended.catch(() => undefined); // told where it is awaited
  const started = await new Promise<boolean | Error>((resolve) => {
    child.once('spawn', () => resolve(true));
    child.once('error', (error: NodeJS.ErrnoException) => resolve(['ENOENT', 'EACCES', 'ENOEXEC', 'ENOTDIR', 'UNKNOWN'].includes(error.code ?? '') ? false : error));
  });
  if (started === false) return null;
  if (started !== true) throw started;
  if (signal?.aborted === true) abort();
  let finished = false;
  async function* output(): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const piece of child.stdout as AsyncIterable<Uint8Array>) {
      if (failure !== undefined) break;
      yield piece;
    }
    finished = true;
    if (failure !== undefined) await ended;
  }
  const stop = async (): Promise<void> => {
    if (!finished) child.stdout.destroy();
    if (child.exitCode === null && child.signalCode === null) kill();
    await ended.catch(() => undefined);
  };
  return { output: output(), ended, stop };
}

/** A path as ffmpeg's input: never an option, never another protocol than a local file. */
export const ffmpegInput = (path: string): string[] => ['-protocol_whitelist', 'file,pipe', '-i', `file:${path}`];
