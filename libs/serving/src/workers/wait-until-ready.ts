import { get } from 'node:http';
import { ServingError } from '../errors.js';
import type { EngineProcess } from './engine-process.js';
import { ownsPort } from './owns-port.js';

const PROBE_TIMEOUT_MS = 2000; // ours: a listening engine answers /docs in milliseconds, one busy speaking not at all
const PROBE_PAUSE_MS = 50; // ours: adds at most this to a start that takes seconds

/** The status of one GET, or null when nothing answered in time. */
export const probeStatus = (url: string, timeoutMs: number = PROBE_TIMEOUT_MS): Promise<number | null> =>
  new Promise((resolve) => {
    const request = get(url, { timeout: timeoutMs, agent: false }, (response) => {
      response.resume();
      response.on('error', () => resolve(null));
      resolve(response.statusCode ?? null);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(null));
    request.on('close', () => resolve(null));
  });

export type ReadyOptions = {
  readonly port: number;
  /** Asked until it answers with a status under 500. The engines have no health route; `/docs` is there once a model is loaded (seen on GPT-SoVITS 48b1a01). */
  readonly readyPath: string;
  readonly timeoutMs: number;
  readonly logPath: string;
  readonly signal: AbortSignal;
};

const quote = (lines: readonly string[]): string => (lines.length === 0 ? 'It printed nothing.' : `Its last lines:\n${lines.map((line) => `  ${line}`).join('\n')}`);

/** What to say of a process that ended when it should not have. */
export function diedError(engine: EngineProcess, logPath: string, when: string): ServingError {
  const { exitCode, signal } = engine.exit ?? { exitCode: null, signal: null };
  const how = signal === null ? `exit code ${exitCode ?? 'unknown'}` : `signal ${signal}`;
  return new ServingError('SERVING_WORKER_DIED', `The engine died ${when} (${how}). ${quote(engine.logLines())}`,
    { pid: engine.pid, log: logPath, ...(exitCode === null ? {} : { exitCode }), ...(signal === null ? {} : { signal }) });
}

/**
 * Waits until the engine answers on its port. The log is never read for this: a real engine prints "startup complete" even when it could not bind.
 * @throws {ServingError} SERVING_WORKER_DIED · SERVING_WORKER_NOT_READY · SERVING_WORKER_STOPPED when the signal aborts.
 */
export async function waitUntilReady(engine: EngineProcess, { port, readyPath, timeoutMs, logPath, signal }: ReadyOptions): Promise<void> {
  const url = `http://127.0.0.1:${port}${readyPath}`;
  let over = false;
  const timer = setTimeout(() => { over = true; }, timeoutMs);
  try {
    while (!over) {
      if (signal.aborted) throw new ServingError('SERVING_WORKER_STOPPED', 'The worker was stopped while it was starting', { port });
      if (engine.exit !== null) {
        await engine.ended;
        throw diedError(engine, logPath, 'before it was ready');
      }
      const status = await probeStatus(url);
      if (status !== null && status < 500 && engine.exit === null && (await ownsPort(port, engine.pid)) !== false) return;
      await new Promise((next) => setTimeout(next, PROBE_PAUSE_MS));
    }
  } finally {
    clearTimeout(timer);
  }
  throw new ServingError('SERVING_WORKER_NOT_READY', `The engine did not answer on port ${port} within ${timeoutMs} ms. ${quote(engine.logLines())}`, { port, timeoutMs, log: logPath });
}
