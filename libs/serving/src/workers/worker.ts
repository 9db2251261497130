import { ServingError } from '../errors.js';
import { startEngineProcess, type EngineProcess, type WorkerLaunch } from './engine-process.js';
import { findFreePort } from './find-port.js';
import { planBackOff, type RestartPolicy } from './plan-back-off.js';
import { diedError, waitUntilReady } from './wait-until-ready.js';

export type WorkerState = 'starting' | 'ready' | 'restarting' | 'failed' | 'stopped';
/** Why a worker was started again. */
export type RestartReason = 'died' | 'hung' | 'switch' | 'switch-failed' | 'lost' | 'asked' | 'requests' | 'memory';

/** The HTTP dialect that the engine's server speaks. */
export type WorkerDialect = 'api-v2' | 'api' | 'guide';

export type WorkerOptions = {
  /** What to start. In strings `{port}` stands for the port; a function is asked anew before every start. */
  readonly launch: WorkerLaunch | ((port: number) => WorkerLaunch | Promise<WorkerLaunch>);
  readonly dialect: WorkerDialect;
  /** File that the engine's output is appended to. */
  readonly logPath: string;
  /** First port to try; taken ones are passed over. @default 0: any that is free */
  readonly port?: number;
  /** Longest time from start to the first answer, ms. @default 120000: 7 to 8 s with tiny models (seen on GPT-SoVITS 48b1a01), minutes with real ones on a cold disk */
  readonly readyTimeoutMs?: number;
  /** Path asked until it answers. @default '/docs' */
  readonly readyPath?: string;
  /** Time between SIGTERM and SIGKILL, ms. @default 5000: an idle engine ends in 0.4 s, one in an endless loop never (seen on GPT-SoVITS 48b1a01) */
  readonly graceMs?: number;
  readonly restart?: Partial<RestartPolicy>;
  readonly signal?: AbortSignal;
};

/** A supervised engine server. It dies and comes back; `generation` says that it did. */
export type Worker = {
  readonly dialect: WorkerDialect;
  /** Base URL of the process that runs now. */
  readonly url: string;
  readonly pid: number;
  readonly state: WorkerState;
  /** Processes started so far; what was loaded into an earlier one is gone. */
  readonly generation: number;
  readonly restarts: Readonly<Partial<Record<RestartReason, number>>>;
  readonly logPath: string;
  /** The last failure, if any. */
  readonly lastError: ServingError | null;
  /** Waits for the worker to be ready and to be nobody else's, and takes it. */
  lease(options?: { readonly signal?: AbortSignal }): Promise<WorkerLease>;
  /** Says that the process did what it is for: should it die later, that is not one of the deaths in a row after which a worker is given up. */
  confirm(): void;
  /** Ends the process and starts another. With `launch`, what is started from now on. */
  restart(reason: RestartReason, options?: { readonly launch?: WorkerOptions['launch']; readonly force?: boolean }): Promise<void>;
  /** Called after each change of `state`; answers with a function that ends it. */
  onState(listener: (state: WorkerState) => void): () => void;
  /** Ends the process group for good; any number of calls. */
  stop(): Promise<void>;
};

/** The right to send one request at a time. */
export type WorkerLease = { readonly url: string; readonly generation: number; release(): void };

const EXIT_PORT_TAKEN = 3; // uvicorn's code for a failed bind, seen on api.py and api_v2.py of GPT-SoVITS 48b1a01
const PORT_ATTEMPTS = 5; // ours: each costs a whole model load

const withPort = (launch: WorkerLaunch, port: number): WorkerLaunch => {
  const fill = (value: string): string => value.replaceAll('{port}', String(port));
  return {
    ...launch, args: launch.args.map(fill),
    ...(launch.env === undefined ? {} : { env: Object.fromEntries(Object.entries(launch.env).map(([name, value]) => [name, value === undefined ? undefined : fill(value)])) }),
    ...(launch.files === undefined ? {} : { files: launch.files.map(({ path, content }) => ({ path: fill(path), content: fill(content) })) }),
  };
};

