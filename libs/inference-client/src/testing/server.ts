import { createServer, type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Dialect } from '../request.js';
import { API_ROUTER } from './api-routes.js';
import { API_V2_ROUTER } from './api-v2-routes.js';
import { type Exchange, type Router } from './exchange.js';
import { GUIDE_ROUTER } from './guide-routes.js';
import { json, methodNotAllowed, notFound, type Reply, sendReply, serverError } from './replies.js';
import { createState, type State } from './state.js';
import { type StandInOptions, type StandInServer } from './types.js';

const ROUTERS: Readonly<Record<Dialect, Router>> = { 'api-v2': API_V2_ROUTER, api: API_ROUTER, guide: GUIDE_ROUTER };

const DOCS: Reply = {
  status: 200,
  contentType: 'text/html; charset=utf-8',
  body: new TextEncoder().encode('<!DOCTYPE html><html><head><title>FastAPI - Swagger UI</title></head><body></body></html>'),
};

const openapi = (router: Router): Reply => {
  const paths = Object.entries(router.routes).map(([path, methods]) => [path, Object.fromEntries(methods.map((m) => [m.toLowerCase(), {}]))]);
  return json(200, { openapi: '3.1.0', info: { title: 'FastAPI', version: '0.1.0' }, paths: Object.fromEntries(paths) });
};

const readBody = async (request: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
};

async function route(state: State, router: Router, exchange: Exchange): Promise<void> {
  const { method, path, response } = exchange;
  if (path === '/docs' || path === '/openapi.json') {
    const answer = async () => sendReply(response, path === '/docs' ? DOCS : openapi(router));
    return state.options.dialect === 'api-v2' ? state.inTurn(answer) : answer();
  }
  const methods = router.routes[path];
  if (methods === undefined) return sendReply(response, notFound());
  // FastAPI names only the first of the two routes that share a path.
  if (!methods.includes(method)) return sendReply(response, methodNotAllowed(methods[0] ?? 'GET'));
  return router.handle(state, exchange);
}

/**
 * Starts a server on this machine that answers as api_v2.py, api.py or the guide's service does, failures included.
 * @throws {Error} EADDRINUSE when the port is taken.
 */
export async function startStandInServer(options: StandInOptions): Promise<StandInServer> {
  const { port = 0, host = '127.0.0.1' } = options;
  const server = createServer();
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  const ended = () => void close();
  const state = createState({ ...options, onControl: options.onControl ?? ended, onDie: options.onDie ?? ended });
  const router = ROUTERS[options.dialect];
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://stand-in');
    const method = request.method ?? 'GET';
    const peer = `${request.socket.remoteAddress ?? '?'}:${request.socket.remotePort ?? 0}`;
    response.once('close', () => {
      if (!response.headersSent) return;
      options.onAccess?.(`INFO:     ${peer} - "${method} ${request.url ?? ''} HTTP/1.1" ${response.statusCode} ${STATUS_CODES[response.statusCode] ?? ''}`);
    });
    readBody(request)
      .then((rawBody) => route(state, router, { method, path: url.pathname, query: Object.fromEntries(url.searchParams), rawBody, request, response }))
      .catch(() => {
        if (response.headersSent) response.socket?.destroy();
        else sendReply(response, serverError());
      });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const bound = (server.address() as AddressInfo).port; // a listening TCP server has one
  return {
    url: `http://${host}:${bound}`,
    port: bound,
    weights: () => ({ gptPath: state.gptPath, sovitsPath: state.sovitsPath }),
    blocked: () => state.blocked,
    setFaults: (rules) => void (state.faults = rules),
    close,
  };
}
