import { type ChildProcessWithoutNullStreams, spawn, type SpawnOptionsWithoutStdio } from 'node:child_process';
import { ServingError } from '../errors.js';

const LOG_BYTES = 2000; // ours: enough for ffmpeg's last words
const PROBE_MS = 5000; // ours: ffmpeg prints its version in some ten milliseconds

/** Turns a WAV file into another format. */
export type Encode = (wav: Uint8Array, args: readonly string[], options?: { readonly signal?: AbortSignal }) => Promise<Uint8Array>;

/**
 * Looks whether ffmpeg can be run.
 * @param command - A program's name, looked up in PATH, or its path.
 * @returns An encoder, one process for each call; null when it cannot be run.
 */
export async function findEncoder(command: string): Promise<Encode | null> {
  const probe = spawn(command, ['-hide_banner', '-version'], { stdio: 'ignore', timeout: PROBE_MS });
  const works = await new Promise<boolean>((resolve) => probe.once('error', () => resolve(false)).once('exit', (code) => resolve(code === 0)));
  return works ? (wav, args, options) => encodeWithFfmpeg(command, wav, args, options) : null;
}

/** An ffmpeg that reads its standard input and writes its standard output. */
export type Ffmpeg = {
  readonly child: ChildProcessWithoutNullStreams;
  /** What is thrown when it ended with this exit code (null: by a signal); quotes its last line. */
  failure(code: number | null): ServingError;
};

/** @param input - Arguments that say what is read. @param output - Arguments that say what is written. */
export function startFfmpeg(command: string, input: readonly string[], output: readonly string[], options: SpawnOptionsWithoutStdio = {}): Ffmpeg {
  const child = spawn(command, ['-hide_banner', '-loglevel', 'error', '-nostdin', ...input, '-i', 'pipe:0', '-map_metadata', '-1', '-threads', '1', ...output, 'pipe:1'], { ...options, stdio: 'pipe' });
  let said = '';
  child.stderr.on('data', (piece: Buffer) => { said = (said + piece.toString()).slice(-LOG_BYTES); });
  child.once('error', (error) => { said = error.message; });
  child.stdin.on('error', () => undefined); // it ended early: its exit code tells
  return { child, failure: (code) => new ServingError('SERVING_ENCODER_FAILED', `ffmpeg made no whole audio (exit ${code ?? 'by signal'}): ${said.trim().split('\n').at(-1) ?? ''}`, { exitCode: code ?? -1 }) };
}

/** @throws {ServingError} SERVING_ENCODER_FAILED with ffmpeg's last words, also when it wrote nothing. */
async function encodeWithFfmpeg(command: string, wav: Uint8Array, args: readonly string[], { signal }: { readonly signal?: AbortSignal } = {}): Promise<Uint8Array> {
  const { child, failure } = startFfmpeg(command, ['-f', 'wav'], args, signal === undefined ? {} : { signal, killSignal: 'SIGKILL' });
  const pieces: Buffer[] = [];
  child.stdout.on('data', (piece: Buffer) => pieces.push(piece));
  child.stdin.end(wav);
  const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve)).catch((cause: Error) => {
    throw new ServingError('SERVING_ENCODER_FAILED', `ffmpeg could not be run: ${cause.message}`, {}, { cause });
  });
  if (code !== 0 || pieces.length === 0) throw failure(code);
  return Buffer.concat(pieces);
}
