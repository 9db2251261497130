import { lastLines } from '../run-child.js';
import { parseRecognition, type Recognition } from './parse-recognition.js';
import { runRecogniser } from './run-recogniser.js';

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
    recognise: async (wavPath, signal) => {
      const run = { program, args: args.map((arg) => arg.replaceAll('{wav}', wavPath)), timeoutMs, outputLimit: OUTPUT_LIMIT, signal };
      return parseRecognition((await runRecogniser(run, ({ err }) => lastLines(err, COMPLAINT_LINES, 300))).out);
    },
  };
}
