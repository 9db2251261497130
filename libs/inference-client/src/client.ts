import { isReady, type PromptSetting, setPrompt, setWeights, type Weights } from './control.js';
import { type Deadline, startDeadline } from './deadline.js';
import { ClientError } from './errors.js';
import { choosePrompt } from './choose-prompt.js';
import { createLimit } from './limit.js';
import { probeDialect } from './probe-dialect.js';
import { type DecodedSpeech, decodeSpeech, readSpeech } from './read-speech.js';
import { type Dialect, type SynthesisRequest } from './request.js';
import { type SpeechChunk, type SpeechResult, type SpeechStream } from './result.js';
import { createPcmReader } from './stream-pcm.js';
import { type FetchLike, readBody, send, type Transport } from './transport.js';
import { validateRequest } from './validate.js';
import { WIRE_TABLES, toWire } from './wire/to-wire.js';

export type ClientOptions = {
  /** Address of the server, e.g. `http://127.0.0.1:9880`. */
  readonly baseUrl: string;
  /** What the server speaks; auto asks it once. @default 'auto' */
  readonly dialect?: Dialect | 'auto';
  /** The fetch to use; in Node the one of `@voxtune/inference-client/node` has no limit of 300 s. @default globalThis.fetch */
  readonly fetch?: FetchLike;
  /** Longest wait, ms: of `synthesize` for the whole answer, of `stream` for the next piece. @default 300000 */
  readonly timeoutMs?: number;
  /** How often a request that never began is sent again: refused connection, 429, 503. @default 1 */
  readonly retries?: number;
  /** First pause before a retry, ms; doubles, at most 2000; half of it at random, so that callers do not come back all at once. @default 200 */
  readonly retryDelayMs?: number;
  /** Requests at this server at a time; the others wait here. More than one at an api_v2.py can mix up voices: it shares its prompt between streams. @default 1 */
  readonly concurrency?: number;
  /** Decodes ogg and aac, which are otherwise measured only: their sound is then looked at as that of wav is. @default not decoded */
  readonly decode?: (bytes: Uint8Array, mediaType: string) => Promise<DecodedSpeech>;
  /** Headers of every call, e.g. an API key. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What to do with speech that cannot hold its text. @default 'error' */
  readonly onTooShort?: 'error' | 'warning' | 'ignore';
  /** A clock in ms, for the timing. @default performance.now */
  readonly clock?: () => number;
  /** A number from 0 to 1, for the pause before a retry. @default Math.random */
  readonly random?: () => number;
};

export type CallOptions = { readonly signal?: AbortSignal; readonly timeoutMs?: number };

export type SpeechClient = {
  /** Says a text; the answer is checked for every failure known to come with status 200. */
  synthesize(request: SynthesisRequest, options?: CallOptions): Promise<SpeechResult>;
  /** Says a text piece by piece. Failures are thrown by the iteration. */
  stream(request: SynthesisRequest, options?: CallOptions): SpeechStream;
  /** Loads a voice's weights. */
  setWeights(weights: Weights, options?: CallOptions): Promise<void>;
  /** Sets the server's default prompt; api.py needs path, text and language together. */
  setPrompt(prompt: string | PromptSetting, options?: CallOptions): Promise<void>;
  /** Whether the server answers now; false also while api_v2.py speaks. Never throws. */
  isReady(options?: CallOptions): Promise<boolean>;
  /** The dialect, asked from the server when it is auto. */
  dialect(options?: CallOptions): Promise<Dialect>;
};

const joinAll = (pieces: readonly Uint8Array[]): Uint8Array => {
  const out = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
};

/**
 * Makes a client of one speech server. A GPT-SoVITS server can do one thing at a time, so requests take turns here.
 * @throws {TypeError} when `baseUrl` is not an http(s) address.
 */
