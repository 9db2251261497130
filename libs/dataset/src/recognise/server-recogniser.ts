import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { DatasetError } from '../errors.js';
import { baseName } from '../show-path.js';
import type { Recogniser } from './command-recogniser.js';
import { parseServerAnswer } from './parse-recognition.js';
import type { Recognition } from './parse-recognition.js';

export type ServerRecogniserOptions = {
  /** Address of the server up to `/v1`, or the whole of `…/audio/transcriptions`. */
  readonly url: string;
  readonly model: string;
  readonly apiKey?: string | undefined;
  /** Code of the language spoken, where it is known; without it the server guesses. */
  readonly language?: string | undefined;
  /** Longest time for one clip, ms. @default 120000 */
  readonly timeoutMs?: number | undefined;
  /** How often a clip is sent again when the server is busy or the line breaks. @default 3 */
  readonly retries?: number | undefined;
  /** Wait before the first retry, ms; doubled each time. @default 500 */
  readonly backoffMs?: number | undefined;
  readonly fetch?: typeof fetch | undefined;
};

/** Longest wait that a server's `retry-after` is heeded for, ms. Source: ours. */
const LONGEST_WAIT_MS = 60_000;
/** Answers that say that no clip can be heard: the key, the address or the model is wrong. */
const FATAL = new Set([401, 403, 404, 405]);

/**
 * A recogniser that is a server with OpenAI's `POST /v1/audio/transcriptions` (speaches, vLLM, whisper.cpp, faster-whisper-server): the clip as `file`, `verbose_json` asked for, so that language, times and
 * probabilities come back where the server has them. A busy server (408, 429, 5xx) and a broken line are tried again, no sooner than it says.
 */
export function serverRecogniser({ url, model, apiKey, language, timeoutMs = 120_000, retries = 3, backoffMs = 500, fetch: request = fetch }: ServerRecogniserOptions): Recogniser {
  const address = /\/audio\/transcriptions\/?$/.test(url) ? url : `${url.replace(/\/+$/, '')}${/\/v\d+\/?$/.test(url) ? '' : '/v1'}/audio/transcriptions`;
  const once = async (bytes: Uint8Array, name: string, signal: AbortSignal | undefined): Promise<Recognition | { readonly retryMs: number | null; readonly why: string }> => {
    const form = new FormData();
    form.set('file', new Blob([new Uint8Array(bytes)], { type: 'audio/wav' }), name);
    for (const [field, value] of Object.entries({ model, response_format: 'verbose_json', temperature: '0', ...(language === undefined ? {} : { language }) })) form.set(field, value);
    const limit = AbortSignal.timeout(timeoutMs);
    let response: Response;
    let body: string;
    try {
      response = await request(address, { method: 'POST', body: form, headers: apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }, signal: signal === undefined ? limit : AbortSignal.any([signal, limit]) });
      body = await response.text();
    } catch (error) {
      signal?.throwIfAborted();
      if (limit.aborted) throw new DatasetError('DATASET_ASR_FAILED', `${address}: no answer within ${timeoutMs / 1000} s`, { url: address });
      const cause = error instanceof Error && error.cause instanceof Error && 'code' in error.cause ? String(error.cause.code) : error instanceof Error ? error.message : String(error);
      return { retryMs: null, why: cause };
    }
    if (response.ok) return parseServerAnswer(body);
    const why = `HTTP ${response.status}${errorWords(body)}`;
    if (FATAL.has(response.status)) throw new DatasetError('DATASET_ASR_MISSING', `the recogniser at ${address} refuses: ${why}`, { url: address, status: response.status });
    if (response.status !== 408 && response.status !== 429 && response.status < 500) throw new DatasetError('DATASET_ASR_FAILED', `${address}: ${why}`, { url: address, status: response.status });
    const after = Number(response.headers.get('retry-after') ?? Number.NaN);
    return { retryMs: Number.isFinite(after) ? after * 1000 : null, why };
  };
  return {
    id: `server ${model}`,
    recognise: async (wavPath, signal) => {
      const bytes = await readFile(wavPath);
      for (let attempt = 0; ; attempt += 1) {
        signal?.throwIfAborted();
        const answer = await once(bytes, baseName(wavPath), signal);
        if ('text' in answer) return answer;
        if (attempt >= retries) {
          if (/ECONNREFUSED|ENOTFOUND|EAI_AGAIN/.test(answer.why)) throw new DatasetError('DATASET_ASR_MISSING', `there is no recogniser at ${address}: ${answer.why}`, { url: address });
          throw new DatasetError('DATASET_ASR_FAILED', `${address}: ${answer.why}, ${attempt + 1} times`, { url: address });
        }
        await sleep(Math.min(LONGEST_WAIT_MS, Math.max(answer.retryMs ?? 0, backoffMs * 2 ** attempt)), undefined, signal === undefined ? {} : { signal });
      }
    },
  };
}

/** What the server says is wrong, without what it echoes beyond that. */
function errorWords(body: string): string {
  try {
    const { error, detail } = JSON.parse(body) as { error?: { message?: unknown } | string; detail?: unknown };
    const said = typeof error === 'string' ? error : typeof error?.message === 'string' ? error.message : typeof detail === 'string' ? detail : '';
    return said === '' ? '' : `: ${said.slice(0, 200)}`;
  } catch {
    return body.trim() === '' || body.trimStart().startsWith('<') ? '' : `: ${body.trim().slice(0, 200)}`;
  }
}
