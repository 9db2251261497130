import { execa } from 'execa';
import { type EngineStep } from '../plan/engine-step.js';
import { createEvidence, type Evidence } from '../log/evidence.js';
import { createLineSplitter } from '../log/line-splitter.js';
import { type ExitReport } from '../log/classify.js';
import { stripAnsi } from '../log/strip-ansi.js';
import { startGuard } from './guard.js';
import { endTree } from './kill-tree.js';

export type RunEngineOptions = {
  readonly signal: AbortSignal;
  /** Time between SIGTERM and SIGKILL. @default 10000 */
  readonly graceMs?: number | undefined;
  /** Ended when it neither prints nor writes (see `mark`) for so long. */
  readonly silenceLimitMs: number;
  /** How often files are looked at. @default 1000 */
  readonly pollMs?: number | undefined;
  /** Each line, without terminal escapes. Return a reason to end the engine at once. */
  onLine?(line: string, stream: 'stdout' | 'stderr', redrawn: boolean): string | null | undefined;
  /** Called every `pollMs`; a value other than the last one's counts as a sign of life. */
  mark?(): Promise<string>;
  /** The child has started; its pid leads its process group. */
  onStart?(pid: number): Promise<void> | void;
  /** A line for the stage's log. */
  log(line: string): void;
};

/** How a process ended, what it printed, and whether we ended it. */
export type EngineRun = ExitReport & { readonly evidence: Evidence; readonly stopped: string | null };

/**
 * Runs one engine process: no shell, its own process group, output streamed line by line in bounded memory, ended with all its
 * children on abort, on silence, or when `onLine` says so. Resolves for every way in which it can end; nobody of its group is left then.
 * @throws The signal's reason on abort; the spawn error when the program cannot be started.
 */
export async function runEngine(step: Pick<EngineStep, 'command' | 'args' | 'env' | 'cwd'>, options: RunEngineOptions): Promise<EngineRun> {
  const { signal, graceMs = 10_000, silenceLimitMs, pollMs = 1000 } = options;
  signal.throwIfAborted();
  const evidence = createEvidence();
  const child = execa(step.command, step.args, {
    cwd: step.cwd, env: step.env, stdin: 'ignore', stdout: 'pipe', stderr: 'pipe', buffer: false, reject: false,
    detached: process.platform !== 'win32', // leads its own process group
    cleanup: true, windowsHide: true,
  });
  const { pid } = child;
  if (pid === undefined) {
    const failed = await child;
    throw failed.cause ?? new Error(failed.shortMessage ?? `cannot start ${step.command}`);
  }
  const guard = startGuard(pid, graceMs);
  let lastLifeMs = performance.now();
  let stopped: string | null = null;
  let silentForMs: number | undefined;
  let ending: Promise<void> | null = null;
  const end = (): void => void (ending ??= endTree(pid, graceMs));

  const listen = (stream: 'stdout' | 'stderr'): void => {
    const splitter = createLineSplitter((raw, redrawn) => {
      const line = stripAnsi(raw).trimEnd();
      if (!redrawn) evidence.add(line);
      if (!redrawn && line !== '') options.log(line);
      const stop = options.onLine?.(line, stream, redrawn);
      if (typeof stop === 'string' && stopped === null) {
        stopped = stop;
        end();
      }
    });
    const source = child[stream];
    source.setEncoding('utf8');
    source.on('data', (text: string) => {
      lastLifeMs = performance.now();
      splitter.push(text);
    });
    source.on('end', () => splitter.end());
    source.on('error', () => undefined); // a broken pipe shows in how the process ends
  };
  listen('stdout');
  listen('stderr');
  const onAbort = (): void => end();
  signal.addEventListener('abort', onAbort, { once: true });

  let lastMark = '';
  let looking = false;
  const look = async (): Promise<void> => {
    if (looking) return;
    looking = true;
    try {
      const mark = (await options.mark?.()) ?? '';
      if (mark !== lastMark) {
        lastMark = mark;
        lastLifeMs = performance.now();
      }
      const silentMs = performance.now() - lastLifeMs;
      if (silentMs >= silenceLimitMs && silentForMs === undefined && ending === null) {
        silentForMs = silentMs;
        end();
      }
    } finally {
      looking = false;
    }
  };
  const timer = setInterval(() => void look().catch(() => undefined), pollMs);

  try {
    await options.onStart?.(pid);
    if (signal.aborted) end();
    // Workers that outlive the leader hold its pipes open: 'exit' comes when the leader is gone, then the rest of the group is ended.
    await new Promise<void>((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) resolve();
      else child.once('exit', () => resolve());
    });
    end();
    await ending;
    const result = await child;
    signal.throwIfAborted();
    return {
      exitCode: result.exitCode ?? child.exitCode ?? null, signal: result.signal ?? null, evidence, stopped,
      ...(silentForMs === undefined ? {} : { silentForMs }),
    };
  } catch (error) {
    end();
    await ending;
    throw error;
  } finally {
    clearInterval(timer);
    signal.removeEventListener('abort', onAbort);
    guard.callOff();
  }
}
