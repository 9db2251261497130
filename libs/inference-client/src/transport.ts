import { type Deadline } from './deadline.js';
import { ClientError } from './errors.js';
import { httpError } from './http-error.js';

/** What is used of an answer; the platform's Response is one. */
export type ResponseLike = {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: {
    getReader(): { read(): Promise<{ readonly done?: boolean | undefined; readonly value?: Uint8Array | undefined }>; cancel(): Promise<void> };
    cancel(): Promise<void>;
  } | null;
  text(): Promise<string>;
};
export type FetchLike = (input: string, init: RequestInit) => Promise<ResponseLike>;

export type Transport = {
  readonly baseUrl: string;
  readonly fetch: FetchLike;
  readonly headers: Readonly<Record<string, string>>;
  readonly retries: number;
  readonly retryDelayMs: number;
  /** 0 to 1. */
  readonly random: () => number;
};

export type Call = {
  readonly method: 'GET' | 'POST' | 'HEAD';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
};

/** Network failures in which the request never reached a server, so that sending it again does nothing twice. */
const NEVER_SENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT',
]);
/** Answers by which a server says that it did not begin: too many requests, not available. */
const NOT_BEGUN: ReadonlySet<number> = new Set([429, 503]);
/** Longest pause between two attempts, ms. */
const MAX_PAUSE_MS = 2_000;

/** The system's code of a failed fetch, from the error or its causes; '' when there is none, as in browsers. */
function networkCode(error: unknown): string {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 4; at = at.cause, depth++) {
    const code = (at as Error & { code?: unknown }).code;
    if (typeof code === 'string' && code !== '') return code;
    const first = at instanceof AggregateError ? (at.errors[0] as { code?: unknown } | undefined) : undefined;
    if (typeof first?.code === 'string') return first.code;
  }
  return '';
}

/** A pause that ends early when the signal aborts. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
  });
}

/** The full address of a call; the base may have a path of its own. */
export function callUrl(baseUrl: string, { path, query }: Pick<Call, 'path' | 'query'>): string {
  const url = new URL(path.replace(/^\//, ''), baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`);
  for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
  return url.href;
}

/**
 * Sends a call until a server answers 200, at most `retries` times more, and only where nothing can have been done twice:
 * the connection was refused, or the server answered 429 or 503. A timeout, a reset or a cut stream is never retried.
 */
export async function send(transport: Transport, call: Call, deadline: Deadline): Promise<{ response: ResponseLike; attempts: number }> {
  const what = `${call.method} ${call.path}`;
  for (let attempts = 1; ; attempts++) {
    const again = attempts <= transport.retries;
    let waitMs = Math.min(MAX_PAUSE_MS, transport.retryDelayMs * 2 ** (attempts - 1)) * (0.5 + transport.random() / 2);
    let failure: ClientError;
    try {
      const response = await transport.fetch(callUrl(transport.baseUrl, call), {
        method: call.method,
        signal: deadline.signal,
        headers: { ...(call.body === undefined ? {} : { 'content-type': 'application/json' }), ...transport.headers },
        ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      });
      if (response.status === 200) return { response, attempts };
      const error = httpError(response.status, await readText(response), call.path);
      if (!NOT_BEGUN.has(response.status)) throw error;
      const after = Number(response.headers.get('retry-after'));
      if (after > 0) waitMs = Math.min(MAX_PAUSE_MS, after * 1000);
      failure = error;
    } catch (error) {
      if (error instanceof ClientError) throw error;
      const reason = deadline.reason(what);
      if (reason !== null) throw reason;
      const network = networkCode(error);
      const facts = { path: call.path, baseUrl: transport.baseUrl, attempts, ...(network === '' ? {} : { network }) };
      failure = new ClientError('CLIENT_UNREACHABLE', `${what} at ${transport.baseUrl} failed${network === '' ? '' : ` (${network})`}`, facts, { cause: error });
      if (!NEVER_SENT.has(network)) throw failure;
    }
    if (!again) throw failure;
    await pause(waitMs, deadline.signal);
    const reason = deadline.reason(what);
    if (reason !== null) throw reason;
  }
}

/** Reads an error body; what cannot be read is left out, the status says enough. */
async function readText(response: ResponseLike): Promise<string> {
  try {
    return await response.text();
  } catch {
    return '';
  }
}

/**
 * Yields the body's bytes as they come.
 * @throws {ClientError} CLIENT_STREAM_CUT when the connection closes early; CLIENT_TIMEOUT or CLIENT_ABORTED.
 */
export async function* readBody(response: ResponseLike, deadline: Deadline, what: string): AsyncGenerator<Uint8Array, void, void> {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  let receivedBytes = 0;
  let ended = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done === true || value === undefined) break;
      if (value.length === 0) continue;
      receivedBytes += value.length;
      yield value;
    }
    ended = true;
    const reason = deadline.reason(what);
    if (reason !== null) throw reason;
  } catch (error) {
    ended = true;
    if (error instanceof ClientError) throw error;
    throw (
      deadline.reason(what) ??
      new ClientError('CLIENT_STREAM_CUT', `${what}: the connection closed after ${receivedBytes} bytes, before the answer was whole`, { receivedBytes }, { cause: error })
    );
  } finally {
    // A consumer that stops early, or an error of its own: let the connection go. A failed cancel changes nothing.
    if (!ended) await reader.cancel().catch(() => undefined);
  }
}
