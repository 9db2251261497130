// A page for the person at this machine: loopback only, behind a random path, deaf to other sites.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { CliError } from '../exit.js';
import { parseRange } from './parse-range.js';

/** What a handler answers: JSON, or bytes that a player may ask parts of. */
export type Answer = { readonly status?: number; readonly json: unknown } | { readonly bytes: Uint8Array; readonly type: string };
export type Handler = (request: { readonly method: string; /** Below the page, without a leading slash. */ readonly path: string; readonly body: unknown; readonly response: ServerResponse }) => Promise<Answer | 'streaming' | null>;
export type LocalServer = { readonly url: string; readonly port: number; close(): Promise<void> };
export type LocalServerOptions = {
  /** Folder of the built page; `index` is served at its root. */
  readonly pageDir: string;
  readonly index: string;
  /** The path that whoever may see the page knows. */
  readonly token: string;
  /** 0: any free port. A taken one is passed over for a free one when `portMayChange`. */
  readonly port: number;
  readonly portMayChange: boolean;
  readonly handle: Handler;
};

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml', '.md': 'text/plain; charset=utf-8' };
/** Names of this machine. Others that resolve to it are refused: a foreign site may have rebound its own name. */
const LOOPBACK = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i;
const MAX_BODY_BYTES = 8 * 2 ** 20; // a decision on 50 000 clips; ours

export const makeToken = (): string => randomBytes(18).toString('base64url');