/**
 * Starts an engine server and keeps it running until `stop`. A death later is followed by a restart with growing pauses, a bounded number in a row.
 * @throws {ServingError} SERVING_WORKER_COMMAND · SERVING_WORKER_DIED · SERVING_WORKER_NOT_READY · SERVING_WORKER_PORT, each with the process ended and nothing left behind.
 */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { dialect, logPath, port: firstPort = 0, readyTimeoutMs = 120_000, readyPath = '/docs', graceMs = 5000 } = options;
  const stopping = new AbortController();
  const listeners = new Set<(state: WorkerState) => void>();
  const restarts: Partial<Record<RestartReason, number>> = {};
  const waiting: { take(): void; refuse(error: ServingError): void }[] = [];
  let launch = options.launch;
  let engine: EngineProcess | null = null;
  let port = 0;
  let generation = 0;
  let state: WorkerState = 'starting';
  let held = false;
  let lastError: ServingError | null = null;
  let inProgress: Promise<void> | null = null; // the start or restart under way
  let failuresInARow = 0;
  let readyAtMs = 0;
  let proved = false; // whether the process of now has spoken

  const stoppedError = (): ServingError => new ServingError('SERVING_WORKER_STOPPED', 'The worker is stopped', { log: logPath });
  const grant = (): void => {
    if (state === 'ready' && !held) waiting.shift()?.take();
  };
  const setState = (next: WorkerState): void => {
    if (state === next || state === 'stopped') return;
    state = next;
    if (next === 'failed' || next === 'stopped') {
      const error = next === 'stopped' ? stoppedError() : failedError();
      waiting.splice(0).forEach((one) => one.refuse(error));
    }
    for (const listener of listeners) listener(next);
    grant();
  };
  const failedError = (): ServingError => new ServingError('SERVING_WORKER_FAILED', `The engine failed ${failuresInARow} times in a row and is given up. ${lastError?.message ?? ''}`.trim(), { log: logPath }, { cause: lastError });

  /** One process from spawn to readiness; ports that clash are passed over. */
  const start = async (): Promise<void> => {
    const clashed = new Set<number>();
    for (let attempt = 1; ; attempt += 1) {
      port = await findFreePort(firstPort, clashed);
      const resolved = typeof launch === 'function' ? await launch(port) : launch;
      if (stopping.signal.aborted) throw stoppedError();
      const started = await startEngineProcess(withPort(resolved, port), logPath);
      engine = started;
      generation += 1;
      try {
        await waitUntilReady(started, { port, readyPath, timeoutMs: readyTimeoutMs, logPath, signal: stopping.signal });
      } catch (error) {
        await started.end(graceMs);
        if (started.exit?.exitCode !== EXIT_PORT_TAKEN || attempt === PORT_ATTEMPTS) throw error;
        clashed.add(port);
        continue;
      }
      readyAtMs = performance.now();
      proved = false;
      void started.ended.then(() => {
        if (engine !== started || state !== 'ready') return; // its end was wanted
        lastError = diedError(started, logPath, 'while it served');
        if (proved || performance.now() - readyAtMs > policy.resetAfterMs) failuresInARow = 0;
        failuresInARow += 1;
        count('died');
        recover();
      });
      return;
    }
  };

  const policy: RestartPolicy = { maxInARow: 5, firstPauseMs: 200, maxPauseMs: 30_000, resetAfterMs: 60_000, ...options.restart };
  const count = (reason: RestartReason): void => { restarts[reason] = (restarts[reason] ?? 0) + 1; };
  const pause = (ms: number): Promise<void> => new Promise((done) => {
    const finish = (): void => {
      clearTimeout(timer);
      stopping.signal.removeEventListener('abort', finish);
      done();
    };
    const timer = setTimeout(finish, ms);
    stopping.signal.addEventListener('abort', finish, { once: true });
  });

  /** Starts again until it is ready or given up. Never rejects: the outcome is the state. */
  const recover = (): void => {
    if (inProgress !== null || state === 'stopped') return;
    setState('restarting');
    inProgress = (async () => {
      for (;;) {
        const pauseMs = planBackOff(failuresInARow, policy);
        if (pauseMs === null) return setState('failed');
        await pause(pauseMs);
        if (stopping.signal.aborted) return;
        try {
          await start();
          return;
        } catch (error) {
          lastError = error instanceof ServingError ? error : new ServingError('SERVING_WORKER_DIED', `The engine could not be started: ${(error as Error).message}`, { log: logPath }, { cause: error });
          failuresInARow += 1;
        }
      }
    })().finally(() => {
      inProgress = null;
      if (state !== 'restarting' || stopping.signal.aborted) return;
      if (engine?.exit === null) setState('ready');
      else recover(); // it died in the moment between readiness and here
    });
  };

  options.signal?.addEventListener('abort', () => void worker.stop(), { once: true });
  const worker: Worker = {
    dialect, logPath, restarts,
    get url() { return `http://127.0.0.1:${port}`; },
    get pid() { return engine?.pid ?? 0; },
    get state() { return state; },
    get generation() { return generation; },
    get lastError() { return lastError; },
    lease({ signal } = {}) {
      return new Promise((resolve, reject) => {
        if (state === 'stopped') return reject(stoppedError());
        if (state === 'failed') return reject(failedError());
        const onAbort = (): void => {
          waiting.splice(waiting.indexOf(one), 1);
          reject(new ServingError('SERVING_CALLER_GONE', 'The wait for a worker was called off'));
        };
        const one = {
          take() {
            signal?.removeEventListener('abort', onAbort);
            held = true;
            let mine = true;
            resolve({ url: worker.url, generation, release() {
              if (!mine) return;
              mine = false;
              held = false;
              grant();
            } });
          },
          refuse(error: ServingError) {
            signal?.removeEventListener('abort', onAbort);
            reject(error);
          },
        };
        waiting.push(one);
        if (signal?.aborted === true) return onAbort();
        signal?.addEventListener('abort', onAbort, { once: true });
        grant();
      });
    },
    confirm() {
      proved = true;
    },
    async restart(reason, { launch: next, force = false } = {}) {
      if (state === 'stopped') throw stoppedError();
      if (next !== undefined) launch = next;
      count(reason);
      const old = engine;
      setState('restarting');
      if (old !== null) await old.end(force ? 0 : graceMs);
      recover();
      await inProgress;
      const outcome: WorkerState = worker.state;
      if (outcome !== 'ready') throw outcome === 'stopped' ? stoppedError() : failedError();
    },
    onState(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async stop() {
      stopping.abort();
      setState('stopped');
      await engine?.end(graceMs);
      await inProgress?.catch(() => undefined);
      await engine?.end(graceMs); // one that was being started meanwhile
    },
  };

  options.signal?.throwIfAborted();
  try {
    await start();
  } catch (error) {
    await worker.stop();
    throw error;
  }
  if ((engine as EngineProcess | null)?.exit !== null) {
    await worker.stop();
    throw diedError(engine as unknown as EngineProcess, logPath, 'as soon as it was ready');
  }
  setState('ready');
  return worker;
}
