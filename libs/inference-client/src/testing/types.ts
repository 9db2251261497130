import { type Dialect } from '../request.js';
import { type FaultPlan } from './faults.js';

/** One sentence to be spoken, with the settings of its request. */
export type StandInRequest = {
  readonly text: string;
  readonly textLanguage: string;
  readonly speed: number;
  readonly topK: number;
  readonly temperature: number;
  /** -1 when the request names none. */
  readonly seed: number;
  /** Which sentence of the request this is, from 0. */
  readonly index: number;
};

/** Whose voice speaks: the weights loaded and the prompt of the request (of another one, when voices mix). */
export type StandInVoice = {
  readonly gptPath: string | null;
  readonly sovitsPath: string | null;
  readonly promptAudioPath: string;
  readonly promptText: string;
  readonly promptLanguage: string;
};

export type StandInPrompt = { readonly path: string | null; readonly text: string | null; readonly language: string | null };

export type StandInOptions = {
  /** @default 0 (a free one) */
  readonly port?: number;
  /** @default '127.0.0.1' */
  readonly host?: string;
  readonly dialect: Dialect;
  /** Speaks one sentence; −1…1, mono. The server adds the silence between sentences. */
  speak(request: StandInRequest, voice: StandInVoice): Promise<{ samples: Float32Array; sampleRateHz: number }> | { samples: Float32Array; sampleRateHz: number };
  /** Failures to plant; changed later by `setFaults`. */
  readonly faults?: FaultPlan;
  /** The weights at start. */
  readonly weights?: { readonly gptPath: string; readonly sovitsPath: string };
  /** Loads weights, or throws an error whose message is the engine's; unset, a file must exist. */
  loadWeights?(kind: 'gpt' | 'sovits', path: string): Promise<void> | void;
  /** Named in the engine's own messages. @default 'v2Pro' */
  readonly version?: string;
  /** The default prompt of api.py (`-dr -dt -dl`). */
  readonly prompt?: StandInPrompt;
  /** Whether prompt files are looked at (existence, and 3–10 s in api-v2). @default 'check' */
  readonly promptFiles?: 'check' | 'trust';
  /** Encodes ogg and aac; unset, `ffmpeg` on the PATH does. */
  encode?(samples: Float32Array, sampleRateHz: number, mediaType: 'ogg' | 'aac'): Promise<Uint8Array>;
  /** Told of each request for speech, before it is answered. */
  onRequest?(seen: { readonly ordinal: number; readonly path: string; readonly body: Readonly<Record<string, unknown>> }): void;
  /** Told of every answer, as a line of uvicorn's access log. */
  onAccess?(line: string): void;
  /** `/control`; unset, both commands close the server. */
  onControl?(command: 'restart' | 'exit'): void;
  /** The planted death; unset, all connections are cut and the server closes. */
  onDie?(): void;
};

export type StandInServer = {
  readonly url: string;
  readonly port: number;
  /** The weights now loaded. */
  weights(): { gptPath: string | null; sovitsPath: string | null };
  setFaults(rules: FaultPlan): void;
  /** Whether a request with `batch_size` 0 blocks it for ever; the real server then ignores SIGTERM and SIGINT too. */
  blocked(): boolean;
  /** Cuts all connections and closes. */
  close(): Promise<void>;
};
