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
  /** Takes each piece of stdout. */
  readonly onOutput?: (piece: Uint8Array) => void;
};

/** Characters of stderr kept. */
const STDERR_KEPT = 16384;
/** Milliseconds between SIGTERM and SIGKILL after an abort. */
const KILL_AFTER_MS = 2000;

/**
 * Runs the first ffmpeg that can be started.
 * @param args - Its arguments, never through a shell.
 * @param what - What it is needed for, for the message.
 * @throws {AudioError} AUDIO_DECODER_MISSING when none can be started; or the signal's reason.
 */
export async function runFfmpeg(args: readonly string[], what: string, { ffmpegPath, signal, onOutput }: FfmpegOptions = {}): Promise<FfmpegEnd> {
  signal?.throwIfAborted();
  const tried: string[] = [];
  for await (const command of ffmpegCandidates(ffmpegPath)) {
    const end = await runOnce(command, args, signal, onOutput);
    if (end !== null) return end;
    tried.push(command);
  }
  const where = tried.length === 0 ? 'using one was turned off' : `tried ${tried.join(', ')}`;
  throw new AudioError('AUDIO_DECODER_MISSING', `${what} needs ffmpeg, and none was found (${where})`, { tried: tried.join(', ') });
}

/** Null when the command cannot be started. */
function runOnce(command: string, args: readonly string[], signal: AbortSignal | undefined, onOutput: FfmpegOptions['onOutput']): Promise<FfmpegEnd | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
    let stderr = '';
    let failure: unknown;
    let killer: NodeJS.Timeout | undefined;
    const stop = (reason: unknown): void => {
      failure ??= reason ?? new Error('aborted');
      child.kill('SIGTERM');
      killer ??= setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
    };
    const abort = (): void => stop(signal?.reason);
    const done = (): void => { clearTimeout(killer); signal?.removeEventListener('abort', abort); };
    signal?.addEventListener('abort', abort, { once: true });
    child.stdout.on('data', (piece: Buffer) => {
      if (failure !== undefined) return;
      try { onOutput?.(piece); } catch (error) { stop(error); }
    });
    child.stderr.setEncoding('utf8').on('data', (piece: string) => { stderr = (stderr + piece).slice(-STDERR_KEPT); });
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (child.pid !== undefined) { stop(error); return; }
      done();
      if (['ENOENT', 'EACCES', 'ENOEXEC', 'ENOTDIR', 'UNKNOWN'].includes(error.code ?? '')) resolve(null);
      else reject(error);
    });
    child.once('close', (exitCode) => {
      done();
      if (failure !== undefined) reject(failure as Error);
      else resolve({ exitCode: exitCode ?? -1, stderr: stderr.trim() });
    });
  });
}

/** A path as ffmpeg's input: never an option, never another protocol than a local file. */
export const ffmpegInput = (path: string): string[] => ['-protocol_whitelist', 'file,pipe', '-i', `file:${path}`];
