// Downloads one file so that what ends at its path is whole and verified, whatever the network does.
import { open, readFile, rename, rm, stat, writeFile, mkdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { ModelsError, systemCode } from './errors.js';
import { hashModelFile } from './hash-file.js';
import { withFileLock } from './file-lock.js';

/** How far a download is. `totalBytes` is null while no server has said it. */
export type FetchProgress = { readonly doneBytes: number; readonly totalBytes: number | null; readonly url: string };

export type FetchFileOptions = {
  /** What the contents must be, 64 hex digits; without it nothing but the length is checked, and the hash is returned. */
  readonly sha256?: string | undefined;
  /** Length that the contents must have, bytes. */
  readonly sizeBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: FetchProgress) => void) | undefined;
  /** Another transport. @default the platform's fetch */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** Headers of every request, for instance a token. They are never part of an error. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Longest time without a byte, ms. @default 30000 */
  readonly stallMs?: number | undefined;
  /** Requests in a row that may bring nothing before a source is given up. @default 5 */
  readonly attempts?: number | undefined;
  /** First wait after a failure, ms; it doubles, to a minute at most, and `Retry-After` may ask for more, up to that minute. @default 500 */
  readonly waitMs?: number | undefined;
};

export type FetchedFile = {
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  /** Where it came from; null when it was there already. */
  readonly url: string | null;
  /** Bytes of an earlier, interrupted download that were kept. */
  readonly resumedBytes: number;
};

const LONGEST_WAIT_MS = 60_000; // ours: a source that wants more patience is taken for one that is down
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]); // RFC 9110 §15 and RFC 8470: what may be different the next time

/**
 * Downloads a file, continuing what an earlier attempt left (`PATH.part`). The file appears at its path only when it is whole and its
 * contents are those asked for; processes that want the same path wait for one another and then find it there.
 * @param urls - One source, or several in order of preference: mirrors. http or https.
 * @throws {ModelsError} MODELS_SOURCE_REFUSED (every source answered 4xx), MODELS_DOWNLOAD_FAILED (one may yet be reached), MODELS_CORRUPT, MODELS_NOT_WRITABLE; of several sources it tells what each did.
 * @throws {TypeError | RangeError} when there is no URL or an option is not what it should be.
 * @throws what the signal holds when it is aborted; what was downloaded stays for the next time.
 */