export function createClient({
  baseUrl,
  dialect: named = 'auto',
  fetch = (input, init) => globalThis.fetch(input, init),
  timeoutMs: defaultTimeoutMs = 300_000,
  retries = 1,
  retryDelayMs = 200,
  headers = {},
  onTooShort = 'error',
  clock = () => performance.now(),
  random = Math.random,
  concurrency = 1,
  decode,
}: ClientOptions): SpeechClient {
  if (!/^https?:\/\/[^/]/.test(baseUrl)) throw new TypeError(`baseUrl must be an http or https address, got ${JSON.stringify(baseUrl)}`);
  if (!(defaultTimeoutMs > 0)) throw new RangeError(`timeoutMs must be above 0, got ${defaultTimeoutMs}`);
  if (!Number.isInteger(retries) || retries < 0) throw new RangeError(`retries must be an integer of 0 or more, got ${retries}`);
  if (!(concurrency === Infinity || (Number.isInteger(concurrency) && concurrency >= 1))) throw new RangeError(`concurrency must be a positive integer or Infinity, got ${concurrency}`);
  const transport: Transport = { baseUrl, fetch, headers, retries, retryDelayMs, random };
  const limit = createLimit(concurrency);
  /** Waits for its turn at the server. @throws {ClientError} CLIENT_TIMEOUT or CLIENT_ABORTED while it waits. */
  const takeTurn = async (deadline: Deadline): Promise<() => void> => {
    const leave = await limit.enter(deadline.signal);
    const reason = deadline.reason('waiting for its turn');
    if (reason === null) return leave;
    leave();
    throw reason;
  };
  const inTurn = async (options: CallOptions, work: () => Promise<void>): Promise<void> => {
    const { timeoutMs, signal } = settings(options);
    const deadline = startDeadline(timeoutMs, signal);
    const leave = await takeTurn(deadline).finally(() => deadline.done());
    return work().finally(leave);
  };
  let known: Dialect | null = named === 'auto' ? null : named;

  const dialectOf = async (options: CallOptions): Promise<Dialect> => {
    known ??= await probeDialect(transport, options.timeoutMs ?? defaultTimeoutMs, options.signal);
    return known;
  };
  const settings = (options: CallOptions) => ({
    timeoutMs: options.timeoutMs ?? defaultTimeoutMs,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const prepare = async (wanted: SynthesisRequest, options: CallOptions) => {
    const { request, warnings } = choosePrompt(wanted);
    if (options.signal?.aborted === true) throw new ClientError('CLIENT_ABORTED', 'the request was aborted before it was sent');
    const table = WIRE_TABLES[await dialectOf(options)];
    validateRequest(request, table);
    const wire = toWire(request, table);
    return { table, body: wire.body, warnings: [...warnings, ...wire.warnings] };
  };

  async function* pieces(request: SynthesisRequest, options: CallOptions, warnings: string[]): AsyncGenerator<SpeechChunk, void, void> {
    const { table, body, warnings: ignored } = await prepare(request, options);
    warnings.push(...ignored);
    const { timeoutMs, signal } = settings(options);
    const deadline = startDeadline(timeoutMs, signal);
    let leave = (): void => undefined;
    try {
      leave = await takeTurn(deadline);
      deadline.touch();
      const mode = table.fields.streamingMode;
      if (mode === null) warnings.push(`the ${table.dialect} dialect does not stream by request: pieces come as the server sends them`);
      const payload = mode === null ? body : { ...body, [mode]: request.streamingMode ?? 1 };
      const { response } = await send(transport, { method: 'POST', path: table.route, body: payload }, deadline);
      const reader = createPcmReader(response.headers.get('content-type') ?? '');
      for await (const bytes of readBody(response, deadline, 'the stream')) {
        deadline.touch();
        for (const chunk of reader.push(bytes)) yield chunk;
      }
      const late = reader.end(request.text, request.speed);
      if (onTooShort === 'error' && late.some((w) => w.includes('cannot hold'))) throw new ClientError('CLIENT_AUDIO_TOO_SHORT', late.join('; '));
      if (onTooShort !== 'ignore') warnings.push(...late);
    } finally {
      leave();
      deadline.done();
    }
  }

  return {
    async synthesize(request, options = {}) {
      const { table, body, warnings } = await prepare(request, options);
      const { timeoutMs, signal } = settings(options);
      const deadline = startDeadline(timeoutMs, signal);
      let leave = (): void => undefined;
      try {
        const askedMs = clock();
        leave = await takeTurn(deadline);
        deadline.touch(); // waiting had its time, the answer has its own
        const startMs = clock();
        const { response, attempts } = await send(transport, { method: 'POST', path: table.route, body }, deadline);
        let firstByteMs: number | null = null;
        const received: Uint8Array[] = [];
        for await (const bytes of readBody(response, deadline, 'the synthesis')) {
          firstByteMs ??= clock() - startMs;
          received.push(bytes);
        }
        const totalMs = clock() - startMs;
        const inspect = { text: request.text, onTooShort, ...(request.speed === undefined ? {} : { speed: request.speed }) };
        leave(); // the server is free: what follows is computed here
        const read = readSpeech(joinAll(received), response.headers.get('content-type') ?? '', inspect);
        const speech = decode === undefined || read.audio.samples !== null ? read : await decodeSpeech(read.audio, decode, inspect);
        return {
          audio: speech.audio,
          timing: { queueMs: startMs - askedMs, firstByteMs: firstByteMs ?? totalMs, totalMs, rtf: totalMs / 1000 / speech.audio.durationSec },
          attempts,
          warnings: [...warnings, ...speech.warnings],
        };
      } finally {
        leave();
        deadline.done();
      }
    },
    stream(request, options = {}) {
      const warnings: string[] = [];
      return { warnings, [Symbol.asyncIterator]: () => pieces(request, options, warnings) };
    },
    setWeights: (weights, options = {}) => inTurn(options, async () => setWeights(transport, await dialectOf(options), weights, settings(options))),
    setPrompt: (prompt, options = {}) =>
      inTurn(options, async () => setPrompt(transport, await dialectOf(options), typeof prompt === 'string' ? { path: prompt } : prompt, settings(options))),
    isReady: (options = {}) => isReady(transport, settings(options)),
    dialect: (options = {}) => dialectOf(options),
  };
}
