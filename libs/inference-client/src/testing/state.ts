import { access } from 'node:fs/promises';
import { type FaultRule, ruleFor } from './faults.js';
import { type StandInOptions, type StandInPrompt, type StandInVoice } from './types.js';

/** What a running stand-in server knows, shared by its routes as the engine's globals are. */
export type State = {
  readonly options: StandInOptions;
  readonly version: string;
  faults: readonly FaultRule[];
  gptPath: string | null;
  sovitsPath: string | null;
  prompt: StandInPrompt;
  /** Whether the event loop is caught in an endless loop. */
  blocked: boolean;
  /** Requests for speech so far. */
  ordinal: number;
  /** Voices of the requests being answered now, each with that of the last request that overlapped it. */
  readonly inFlight: Map<StandInVoice, StandInVoice>;
  /** Runs a task when all earlier ones are done: the engine's event loop. */
  inTurn<T>(task: () => Promise<T>): Promise<T>;
};

export function createState(options: StandInOptions): State {
  let tail: Promise<unknown> = Promise.resolve();
  return {
    options,
    version: options.version ?? 'v2Pro',
    faults: options.faults ?? [],
    gptPath: options.weights?.gptPath ?? null,
    sovitsPath: options.weights?.sovitsPath ?? null,
    prompt: options.prompt ?? { path: null, text: null, language: null },
    blocked: false,
    ordinal: 0,
    inFlight: new Map(),
    inTurn(task) {
      const run = tail.then(task);
      tail = run.catch(() => undefined);
      return run;
    },
  };
}

export const faultOf = (state: State, kind: FaultRule['kind'], ordinal: number, text: string) => ruleFor(state.faults, kind, ordinal, text);

/** Whether any rule lets voices mix: then nothing waits for its turn. */
export const voicesMix = (state: State) => state.faults.some((rule) => rule.kind === 'mix');

/** Notes that a request begins: it overlaps all that are being answered. */
export function enter(state: State, own: StandInVoice): void {
  let other = own;
  for (const voice of state.inFlight.keys()) {
    state.inFlight.set(voice, own);
    other = voice;
  }
  state.inFlight.set(own, other);
}

/** The voice that answers: its own, or, when voices mix, that of a request that overlapped it. */
export const voiceFor = (state: State, own: StandInVoice): StandInVoice => (voicesMix(state) ? (state.inFlight.get(own) ?? own) : own);

/** Loads weights as the engine does; the path is kept even when that fails. */
export async function changeWeights(state: State, kind: 'gpt' | 'sovits', path: string): Promise<string | null> {
  try {
    if (state.options.loadWeights !== undefined) await state.options.loadWeights(kind, path);
    else await access(path);
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return missing ? `[Errno 2] No such file or directory: '${path}'` : error instanceof Error ? error.message : String(error);
  }
  if (kind === 'gpt') state.gptPath = path;
  else state.sovitsPath = path;
  return null;
}
