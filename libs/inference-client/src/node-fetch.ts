import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { Readable } from 'node:stream';
import { type ReadableStream as NodeReadableStream } from 'node:stream/web';
import { type FetchLike } from './transport.js';

export type NodeFetchOptions = {
  /** Keep connections open between requests. The engine closes idle ones after 5 s, so off is the safer. @default false */
  readonly keepAlive?: boolean;
};

/** Statuses whose answers have no body (fetch standard, "null body status"). */
const NO_BODY: ReadonlySet<number> = new Set([101, 103, 204, 205, 304]);

const toResponse = (message: IncomingMessage, method: string): Response => {
  const headers = new Headers();
  for (let i = 0; i + 1 < message.rawHeaders.length; i += 2) headers.append(message.rawHeaders[i]!, message.rawHeaders[i + 1]!);
  const status = message.statusCode ?? 502;
  if (NO_BODY.has(status) || method === 'HEAD') {
    message.resume();
    return new Response(null, { status, statusText: message.statusMessage ?? '', headers });
  }
  // Two declarations of the same web stream: Node's own and the one of the fetch types.
  const body = Readable.toWeb(message) as NodeReadableStream<Uint8Array> as unknown as ReadableStream<Uint8Array>;
  return new Response(body, { status, statusText: message.statusMessage ?? '', headers });
};

/**
 * Makes a fetch over node:http and node:https with no time limit of its own: `timeoutMs` of the client is the only one.
 * It follows no redirects and takes string or byte bodies: enough for speech servers.
 */
export function createNodeFetch({ keepAlive = false }: NodeFetchOptions = {}): FetchLike {
  const agents = { 'http:': new HttpAgent({ keepAlive }), 'https:': new HttpsAgent({ keepAlive }) };
  return (input, init) =>
    new Promise<Response>((resolve, reject) => {
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
      outgoing.once('response', (message) => resolve(toResponse(message, method)));
      outgoing.end(payload ?? undefined);
    });
}
