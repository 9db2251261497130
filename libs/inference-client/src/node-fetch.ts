import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { type FetchLike, type ResponseLike } from './transport.js';

export type NodeFetchOptions = {
  /** Keep connections open between requests, for at most 3 s without use: the engine's server (uvicorn) closes idle ones after 5 s, and a request that meets that moment is lost. @default false */
  readonly keepAlive?: boolean;
};

const IDLE_MS = 3000; // ours: below the 5 s of uvicorn (its --timeout-keep-alive), which GPT-SoVITS 48b1a01 leaves as it is

/** An answer over its message, without the web streams that a whole Response brings: they cost as much as the answer itself. */
const toResponse = (message: IncomingMessage): ResponseLike => ({
  status: message.statusCode ?? 502,
  headers: {
    get(name) {
      const value = message.headers[name.toLowerCase()];
      return Array.isArray(value) ? value.join(', ') : (value ?? null);
    },
  },
  body: {
    getReader() {
      const pieces = message[Symbol.asyncIterator]() as AsyncIterator<Uint8Array, undefined>;
      return { read: () => pieces.next(), cancel: async () => void message.destroy() };
    },
    cancel: async () => void message.destroy(),
  },
  async text() {
    const parts: Buffer[] = [];
    for await (const part of message) parts.push(part as Buffer);
    return Buffer.concat(parts).toString('utf8');
  },
});

/**
 * Makes a fetch over node:http and node:https with no time limit of its own: `timeoutMs` of the client is the only one.
 * It follows no redirects, takes string or byte bodies, and answers what the client uses of a Response: status, headers, body and text.
 */
export function createNodeFetch({ keepAlive = false }: NodeFetchOptions = {}): FetchLike {
  const options = keepAlive ? { keepAlive, timeout: IDLE_MS } : { keepAlive }; // an agent's timeout ends idle connections only
  const agents = { 'http:': new HttpAgent(options), 'https:': new HttpsAgent(options) };
  return (input, init) =>
    new Promise<ResponseLike>((resolve, reject) => {
      const url = new URL(input);
      if (url.protocol !== 'http:' && url.protocol !== 'https:') {
        reject(new TypeError(`cannot fetch ${url.protocol}`));
        return;
      }
      const { method = 'GET', body, signal } = init;
      if (body !== undefined && body !== null && typeof body !== 'string' && !(body instanceof Uint8Array)) {
        reject(new TypeError('the body must be a string or bytes'));
        return;
      }
      const payload = typeof body === 'string' ? Buffer.from(body) : (body ?? null);
      const headers: Record<string, string> = {};
      new Headers(init.headers).forEach((value, name) => (headers[name] = value));
      if (payload !== null) headers['content-length'] = String(payload.length);
      const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
      const outgoing = send(url, { method, headers, agent: agents[url.protocol], ...(signal === undefined || signal === null ? {} : { signal }) });
      outgoing.once('error', reject);
      outgoing.once('response', (message) => resolve(toResponse(message)));
      outgoing.end(payload ?? undefined);
    });
}
