import { spawn } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';
import { DatasetError } from '../errors.js';
import { parseRecognition, type Recognition } from './parse-recognition.js';

/** Something that hears words: a program, a server, a model. */
export type Recogniser = {
  /** How it is named in transcripts. */
  readonly id: string;
  /** Hears one clip. What it throws is that clip's reason, except what says that no clip can be heard (`DATASET_ASR_MISSING`). */
  recognise(wavPath: string, signal?: AbortSignal): Promise<Recognition>;
  /** Hears many clips at once, where it can do no other; by path. A clip that is missing was not heard. */
  recogniseAll?(wavPaths: readonly string[], signal?: AbortSignal, onHeard?: (done: number) => void): Promise<ReadonlyMap<string, Recognition | { readonly failed: string }>>;
  /** Ends what was started for it. */
  close?(): Promise<void>;
};

export type CommandRecogniserOptions = {
  /** Program and arguments; `{wav}` stands for the clip's path. No shell is involved. */
  readonly command: readonly string[];
  /** Longest time for one clip, ms. @default 120000 */
  readonly timeoutMs?: number | undefined;
  /** @default the program's name */
  readonly id?: string | undefined;
};

const OUTPUT_LIMIT = 1_000_000; // ours: characters; the words of ten seconds are a thousand times fewer
const COMPLAINT_LINES = 3; // ours: what of standard error is quoted

/**
 * A recogniser that is a program: it prints the words of one WAV, as text or as JSON `{"text": …}`, and ends with 0.
 * @throws {TypeError} when the command is empty or names no `{wav}`.
 */
export function commandRecogniser({ command, timeoutMs = 120_000, id }: CommandRecogniserOptions): Recogniser {
  const [program, ...args] = command;
  if (program === undefined || program === '') throw new TypeError('command must name a program');
  if (!args.some((arg) => arg.includes('{wav}'))) throw new TypeError('command must have {wav} among its arguments');
  return {
    id: id ?? (program.split(/[\\/]/).at(-1) as string),
    recognise: (wavPath, signal) => hear(program, args.map((arg) => arg.replaceAll('{wav}', wavPath)), timeoutMs, signal),
  };
}

function hear(program: string, args: readonly string[], timeoutMs: number, signal: AbortSignal | undefined): Promise<Recognition> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const child = spawn(program, [...args], { stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
    const said = { out: '', err: '' };
    let ended: string | null = null;
    const end = (why: string): void => { ended ??= why; child.kill('SIGKILL'); };
    const timer = setTimeout(() => end(`no answer within ${timeoutMs / 1000} s`), timeoutMs);
    const onAbort = (): void => end('called off');
    signal?.addEventListener('abort', onAbort, { once: true });
    for (const [stream, into] of [[child.stdout, 'out'], [child.stderr, 'err']] as const) {
      const decoder = new StringDecoder('utf8');
      stream.on('data', (bytes: Buffer) => {
        said[into] += decoder.write(bytes);
        if (into === 'err') said.err = said.err.slice(-10_000);
        else if (said.out.length > OUTPUT_LIMIT) end(`more than ${OUTPUT_LIMIT} characters of output`);
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
      const complaint = said.err.trim().split(/\r?\n/).slice(-COMPLAINT_LINES).join(' ').slice(0, 300);
      const failure = ended ?? (code === 0 ? null : `it ended with ${killedBy ?? `code ${code}`}`);
      if (failure !== null) reject(new DatasetError('DATASET_ASR_FAILED', `${program}: ${failure}${complaint === '' ? '' : ` — ${complaint}`}`, { program }));
      else resolve(parseRecognition(said.out));
    });
  });
}
