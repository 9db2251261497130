import { spawn } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';

export type ChildRun = {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd?: string | undefined;
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  readonly timeoutMs: number;
  /** Characters on its standard output at which it is ended. @default Infinity */
  readonly outputLimit?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onOutput?: ((text: string) => void) | undefined;
};

/** How a program ended. `failure` is null where it ended with 0; `missing` where it could not be started at all. */
export type ChildEnd = {
  /** Its standard output: all of it with an `outputLimit`, else the end. */
  readonly out: string;
  /** The end of its standard error. */
  readonly err: string;
  /** The end of both, as they came. */
  readonly said: string;
  readonly failure: string | null;
  readonly missing: NodeJS.ErrnoException | null;
};

const KEPT_CHARACTERS = 20_000; // ours: the last words of a program, which say why it ended

/** Runs a program to its end. It is ended with its children when time is up or the signal says so; only the signal's reason is thrown. */
export function runChild({ program, args, cwd, env, timeoutMs, outputLimit = Infinity, signal, onOutput }: ChildRun): Promise<ChildEnd> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const grouped = process.platform !== 'win32';
    const child = spawn(program, [...args], { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true, detached: grouped });
    const heard = { out: '', err: '', said: '' };
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
    const timer = setTimeout(() => end(`no answer within ${timeoutMs / 1000} s`), timeoutMs);
    const onAbort = (): void => end('called off');
    signal?.addEventListener('abort', onAbort, { once: true });
    for (const [stream, into] of [[child.stdout, 'out'], [child.stderr, 'err']] as const) {
      const decoder = new StringDecoder('utf8');
      stream.on('data', (bytes: Buffer) => {
        const text = decoder.write(bytes);
        heard[into] += text;
        heard.said = (heard.said + text).slice(-KEPT_CHARACTERS);
        if (into === 'err' || outputLimit === Infinity) heard[into] = heard[into].slice(-KEPT_CHARACTERS);
        else if (heard.out.length > outputLimit) end(`more than ${outputLimit} characters of output`);
        onOutput?.(text);
      });
    }
    const settle = (failure: string | null, missing: NodeJS.ErrnoException | null): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      if (signal?.aborted === true) reject(signal.reason as Error);
      else resolve({ ...heard, failure, missing });
    };
    child.on('error', (cause: NodeJS.ErrnoException) => settle(`${program} cannot be started: ${cause.code ?? cause.message}`, cause));
    child.on('close', (code, killedBy) => settle(ended ?? (code === 0 ? null : `it ended with ${killedBy ?? `code ${code}`}`), null));
  });
}

/** The last lines of what a program said, on one line. */
export const lastLines = (said: string, lines: number, characters: number): string => said.trim().split(/\r?\n/).slice(-lines).join(' ').slice(0, characters);
