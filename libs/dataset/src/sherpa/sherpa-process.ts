import { spawn, type ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatasetError, type DatasetErrorCode } from '../errors.js';
import { SHERPA_CHILD } from './sherpa-child.js';

/** Longest time for opening a model, ms: a large one on a slow disk takes a minute. Source: ours. */
const OPEN_MS = 120_000;

export type SherpaTask = 'recognise' | 'denoise' | 'diarize';
export type SherpaAnswer = Readonly<Record<string, unknown>>;

/** A Node process that runs one model through the addon, started with the first question. */
export type SherpaProcess = {
  /** Opens the model, if it is not open. @throws {DatasetError} The code `missing`. */
  readonly open: (signal?: AbortSignal) => Promise<void>;
  /** One question at a time; a process that died is started anew with the next. @throws {DatasetError} The code `failed`. */
  readonly ask: (question: object, timeoutMs: number, signal?: AbortSignal) => Promise<SherpaAnswer>;
  readonly close: () => Promise<void>;
};

export type SherpaProcessOptions = {
  readonly task: SherpaTask;
  /** What the addon's class for the task takes. */
  readonly config: object;
  /** A path to a module of the addon's form. @default the installed `sherpa-onnx-node` */
  readonly addon?: string | undefined;
  /** Codes for: no model can be opened; one question failed. */
  readonly codes: { readonly missing: DatasetErrorCode; readonly failed: DatasetErrorCode };
};

/**
 * Runs a model of sherpa-onnx in a process of its own: a crash of the native code is one question's reason, and the next question gets a new process.
 * @throws {DatasetError} The code `missing` when the addon is not installed.
 */
export function sherpaProcess({ task, config, addon, codes }: SherpaProcessOptions): SherpaProcess {
  const modulePath = addon ?? findAddon(codes.missing);
  let running: Running | null = null;
  let turn: Promise<unknown> = Promise.resolve(); // the process reads and answers line by line
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work);
    turn = mine.catch(() => undefined);
    return mine;
  };
  const opened = async (signal: AbortSignal | undefined): Promise<Running> => {
    signal?.throwIfAborted();
    if (running !== null && hasEnded(running.child)) running = null;
    running ??= await start(modulePath, task, config, codes, signal);
    return running;
  };
  return {
    open: (signal) => inTurn(async () => { await opened(signal); }),
    ask: (question, timeoutMs, signal) => inTurn(async () => {
      const { ask } = await opened(signal);
      return ask(question, timeoutMs, signal);
    }),
    close: async () => {
      await turn;
      running?.child.kill('SIGKILL');
      running = null;
    },
  };
}

const hasEnded = ({ exitCode, signalCode, killed }: ChildProcess): boolean => exitCode !== null || signalCode !== null || killed;

function findAddon(missing: DatasetErrorCode): string {
  try {
    return createRequire(import.meta.url).resolve('sherpa-onnx-node');
  } catch (cause) {
    throw new DatasetError(missing, 'the package sherpa-onnx-node is not installed: npm install sherpa-onnx-node', { package: 'sherpa-onnx-node' }, { cause });
  }
}

type Running = { readonly child: ChildProcess; ask(question: object, timeoutMs: number, signal: AbortSignal | undefined): Promise<SherpaAnswer> };

async function start(modulePath: string, task: SherpaTask, config: object, codes: SherpaProcessOptions['codes'], signal: AbortSignal | undefined): Promise<Running> {
  // The shared libraries lie beside the platform's addon, in a package next to sherpa-onnx-node.
  const platform = `sherpa-onnx-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const libraries = join(dirname(modulePath), '..', platform);
  const search = process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH';
  const env = { ...process.env };
  env[search] = [libraries, env[search] ?? ''].filter((part) => part !== '').join(':');
  const child = spawn(process.execPath, ['-e', SHERPA_CHILD, modulePath, task, JSON.stringify(config)], { stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true, env });
  let complaint = '';
  child.stderr.on('data', (bytes: Buffer) => { complaint = (complaint + bytes.toString()).slice(-4000); });
  child.stdin.on('error', () => undefined); // it died: the close says so
  const lines = createInterface({ input: child.stdout });
  let waiting: { resolve(answer: SherpaAnswer): void; reject(error: Error): void } | null = null;
  lines.on('line', (line) => {
    if (!line.startsWith('voxtune:')) return; // the addon prints its configuration
    const answered = waiting;
    waiting = null;
    answered?.resolve(JSON.parse(line.slice('voxtune:'.length)) as SherpaAnswer);
  });
  const gone = (why: string) => new DatasetError(codes.failed, `sherpa-onnx: ${why}${complaint.trim() === '' ? '' : ` — ${complaint.trim().split(/\r?\n/).slice(-2).join(' ').slice(0, 300)}`}`, {});
  child.on('error', (cause) => waiting?.reject(gone(cause.message)));
  child.on('close', (code, killedBy) => { const left = waiting; waiting = null; left?.reject(gone(`it ended with ${killedBy ?? `code ${code}`}`)); });
  const next = (limitMs: number, abort: AbortSignal | undefined) => new Promise<SherpaAnswer>((resolve, reject) => {
    if (child.exitCode !== null || child.signalCode !== null) { reject(gone(`it ended with ${child.signalCode ?? `code ${child.exitCode}`}`)); return; }
    const timer = setTimeout(() => { child.kill('SIGKILL'); settle(() => reject(gone(`no answer within ${limitMs / 1000} s`))); }, limitMs);
    const onAbort = () => { child.kill('SIGKILL'); settle(() => reject(abort!.reason as Error)); };
    const settle = (finish: () => void) => { waiting = null; clearTimeout(timer); abort?.removeEventListener('abort', onAbort); finish(); };
    abort?.addEventListener('abort', onAbort, { once: true });
    waiting = { resolve: (answer) => settle(() => resolve(answer)), reject: (error) => settle(() => reject(error)) };
  });
  const opening = await next(OPEN_MS, signal).catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw new DatasetError(codes.missing, `the model cannot be opened: ${cause instanceof Error ? cause.message : String(cause)}`, {}, { cause });
  });
  if (opening['ready'] !== true) {
    child.kill('SIGKILL');
    throw new DatasetError(codes.missing, `the model cannot be opened: ${String(opening['failed'])}`, {});
  }
  return {
    child,
    ask: async (question, limitMs, abort) => {
      const answer = next(limitMs, abort);
      child.stdin.write(`${JSON.stringify(question)}\n`);
      const said = await answer;
      if (said['failed'] !== undefined) throw new DatasetError(codes.failed, `sherpa-onnx: ${String(said['failed'])}`, {});
      return said;
    },
  };
}
