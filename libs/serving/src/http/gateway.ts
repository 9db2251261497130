import Fastify, { type FastifyReply } from 'fastify';
import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { ServingError } from '../errors.js';
import { createAccess, type Caller } from '../access/access.js';
import { hashKey, type KeyRecord } from '../access/keys.js';
import { openSpeechCache, type SpeechCacheOptions } from '../cache/speech-cache.js';
import { findEncoder } from '../encode/run-ffmpeg.js';
import { createServingMetrics } from '../metrics/serving-metrics.js';
import { createVoicePool } from '../queue/voice-pool.js';
import { createVerifier, type VerifySpeech } from '../speak/verify-speech.js';
import { openVoiceStore, type UploadOptions } from '../upload/voice-store.js';
import { createVoiceBook } from '../voice/voice-book.js';
import { checkRecycleLimits, planRecycle, type RecycleLimits } from '../workers/recycle.js';
import { watchMemory } from '../workers/watch-memory.js';
import { createConnect, type Connect } from '../speak/engine-client.js';
import { createSpeechService } from '../speak/speech-service.js';
import type { VerifyVoice } from '../speak/switch-voice.js';
import type { Voice } from '../voice/read-voice.js';
import type { WorkerLaunch } from '../workers/engine-process.js';
import { startWorker, type Worker, type WorkerOptions } from '../workers/worker.js';
import { addressError, checkAddress } from './check-address.js';
import { planGuidePorts } from './guide-ports.js';
import { describeFailure } from './http-error.js';
import { closeServer, listenBeside } from './listen-beside.js';
import { addPages } from './pages.js';
import { createPrerender, type Phrase, type Prerendered, type PrerenderOptions } from './prerender.js';
import { addRoutes } from './routes.js';
import { OPENAI_MAX_CHARACTERS } from './speech-request.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; null on open routes. */
    caller: Caller | null;
  }
  interface FastifyContextConfig {
    /** Answered without a key. */
    open?: boolean;
    /** Errors are text, as the guide's service gives them, not OpenAI's JSON. */
    plainErrors?: boolean;
  }
}

export type GatewayOptions = {
  readonly voices: readonly Voice[];
  /** The command line of an engine server that starts with this voice; asked before every start of a worker. */
  readonly launchVoiceWorker: (of: { readonly voice: Voice; readonly index: number; readonly port: number }) => WorkerLaunch | Promise<WorkerLaunch>;
  /** Folder for the engine logs, `worker-<index>.log` each. */
  readonly logDir: string;
  /** How workers are started. `count` @default 1. */
  readonly worker: Pick<WorkerOptions, 'dialect' | 'port' | 'readyTimeoutMs' | 'readyPath' | 'graceMs' | 'restart'> & {
    readonly count?: number;
    /** When a worker is drained and started again. @default never */
    readonly recycle?: RecycleLimits;
    /** Most sentences of one text that the engine computes at once, where a request leaves it open. @default 1 */
    readonly maxBatch?: number;
  };
  /** @default '127.0.0.1' */
  readonly host?: string;
  /** 0 takes a free one. @default 0 */
  readonly port?: number;
  /** Keys that may do everything, at least 16 characters each; some key is needed beyond loopback. @default [] */
  readonly apiKeys?: readonly string[];
  /** Further keys, known by their hash, with the voices and the amounts that they are good for. @default [] */
  readonly keys?: readonly KeyRecord[];
  /** Keeps answers on disk and gives them again for the same voice, text, settings, seed and format; equal requests at the same time are spoken once. @default no cache */
  readonly cache?: SpeechCacheOptions;
  /** Takes voices in and out of service while it runs, by keys that may. @default neither */
  readonly uploads?: UploadOptions;
  /** Has speech heard, and tries again what is not understood. @default not heard */
  readonly verify?: VerifySpeech;
  /** Writes numbers in Chinese text as words before the engine sees them: telephone numbers digit by digit with 幺, amounts, dates, shares. @default false: the engine reads them its own way */
  readonly readNumbers?: boolean;
  /** Listens for each voice on a port of its own as well, 9000 to 9099, as the guide's services do. @default false */
  readonly guidePorts?: boolean;
  /** The ffmpeg that makes mp3, opus, aac and flac: a name in PATH or a path; null for none. @default 'ffmpeg' */
  readonly ffmpeg?: string | null;
  /** Requests that may wait for a worker. @default 64 */
  readonly maxWaiting?: number;
  /** Longest time from a request to its answer, and of one synthesis, ms. A worker that is silent longer is killed. @default 60000 (the guide's timeout) */
  readonly deadlineMs?: number;
  /** Longest time that a request may take to arrive, headers and body, ms. @default 30000 */
  readonly arrivalMs?: number;
  /** Longest time that `close` waits for answers under way, ms. @default 10000 */
  readonly drainMs?: number;
  /** Longest text, code points. @default 4096 (OpenAI's) */
  readonly maxInputCharacters?: number;
  /** Largest body, bytes. @default 131072: 4096 characters escaped in JSON take 48 KiB */
  readonly maxBodyBytes?: number;
  /** A built try-out page to serve at `/`. @default none */
  readonly pagesDir?: string;
  /** A further check after each voice switch. @default none */
  readonly verifyVoice?: VerifyVoice;
  /** Makes the client of an engine server. @default that of `@voxtune/inference-client` */
  readonly connect?: Connect;
  /** Called for each failure that was not the caller's doing. */
  readonly onFailure?: (failure: { readonly requestId: string; readonly error: unknown }) => void;
  /** Ends a start, and closes a gateway that has started. */
  readonly signal?: AbortSignal;
};

