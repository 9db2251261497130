import { spawn } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';
import { DatasetError } from '../errors.js';

export type ChildRun = {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd?: string | undefined;
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly onOutput?: ((text: string) => void) | undefined;
};

const KEPT_CHARACTERS = 20_000; // ours: the last words of a program, which say why it ended

/**
 * Runs a program to its end and gives what it said last. It is ended with its children when time is up or the signal says so.
 * @throws {DatasetError} `DATASET_ASR_MISSING` when it cannot be started; `DATASET_ASR_FAILED` when it ends otherwise than with 0, with its last lines.
 */
export function runChild({ program, args, cwd, env, timeoutMs, signal, onOutput }: ChildRun): Promise<string> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const grouped = process.platform !== 'win32';
    const child = spawn(program, [...args], { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true, detached: grouped });
    let said = '';
    let ended: string | null = null;
    const end = (why: string): void => {
      ended ??= why;
      try {
        if (grouped && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
        else child.kill('SIGKILL');
      } catch {
        child.kill('SIGKILL'); // the group is gone already
      }
    };
    const timer = setTimeout(() => end(`no end within ${timeoutMs / 1000} s`), timeoutMs);
    const onAbort = (): void => end('called off');
    signal?.addEventListener('abort', onAbort, { once: true });
    for (const stream of [child.stdout, child.stderr]) {
      const decoder = new StringDecoder('utf8');
      stream.on('data', (bytes: Buffer) => {
        const text = decoder.write(bytes);
        said = (said + text).slice(-KEPT_CHARACTERS);
        onOutput?.(text);
      });
    }
    const done = (): void => { clearTimeout(timer); signal?.removeEventListener('abort', onAbort); };
    child.on('error', (cause: NodeJS.ErrnoException) => {
      done();
      reject(new DatasetError('DATASET_ASR_MISSING', `the recogniser ${program} cannot be started: ${cause.code ?? cause.message}`, { program }, { cause }));
    });
    child.on('close', (code, killedBy) => {
      done();
      if (signal?.aborted === true) { reject(signal.reason as Error); return; }
      const failure = ended ?? (code === 0 ? null : `it ended with ${killedBy ?? `code ${code}`}`);
      if (failure === null) resolve(said);
      else reject(new DatasetError('DATASET_ASR_FAILED', `${program}: ${failure} — ${said.trim().split(/\r?\n/).slice(-3).join(' ').slice(0, 400)}`, { program }));
    });
  });
}