export async function fetchFile(urls: string | readonly string[], path: string, options: FetchFileOptions = {}): Promise<FetchedFile> {
  const sources = typeof urls === 'string' ? [urls] : urls;
  if (sources.length === 0) throw new TypeError('fetchFile needs at least one URL');
  for (const url of sources) if (!/^https?:\/\//i.test(url)) throw new TypeError(`a source must be an http or https URL, got ${JSON.stringify(url)}`);
  const { sha256, signal, attempts = 5, stallMs = 30_000, waitMs = 500 } = options;
  if (sha256 !== undefined && !/^[0-9a-f]{64}$/i.test(sha256)) throw new RangeError(`sha256 must be 64 hex digits, got ${JSON.stringify(sha256)}`);
  for (const [name, value] of Object.entries({ attempts, stallMs })) if (!Number.isInteger(value) || value < 1) throw new RangeError(`${name} must be a positive integer, got ${value}`);
  const settled = { ...options, attempts, stallMs, waitMs };
  try {
    await mkdir(dirname(path), { recursive: true });
    return await withFileLock(`${path}.lock`, async () => {
      const there = await existing(path, options);
      if (there !== null) return there;
      const refusals: ModelsError[] = [];
      for (const url of sources) {
        try {
          return await fromSource(url, path, settled);
        } catch (error) {
          signal?.throwIfAborted();
          if (!(error instanceof ModelsError)) throw error;
          refusals.push(error); // the next mirror may have it
        }
      }
      throw refusalOf(refusals, path);
    }, signal);
  } catch (error) {
    const code = systemCode(error);
    if (code === null || !['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'ENOTDIR'].includes(code)) throw error;
    throw new ModelsError('MODELS_NOT_WRITABLE', `Cannot write ${path} (${code}).`, { path, systemCode: code }, { cause: error });
  }
}

/** What is thrown when no source gave the file: of one source its own error, of several one that tells what became of each. */
function refusalOf(refusals: readonly ModelsError[], path: string): ModelsError {
  const [first, ...more] = refusals as [ModelsError, ...ModelsError[]];
  if (more.length === 0) return first;
  const codes = new Set(refusals.map(({ code }) => code));
  const code = codes.size === 1 ? first.code : codes.has('MODELS_DOWNLOAD_FAILED') ? 'MODELS_DOWNLOAD_FAILED' : 'MODELS_CORRUPT'; // what may pass weighs most: it is worth another try
  const told = refusals.map(({ message }, i) => `${i + 1}. ${message}`).join(' ');
  return new ModelsError(code, `None of ${refusals.length} sources gave ${basename(path)}. ${told}`, { path, ...Object.fromEntries(refusals.flatMap(({ facts }, i) => (facts['url'] === undefined ? [] : [[`source${i + 1}`, facts['url']]]))) }, { cause: new AggregateError(refusals) });
}

/** The file that is there, when it is the one asked for; a file with other contents is downloaded anew. */
async function existing(path: string, { sha256, sizeBytes, signal }: FetchFileOptions): Promise<FetchedFile | null> {
  const stats = await stat(path).catch(() => null);
  if (stats === null) return null;
  const found = await hashModelFile(path, signal);
  if (sha256 !== undefined ? found !== sha256.toLowerCase() : sizeBytes !== undefined && stats.size !== sizeBytes) return null;
  return { path, sha256: found, sizeBytes: stats.size, url: null, resumedBytes: 0 };
}

type Settled = FetchFileOptions & { readonly attempts: number; readonly stallMs: number; readonly waitMs: number };

async function fromSource(url: string, path: string, options: Settled): Promise<FetchedFile> {
  const { attempts, waitMs, signal } = options;
  const part = `${path}.part`;
  const resumedBytes = await resumable(part, url);
  let fruitless = 0;
  let restarted = false;
  for (;;) {
    const before = await sizeOf(part);
    let failure: { readonly error: ModelsError; readonly afterMs: number | null };
    try {
      await transfer(url, part, options);
      return { ...(await accept(url, path, part, options)), resumedBytes: restarted ? 0 : resumedBytes };
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof Passing) failure = { error: error.as(url), afterMs: error.afterMs };
      else if (error instanceof ModelsError && error.code === 'MODELS_CORRUPT' && !restarted && before > 0) { restarted = true; continue; } // what was kept from before may be at fault: once more, from the first byte
      else throw error;
    }
    const gained = (await sizeOf(part)) > before;
    fruitless = gained ? 1 : fruitless + 1;
    if (fruitless >= attempts) throw failure.error;
    await pause(Math.min(LONGEST_WAIT_MS, Math.max(failure.afterMs ?? 0, waitMs * 2 ** (fruitless - 1))), signal);
  }
}

/** A failure that may pass: the network's, or a status that says so. */
class Passing extends Error {
  override readonly name = 'Passing';
  readonly afterMs: number | null;
  constructor(what: string, afterMs: number | null, options?: ErrorOptions) { super(what, options); this.afterMs = afterMs; }
  as(url: string): ModelsError {
    return new ModelsError('MODELS_DOWNLOAD_FAILED', `Cannot download ${bare(url)}: ${this.message}.`, { url: bare(url) }, { cause: this.cause });
  }
}

/** One request: appends to the part file what it brings. */
async function transfer(url: string, part: string, { fetch = globalThis.fetch, headers, signal, stallMs, onProgress, sizeBytes }: Settled): Promise<void> {
  const have = await sizeOf(part);
  const note = have > 0 ? await readNote(part) : null;
  const stalled = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const alive = (): void => { clearTimeout(timer); timer = setTimeout(() => stalled.abort(new Error(`nothing came for ${stallMs / 1000} s`)), stallMs); };
  const either = signal === undefined ? stalled.signal : AbortSignal.any([signal, stalled.signal]);
  const passing = (cause: unknown): Passing => new Passing(stalled.signal.aborted ? (stalled.signal.reason as Error).message : reasonOf(cause), null, { cause });
  try {
    alive();
    const response = await fetch(url, {
      signal: either,
      headers: { ...headers, 'accept-encoding': 'identity', ...(have > 0 ? { range: `bytes=${have}-`, ...(note?.etag ? { 'if-range': note.etag } : {}) } : {}) },
    }).catch((cause: unknown) => { signal?.throwIfAborted(); throw passing(cause); });
    if (response.status === 416) { // we have all there is, or more: what it is will show
      await response.body?.cancel();
      const total = Number(/\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1] ?? NaN);
      if (total !== have) { await discard(part); throw new Passing('the server has another length than the part that was kept', null); }
      return;
    }
    if (!response.ok) {
      await response.body?.cancel();
      const { status } = response;
      if (PASSING.has(status)) throw new Passing(`the server answered ${status}`, retryAfterMs(response.headers.get('retry-after')));
      throw new ModelsError('MODELS_SOURCE_REFUSED', `${bare(url)} answered ${status}${status === 404 ? ': there is no such file' : status === 401 || status === 403 ? ': not without the right to it' : ''}.`, { url: bare(url), status });
    }
    const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get('content-range') ?? '');
    const append = response.status === 206 && Number(range?.[1]) === have && have > 0;
    if (response.status === 206 && !append) { await response.body?.cancel(); await discard(part); throw new Passing('the server sent another range than was asked for', null); }
    const length = response.headers.get('content-length');
    const announced = append ? (range?.[2] === '*' ? null : Number(range?.[2])) : length === null ? null : Number(length);
    if (announced !== null && sizeBytes !== undefined && announced !== sizeBytes) {
      await response.body?.cancel();
      throw new ModelsError('MODELS_CORRUPT', `${bare(url)} offers ${announced} bytes; the file has ${sizeBytes}.`, { url: bare(url), sizeBytes: announced, expected: sizeBytes });
    }
    await writeFile(notePath(part), JSON.stringify({ url, etag: strongTag(response.headers.get('etag')) }));
    const file = await open(part, append ? 'a' : 'w');
    let done = append ? have : 0;
    try {
      const reader = response.body?.getReader();
      for (;;) {
        const next = await reader?.read().catch((cause: unknown) => { signal?.throwIfAborted(); throw passing(cause); });
        if (next === undefined || next.done) break;
        alive();
        done += next.value.byteLength;
        if (sizeBytes !== undefined && done > sizeBytes) { await reader?.cancel(); await discard(part); throw new ModelsError('MODELS_CORRUPT', `${bare(url)} sent more than the ${sizeBytes} bytes that the file has.`, { url: bare(url), expected: sizeBytes }); }
        await file.appendFile(next.value);
        onProgress?.({ doneBytes: done, totalBytes: announced ?? sizeBytes ?? null, url: bare(url) });
      }
      await file.sync();
    } finally {
      await file.close();
    }
    const expected = announced ?? sizeBytes;
    if (expected !== undefined && done < expected) throw new Passing(`the connection ended after ${done} of ${expected} bytes`, null);
  } finally {
    clearTimeout(timer);
  }
}