export type Gateway = {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly workers: readonly Worker[];
  /** The port of each voice, where `guidePorts` was asked for. */
  readonly guidePorts: ReadonlyMap<string, number>;
  /** Uploaded voices that could not be read any more, with the reason. */
  readonly droppedUploads: readonly { readonly id: string; readonly reason: string }[];
  /** Speaks phrases into the cache, before anyone asks. One that fails is in the answer, and the others go on. @throws {ServingError} SERVING_REQUEST_INVALID without a cache. */
  prerender(phrases: readonly Phrase[], options?: PrerenderOptions): Promise<Prerendered>;
  /** Finishes what is being spoken, refuses what waits, ends the workers; any number of calls. */
  close(): Promise<void>;
};

const LOOK_EVERY_MS = 1000; // ours: how often late requests are looked for
const IDLE_EXTRA_MS = 30_000; // ours: how much longer than the deadline a socket may be quiet, as with a caller that never reads

const WRITE_OUT_MS = 2000; // ours: a megabyte of speech to a slow reader

/** Waits for the work, at most this long. */
async function within(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([work, new Promise((over) => { timer = setTimeout(over, ms); })]);
  clearTimeout(timer);
}

const REQUEST_ID = /^[\x21-\x7e]{1,128}$/; // ours: printable, so that it can go back into a header

