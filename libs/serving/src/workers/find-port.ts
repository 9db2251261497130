import { createServer } from 'node:net';
import { ServingError } from '../errors.js';

const LAST_PORT = 65_535; // RFC 6335 §6: the port field has 16 bits
/** Ports tried after the wanted one before giving up; ours: enough to pass a block of neighbours. */
const PORTS_TRIED = 64;

const tryBind = (port: number): Promise<number | null> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : null));
    });
  });

/**
 * Finds a TCP port of 127.0.0.1 on which nothing listens, by binding it for a moment.
 * @param wanted - First port to try, 1…65535, then those above it; 0 lets the system choose.
 * @param avoid - Ports never to answer with, such as one that clashed a moment ago.
 * @throws {RangeError} when `wanted` is not a port. @throws {ServingError} SERVING_WORKER_PORT when all that were tried are taken.
 */
export async function findFreePort(wanted = 0, avoid: ReadonlySet<number> = new Set()): Promise<number> {
  if (!Number.isInteger(wanted) || wanted < 0 || wanted > LAST_PORT) throw new RangeError(`wanted must be a port from 0 to 65535, got ${wanted}`);
  for (let step = 0; step < PORTS_TRIED && (wanted === 0 || wanted + step <= LAST_PORT); step += 1) {
    const candidate = wanted === 0 ? 0 : wanted + step;
    if (avoid.has(candidate)) continue;
    const port = await tryBind(candidate);
    if (port !== null && !avoid.has(port)) return port;
  }
  throw new ServingError('SERVING_WORKER_PORT', `No free port found from ${wanted} on`, { port: wanted });
}