/** @throws {CliError} CLI_USAGE when the port is taken and may not change; the file system's own error when the page cannot be read. */
export async function startLocalServer({ pageDir, index, token, port, portMayChange, handle }: LocalServerOptions): Promise<LocalServer> {
  const files = await readPage(pageDir, index);
  const server = createServer((request, response) => {
    response.setHeader('x-content-type-options', 'nosniff');
    response.setHeader('referrer-policy', 'no-referrer');
    response.setHeader('cross-origin-resource-policy', 'same-origin');
    answer(request, response).catch((error: unknown) => {
      if (!response.headersSent) sendJson(response, 500, { error: { code: 'CLI_UNEXPECTED', message: error instanceof Error ? error.message : String(error), hint: 'The terminal of voxtune may say more.' } });
      else response.destroy();
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = refuse(request, token);
    if (refusal !== null) return sendJson(response, refusal.status, { error: { code: 'CLI_USAGE', message: refusal.message, hint: 'Open the address that voxtune printed.' } });
    const path = pathBelow(request.url ?? '/', token);
    if (path === null) { response.writeHead(308, { location: `/${token}/` }).end(); return; }
    const file = request.method === 'GET' || request.method === 'HEAD' ? files.get(path) : undefined;
    if (file !== undefined) return sendFile(response, file);
    const body = request.method === 'POST' ? await readJson(request) : undefined;
    if (body === TOO_LARGE) return sendJson(response, 413, { error: { code: 'CLI_USAGE', message: 'the request is too large', hint: 'Decide on fewer clips at once.' } });
    const given = await handle({ method: request.method ?? 'GET', path, body, response });
    if (given === 'streaming') return;
    if (given === null) return sendJson(response, 404, { error: { code: 'CLI_USAGE', message: 'there is nothing here', hint: 'Reload the page.' } });
    if ('json' in given) return sendJson(response, given.status ?? 200, given.json);
    sendBytes(request, response, given);
  }

  const listening = await listen(server, port).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') throw error;
    if (portMayChange) return listen(server, 0);
    throw new CliError('CLI_USAGE', `port ${port} is taken`, { port }, { hint: 'Choose another with --port; 0 takes a free one.' });
  });
  return {
    url: `http://127.0.0.1:${listening}/${token}/`, port: listening,
    close: () => new Promise((resolve) => { server.close(() => resolve()); server.closeAllConnections(); }),
  };
}

const listen = (server: ReturnType<typeof createServer>, port: number): Promise<number> => new Promise((resolve, reject) => {
  server.once('error', reject);
  server.listen(port, '127.0.0.1', () => {
    server.removeListener('error', reject);
    const address = server.address();
    resolve(typeof address === 'object' && address !== null ? address.port : port);
  });
});

function refuse({ headers, method, url = '/' }: IncomingMessage, token: string): { readonly status: number; readonly message: string } | null {
  const { host = '', origin } = headers;
  if (!LOOPBACK.test(host)) return { status: 421, message: `${host === '' ? 'a request without a host' : host} is not this machine` };
  const given = Buffer.from(url.split('/', 2)[1]?.split('?')[0] ?? '');
  const known = Buffer.from(token);
  if (given.length !== known.length || !timingSafeEqual(given, known)) return { status: 404, message: 'this address is not the one that was printed' };
  if (method === 'GET' || method === 'HEAD') return null;
  if (method !== 'POST') return { status: 405, message: `${method ?? ''} is not answered` };
  if (origin !== undefined && origin !== `http://${host}`) return { status: 403, message: `another site (${origin}) may not decide here` };
  if (!['same-origin', 'none', undefined].includes(headers['sec-fetch-site'] as string | undefined)) return { status: 403, message: 'another site may not decide here' };
  if (!/^application\/json\b/i.test(headers['content-type'] ?? '')) return { status: 415, message: 'the body must be JSON' };
  return null;
}

/** The path below the page; null for the page's folder without its slash. */
function pathBelow(url: string, token: string): string | null {
  const path = url.split('?')[0]!.slice(1 + token.length);
  return path === '' ? null : decodeSafely(path.slice(1));
}
const decodeSafely = (path: string): string => { try { return decodeURIComponent(path); } catch { return path; } };

type PageFile = { readonly type: string; readonly bytes: Buffer; readonly lasting: boolean };

/** The files of the page, read once: a request only picks among them, and no path of a caller is ever opened. */
async function readPage(dir: string, index: string): Promise<ReadonlyMap<string, PageFile>> {
  const files = new Map<string, PageFile>();
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    const type = TYPES[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(dir.length + 1).split(/[\\/]/).join('/');
    files.set(name === index ? '' : name, { type, bytes: await readFile(path), lasting: name.startsWith('assets/') });
  }
  return files;
}

function sendFile(response: ServerResponse, { type, bytes, lasting }: PageFile): void {
  response.setHeader('content-type', type);
  response.setHeader('cache-control', lasting ? 'private, max-age=31536000, immutable' : 'no-cache');
  if (!type.startsWith('text/html')) { response.end(bytes); return; }
  const nonce = randomBytes(12).toString('base64url'); // the waveform writes its own style element
  response.setHeader('content-security-policy', `default-src 'self'; style-src 'self' 'nonce-${nonce}'; media-src 'self' blob:; img-src 'self' data: blob:; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`);
  response.end(bytes.toString('utf8').replaceAll('__NONCE__', nonce));
}

function sendJson(response: ServerResponse, status: number, json: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' }).end(JSON.stringify(json));
}

function sendBytes({ headers, method }: IncomingMessage, response: ServerResponse, { bytes, type }: Extract<Answer, { bytes: Uint8Array }>): void {
  const range = parseRange(headers.range, bytes.length);
  response.setHeader('accept-ranges', 'bytes');
  response.setHeader('cache-control', 'no-store');
  if (range === 'outside') { response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end(); return; }
  const { start, end } = range ?? { start: 0, end: bytes.length };
  response.writeHead(range === null ? 200 : 206, { 'content-type': type, 'content-length': end - start, ...(range === null ? {} : { 'content-range': `bytes ${start}-${end - 1}/${bytes.length}` }) });
  response.end(method === 'HEAD' ? undefined : bytes.subarray(start, end));
}

const TOO_LARGE = Symbol('a body that is too large');
async function readJson(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size <= MAX_BODY_BYTES) parts.push(part); // the rest is read and forgotten, so that the sender hears the answer
  }
  if (size > MAX_BODY_BYTES) return TOO_LARGE;
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch {
    return null; // the handler's schema refuses it
  }
}