/**
 * Starts workers and an HTTP gateway in front of them. Each worker speaks for one request at a time, with one voice, verified before a word is said.
 * @throws {RangeError|TypeError} for options out of range. @throws {ServingError} SERVING_KEYS_NEEDED · SERVING_VOICE_DUPLICATE · SERVING_VOICE_REVOKED · SERVING_ADDRESS · SERVING_VOICE_SWITCH
 *   and startWorker's; nothing is left running then.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { host = '127.0.0.1', port = 0, deadlineMs = 60_000, arrivalMs = 30_000, drainMs = 10_000, maxInputCharacters = OPENAI_MAX_CHARACTERS, maxBodyBytes = 131_072, apiKeys = [], keys = [], ffmpeg = 'ffmpeg' } = options;
  const { count = 1, recycle = {}, maxBatch = 1, ...workerOptions } = options.worker;
  checkRecycleLimits(recycle);
  if (!Number.isInteger(maxBatch) || maxBatch < 1) throw new RangeError(`worker.maxBatch must be a positive integer, got ${maxBatch}`);
  if (!Number.isInteger(count) || count < 1) throw new RangeError(`worker.count must be a positive integer, got ${count}`);
  if (!(arrivalMs > 0)) throw new RangeError(`arrivalMs must be above 0, got ${arrivalMs}`);
  if (!(deadlineMs > 0)) throw new RangeError(`deadlineMs must be above 0, got ${deadlineMs}`);
  if (options.voices.length === 0) throw new RangeError('voices must hold at least one voice');
  const store = options.uploads === undefined ? null : await openVoiceStore(options.uploads);
  const book = createVoiceBook(options.voices, store?.revoked);
  const published = [...book.voices.values()];
  if (published.length === 0) throw new ServingError('SERVING_VOICE_REVOKED', `Every voice that was named is revoked: ${options.voices.map(({ id }) => id).join(', ')}`, {});
  const uploaded = await store?.load(book.voices);
  uploaded?.voices.forEach(book.add);
  const guidePorts = options.guidePorts === true ? planGuidePorts(published.map(({ id }) => id)) : new Map<string, number>();
  if (apiKeys.some((key) => key.length < 16)) throw new RangeError('each of apiKeys must have at least 16 characters');
  const access = createAccess(host, [...apiKeys.map((key, index) => ({ id: `key-${index + 1}`, sha256: hashKey(key) })), ...keys]);
  await checkAddress(host, port);
  for (const own of guidePorts.values()) await checkAddress(host, own);
  const cache = options.cache === undefined ? null : await openSpeechCache(options.cache);
  const encoder = ffmpeg === null ? null : findEncoder(ffmpeg); // looked for while the workers start
  const metrics = createServingMetrics();
  const launch = (voice: Voice, index: number, at: number): WorkerLaunch | Promise<WorkerLaunch> => options.launchVoiceWorker({ voice, index, port: at });

  // Which voice each worker is started with; a switch by restart changes it
  const startsWith = Array.from({ length: count }, (_, index) => published[index % published.length] as Voice);
  const launchOf = (voice: Voice, index: number, at: number): WorkerLaunch | Promise<WorkerLaunch> => {
    startsWith[index] = voice;
    return launch(voice, index, at);
  };
  // An abort ends workers that are still starting; later it closes the gateway, which lets them finish what they are saying
  const starting = new AbortController();
  const stopStarting = (): void => starting.abort(options.signal?.reason);
  if (options.signal?.aborted === true) stopStarting();
  options.signal?.addEventListener('abort', stopStarting, { once: true });
  const started = await Promise.allSettled(startsWith.map((voice, index) => startWorker({
    ...workerOptions, launch: (at) => launch(voice, index, at), logPath: join(options.logDir, `worker-${index}.log`), signal: starting.signal,
  })));
  options.signal?.removeEventListener('abort', stopStarting);
  const workers = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const stopWorkers = async (): Promise<void> => void (await Promise.all(workers.map((worker) => worker.stop())));
  const failed = started.find((one) => one.status === 'rejected');
  if (failed !== undefined) {
    await stopWorkers();
    throw failed.reason;
  }

  const encode = await encoder;
  // Where weights can be set by a route, a fresh process counts as holding nothing until it confirmed its voice
  const memory = watchMemory(workers);
  const pool = createVoicePool({
    workers, maxWaiting: options.maxWaiting ?? 64, recycle: ({ index, requests }) => planRecycle({ requests, residentBytes: memory.residentBytes(index) }, recycle),
    startsWith: (index) => (workerOptions.dialect === 'guide' ? (startsWith[index]?.id ?? null) : null),
  });
  const service = createSpeechService({ pool, book, maxBatch: workerOptions.dialect === 'api' ? 1 : maxBatch, connect: options.connect ?? createConnect(), launch: launchOf, verifyVoice: options.verifyVoice, deadlineMs, metrics });
  metrics.watch(pool, workers, cache, memory);

  const app = Fastify({
    logger: false, bodyLimit: maxBodyBytes, requestTimeout: arrivalMs, http: { headersTimeout: arrivalMs, connectionsCheckingInterval: LOOK_EVERY_MS }, connectionTimeout: deadlineMs + IDLE_EXTRA_MS, forceCloseConnections: 'idle', return503OnClosing: false, exposeHeadRoutes: false,
    frameworkErrors: (error, request, reply) => void (reply as unknown as FastifyReply).code(400).header('x-request-id', request.id).send(describeFailure(new ServingError('SERVING_REQUEST_INVALID', `The address cannot be read: ${error.message.slice(0, 200)}`)).body),
    requestIdHeader: false, genReqId: (request) => {
      const given = request.headers['x-request-id'];
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
    },
  });
  let closing: Promise<void> | null = null;
  let prerender: Gateway['prerender'];
  const beside: Server[] = [];

  app.decorateRequest('caller', null);
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    if (request.routeOptions.config.open !== true) request.caller = access.check(request.headers);
  });
  app.addHook('onResponse', async (request, reply) => {
    metrics.request(request.routeOptions.url ?? 'unknown', request.method, reply.raw.writableFinished ? reply.statusCode : 499, reply.elapsedTime / 1000);
  });
  app.setErrorHandler((error, request, reply) => {
    const { status, body, code } = describeFailure(error);
    if (status === 429 || status >= 500 || status === 401) metrics.rejected(code.replace('SERVING_', '').toLowerCase());
    if (status >= 500) options.onFailure?.({ requestId: request.id, error });
    const given = error instanceof ServingError ? error.facts['retryAfterSec'] : undefined;
    if (given !== undefined) reply.header('retry-after', given);
    else if (status === 429 || status === 503) {
      const perRequestSec = metrics.meanSynthesisSec() ?? 1;
      reply.header('retry-after', Math.max(1, Math.ceil((pool.waiting * perRequestSec) / Math.max(1, pool.ready))));
    }
    if (status === 401) reply.header('www-authenticate', 'Bearer');
    reply.code(status);
    if (request.routeOptions.config.plainErrors === true) return reply.header('x-error-code', code).type('text/plain; charset=utf-8').send(`${body.error.message}\n`);
    return reply.send(body);
  });
  app.setNotFoundHandler((request) => {
    throw new ServingError('SERVING_ROUTE_UNKNOWN', `There is no ${request.method} ${request.url.split('?')[0]?.slice(0, 200) ?? ''} here`);
  });

  const close = (): Promise<void> => (closing ??= (async () => {
    memory.stop();
    await within(pool.drain(), drainMs);
    const workersGone = stopWorkers(); // what is still being spoken now fails, and is answered so
    await within(Promise.all([app.close(), ...beside.map(closeServer)]), WRITE_OUT_MS);
    for (const server of [app.server, ...beside]) server.closeAllConnections();
    await workersGone;
  })());

  try {
    const answers = addRoutes(app, { book, store, readNumbers: options.readNumbers === true, verify: options.verify === undefined ? null : createVerifier(options.verify), voiceOfPort: (at) => [...guidePorts].find(([, own]) => own === at)?.[0] ?? null, service, pool, workers, metrics, maxInputCharacters, encode, ffmpeg: encode === null ? null : ffmpeg, cache, isClosing: () => closing !== null });
    if (options.pagesDir !== undefined) await addPages(app, options.pagesDir);
    await Promise.all(startsWith.map((voice) => service.prepare(voice)));
    await app.listen({ host, port }).catch((cause: NodeJS.ErrnoException) => {
      throw addressError(host, port, cause);
    });
    for (const own of guidePorts.values()) beside.push(await listenBeside(app, host, own));
    prerender = createPrerender({ answers, book, hasEncoder: encode !== null, maxInputCharacters });
  } catch (error) {
    await close();
    throw error;
  }
  const address = app.server.address();
  const actualPort = typeof address === 'object' && address !== null ? address.port : port;
  options.signal?.addEventListener('abort', () => void close(), { once: true });
  if (options.signal?.aborted === true) await close();
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${actualPort}`, host, port: actualPort, workers, guidePorts, droppedUploads: uploaded?.dropped ?? [], prerender, close };
}