/** Verifies the part and gives it its name; a part with wrong contents is removed. */
async function accept(url: string, path: string, part: string, { sha256, sizeBytes, signal }: Settled): Promise<FetchedFile> {
  const found = await hashModelFile(part, signal);
  const size = await sizeOf(part);
  if ((sha256 !== undefined && found !== sha256.toLowerCase()) || (sizeBytes !== undefined && size !== sizeBytes)) {
    await discard(part);
    const what = sha256 === undefined ? `${size} bytes instead of ${sizeBytes}` : `sha256 is ${found}, not ${sha256}`;
    throw new ModelsError('MODELS_CORRUPT', `What ${bare(url)} sent is not the file asked for: ${what}.`, { url: bare(url), sha256: found, ...(sha256 === undefined ? {} : { expected: sha256 }) });
  }
  await rename(part, path);
  await rm(notePath(part), { force: true });
  return { path, sha256: found, sizeBytes: size, url: bare(url), resumedBytes: 0 };
}

/** Bytes of a kept part that belong to this source; a part of another file is removed. */
async function resumable(part: string, url: string): Promise<number> {
  const size = await sizeOf(part);
  if (size === 0) return 0;
  if ((await readNote(part))?.url === url) return size;
  await discard(part);
  return 0;
}

type Note = { readonly url: string; readonly etag: string | null };
const notePath = (part: string): string => `${part}.json`;
const readNote = async (part: string): Promise<Note | null> => {
  try {
    const note = JSON.parse(await readFile(notePath(part), 'utf8')) as Partial<Note>;
    return typeof note.url === 'string' ? { url: note.url, etag: typeof note.etag === 'string' ? note.etag : null } : null;
  } catch {
    return null; // none, or half of one: the part is not trusted
  }
};
const discard = async (part: string): Promise<void> => { await rm(part, { force: true }); await rm(notePath(part), { force: true }); };
const sizeOf = async (path: string): Promise<number> => (await stat(path).catch(() => null))?.size ?? 0;
/** Only a strong tag may name a range (RFC 9110 §13.1.5). */
const strongTag = (etag: string | null): string | null => (etag === null || etag.startsWith('W/') ? null : etag);

/** A URL without its query and password: signed links hold secrets. */
export function bare(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

/** `Retry-After` in ms, seconds or a date; null when there is none. The date is held against the clock. */
function retryAfterMs(value: string | null): number | null {
  if (value === null) return null;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, at - Date.now());
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = systemCode(cause) ?? (cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : null);
  return `the connection failed${code === null ? '' : ` (${code})`}`;
}

const pause = (ms: number, signal: AbortSignal | undefined): Promise<void> => new Promise((resolve, reject) => {
  const done = (): void => { clearTimeout(timer); signal?.removeEventListener('abort', stop); };
  const stop = (): void => { done(); reject(signal!.reason as Error); };
  const timer = setTimeout(() => { done(); resolve(); }, ms);
  signal?.addEventListener('abort', stop, { once: true });
});
