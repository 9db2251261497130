import { startDeadline } from './deadline.js';
import { ClientError } from './errors.js';
import { type Dialect } from './request.js';
import { callUrl, type Transport } from './transport.js';

/** The route that only one dialect has; asked for with HEAD, which each server refuses with 405 and does nothing. */
const TELLTALE: readonly (readonly [Dialect, string])[] = [
  ['api-v2', '/tts'],
  ['guide', '/synthesize'],
  ['api', '/change_refer'],
];

/** The dialect named by an OpenAPI document, null when it has none of the telltale routes. */
export function dialectOf(openapi: unknown): Dialect | null {
  const paths = typeof openapi === 'object' && openapi !== null ? (openapi as { paths?: unknown }).paths : undefined;
  if (typeof paths !== 'object' || paths === null) return null;
  return TELLTALE.find(([, path]) => path in paths)?.[0] ?? null;
}

/**
 * Finds out what a server speaks, by its `/openapi.json` (all FastAPI servers have one), else by which telltale route it knows. Nothing is spoken.
 * @throws {ClientError} CLIENT_DIALECT_UNKNOWN, CLIENT_UNREACHABLE, CLIENT_TIMEOUT or CLIENT_ABORTED.
 */
export async function probeDialect(transport: Transport, timeoutMs: number, signal?: AbortSignal): Promise<Dialect> {
  const deadline = startDeadline(timeoutMs, signal);
  const ask = (method: 'GET' | 'HEAD', path: string) =>
    transport.fetch(callUrl(transport.baseUrl, { path }), { method, signal: deadline.signal, headers: { ...transport.headers } });
  try {
    const document = await ask('GET', '/openapi.json');
    if (document.status === 200) {
      const found = dialectOf(await document.text().then(JSON.parse as (text: string) => unknown).catch(() => null));
      if (found !== null) return found;
    } else {
      await document.body?.cancel();
    }
    for (const [dialect, path] of TELLTALE) {
      const { status } = await ask('HEAD', path);
      if (status !== 404 && status < 500) return dialect;
    }
  } catch (error) {
    throw (
      deadline.reason('finding the dialect') ??
      new ClientError('CLIENT_UNREACHABLE', `no server answers at ${transport.baseUrl}`, { baseUrl: transport.baseUrl }, { cause: error })
    );
  } finally {
    deadline.done();
  }
  throw new ClientError('CLIENT_DIALECT_UNKNOWN', `${transport.baseUrl} answers, but knows none of ${TELLTALE.map(([, path]) => path).join(', ')}`, {
    baseUrl: transport.baseUrl,
  });
}
