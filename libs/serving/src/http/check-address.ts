import { once } from 'node:events';
import { createServer } from 'node:net';
import { ServingError } from '../errors.js';

/** What is thrown when nothing can listen there. */
export const addressError = (host: string, port: number, cause: Error): ServingError => new ServingError('SERVING_ADDRESS', `Cannot listen on ${host}:${port}: ${cause.message}`, { host, port }, { cause });

/**
 * Binds an address for a moment, so that a taken port is told before engines are started, which takes minutes on a slow machine.
 * @param port - 0…65535; 0 lets the system choose.
 * @throws {ServingError} SERVING_ADDRESS when nothing can listen there.
 */
export async function checkAddress(host: string, port: number): Promise<void> {
  const server = createServer();
  try {
    server.listen({ host, port, exclusive: true });
    await once(server, 'listening');
  } catch (cause) {
    throw addressError(host, port, cause as Error);
  }
  server.close();
  await once(server, 'close');
}
