import { createClient, type PromptSetting, type SynthesisRequest } from '@voxtune/inference-client';
import { createNodeFetch } from '@voxtune/inference-client/node';
import { ServingError } from '../errors.js';
import type { WorkerDialect } from '../workers/worker.js';
import type { EngineAudio } from './sound.js';

/** What the gateway asks of a client of an engine server; `createClient` of `@voxtune/inference-client` gives it. */
export type EngineClient = {
  setWeights(weights: { readonly gptPath: string; readonly sovitsPath: string }, options?: { readonly signal?: AbortSignal }): Promise<unknown>;
  setPrompt(prompt: PromptSetting, options?: { readonly signal?: AbortSignal }): Promise<unknown>;
  synthesize(request: SynthesisRequest, options?: { readonly signal?: AbortSignal }): Promise<EngineReply>;
  stream(request: SynthesisRequest, options?: { readonly signal?: AbortSignal }): AsyncIterable<EngineAudio>;
};
/** What is used of an answer. */
export type EngineReply = { readonly audio: EngineAudio; readonly warnings: readonly string[] };
/** Makes a client for one engine server. */
export type Connect = (server: { readonly baseUrl: string; readonly dialect: WorkerDialect; readonly timeoutMs: number }) => EngineClient;

/** Real clients, over one fetch without the built-in one's 300 s limit, whose connections stay open, and without retries of their own: a retry takes a fresh lease. */
export function createConnect(): Connect {
  const fetch = createNodeFetch({ keepAlive: true });
  return ({ baseUrl, dialect, timeoutMs }) => createClient({ baseUrl, dialect, timeoutMs, retries: 0, fetch });
}

/** What a failed call to an engine means for the request and its worker. */
export type EngineFault = { readonly kind: 'silent' | 'lost' | 'refused' | 'invalid'; readonly message: string };

const SILENT = new Set(['CLIENT_ENGINE_SILENCE', 'CLIENT_AUDIO_SILENT', 'CLIENT_AUDIO_EMPTY', 'CLIENT_AUDIO_NOT_FINITE', 'CLIENT_AUDIO_TOO_SHORT', 'CLIENT_AUDIO_UNKNOWN']);
const LOST = new Set(['CLIENT_UNREACHABLE', 'CLIENT_STREAM_CUT', 'CLIENT_TIMEOUT', 'CLIENT_ABORTED']);
const INVALID = new Set(['CLIENT_REQUEST_INVALID', 'CLIENT_UNSUPPORTED']);

/** Reads the client's typed error; by its code, since two copies of a package have two classes. */
export function readFault(error: unknown): EngineFault | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null;
  const { code, message } = error;
  const facts = 'facts' in error && typeof error.facts === 'object' ? (error.facts as Record<string, unknown> | null) : null;
  if (SILENT.has(code)) return { kind: 'silent', message };
  if (LOST.has(code)) return { kind: 'lost', message };
  if (INVALID.has(code)) return { kind: 'invalid', message };
  if (!code.startsWith('CLIENT_')) return null;
  if (typeof facts?.['status'] === 'number' && facts['status'] >= 500) return { kind: 'lost', message };
  return { kind: 'refused', message: `The engine refused: ${typeof facts?.['engineMessage'] === 'string' && facts['engineMessage'] !== '' ? facts['engineMessage'] : message}` };
}

/** The error a caller gets once retrying is over. */
export function faultError({ kind, message }: EngineFault, voice: string, cause: unknown): ServingError {
  const code = { silent: 'SERVING_ENGINE_SILENT', lost: 'SERVING_ENGINE_LOST', refused: 'SERVING_ENGINE_REFUSED', invalid: 'SERVING_REQUEST_INVALID' } as const;
  return new ServingError(code[kind], message, { voice }, { cause });
}
