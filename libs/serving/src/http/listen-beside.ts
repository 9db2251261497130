import type { FastifyInstance } from 'fastify';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { addressError } from './check-address.js';

/** Listens on one more port for the same routes, with the same limits of time. Call it once the app listens itself. @throws {ServingError} SERVING_ADDRESS */
export async function listenBeside(app: FastifyInstance, host: string, port: number): Promise<Server> {
  const { requestTimeout, headersTimeout, timeout } = app.server;
  const server = createServer({ requestTimeout, headersTimeout }, (request, response) => app.routing(request, response));
  server.setTimeout(timeout);
  try {
    server.listen({ host, port });
    await once(server, 'listening');
  } catch (cause) {
    throw addressError(host, port, cause as Error);
  }
  return server;
}

/** Takes no more connections, and resolves when the last one is gone. */
export function closeServer(server: Server): Promise<void> {
  server.closeIdleConnections();
  return new Promise((closed) => server.close(() => closed()));
}
