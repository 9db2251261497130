import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fetchFile } from './fetch-file.js';

const BODY = randomBytes(300_000);
const sha256 = createHash('sha256').update(BODY).digest('hex');
type Handler = (request: IncomingMessage, response: ServerResponse, nth: number) => void;

let dir = '';
let handlers: Record<string, Handler> = {};
let asked: { url: string; range: string | null }[] = [];
const server = createServer((request, response) => {
  asked.push({ url: request.url!, range: request.headers.range ?? null });
  const nth = asked.filter(({ url }) => url === request.url).length;
  handlers[request.url!]!(request, response, nth);
});
let base = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'fetch-file-'));
  asked = [];
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  await rm(dir, { recursive: true, force: true });
});

/** Serves ranges as a good server does. */
const whole: Handler = (request, response) => {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  if (from >= BODY.length) { response.writeHead(416, { 'content-range': `bytes */${BODY.length}` }).end(); return; }
  response.writeHead(from > 0 ? 206 : 200, { 'content-length': BODY.length - from, etag: '"one"', ...(from > 0 ? { 'content-range': `bytes ${from}-${BODY.length - 1}/${BODY.length}` } : {}) });
  response.end(BODY.subarray(from));
};
/** Announces everything, sends a part, and then `after`. */
const partly = (bytes: number, after: (response: ServerResponse) => void): Handler => (request, response, nth) => {
  if (nth > 1) { whole(request, response, nth); return; }
  response.writeHead(200, { 'content-length': BODY.length, etag: '"one"' });
  response.write(BODY.subarray(0, bytes), () => after(response));
};
const quick = { waitMs: 1 }; // a busy machine may bring nothing for a while: only the test of a stall takes that for one
const path = (): string => join(dir, 'deep', 'model.onnx');
const left = async (): Promise<string[]> => (await readdir(join(dir, 'deep')).catch(() => [])).sort();

describe('a file that comes', () => {
  it.each<[string, Handler, number, object?]>([
    ['at once', whole, 1],
    ['after a truncated answer, continued', partly(100_000, (response) => setTimeout(() => response.destroy(), 20)), 2],
    ['after a stall, continued', partly(100_000, () => undefined), 2, { stallMs: 2000 }],
    ['after 429 with Retry-After', (q, r, n) => (n === 1 ? void r.writeHead(429, { 'retry-after': '0' }).end() : whole(q, r, n)), 2],
    ['after 500 and 503', (q, r, n) => (n <= 2 ? void r.writeHead(n === 1 ? 500 : 503).end() : whole(q, r, n)), 3],
    ['through a redirect', (_, r) => void r.writeHead(302, { location: '/target' }).end(), 1],
    ['from a server that knows no ranges', (q, r, n) => { if (n === 1) partly(50_000, (s) => setTimeout(() => s.destroy(), 20))(q, r, n); else r.writeHead(200, { 'content-length': BODY.length }).end(BODY); }, 2],
    ['from a server that sends another range', (q, r, n) => { if (n === 2) r.writeHead(206, { 'content-range': `bytes 7-${BODY.length - 1}/${BODY.length}` }).end(BODY.subarray(7)); else if (n === 1) partly(50_000, (s) => setTimeout(() => s.destroy(), 20))(q, r, n); else whole(q, r, n); }, 3],
  ])('%s', async (_, handler, requests, options) => {
    handlers = { '/m': handler, '/target': whole };
    const seen: number[] = [];
    const fetched = await fetchFile(`${base}/m`, path(), { ...quick, ...options, sha256, onProgress: ({ doneBytes }) => seen.push(doneBytes) });
    expect(fetched).toMatchObject({ path: path(), sha256, sizeBytes: BODY.length });
    expect((await readFile(path())).equals(BODY)).toBe(true);
    expect(asked.filter(({ url }) => url === '/m')).toHaveLength(requests);
    expect(seen.at(-1)).toBe(BODY.length);
    expect(await left()).toEqual(['model.onnx']); // no part, no note, no lock
  });

  it('continues where a stopped download ended, with If-Range, and says so', async () => {
    handlers = { '/m': partly(100_000, () => undefined) };
    const stop = new AbortController();
    const first = fetchFile(`${base}/m`, path(), { ...quick, sha256, signal: stop.signal, onProgress: ({ doneBytes }) => { if (doneBytes >= 100_000) stop.abort(new Error('enough')); } });
    await expect(first).rejects.toThrow('enough');
    expect(await left()).toEqual(['model.onnx.part', 'model.onnx.part.json']);
    expect(await fetchFile(`${base}/m`, path(), { ...quick, sha256 })).toMatchObject({ resumedBytes: 100_000 });
    expect(asked.map(({ range }) => range)).toEqual([null, 'bytes=100000-']);
  });

  it('is downloaded once when many want it, and is there the next time', async () => {
    handlers = { '/m': whole };
    const all = await Promise.all(Array.from({ length: 5 }, () => fetchFile(`${base}/m`, path(), { ...quick, sha256 })));
    expect(asked).toHaveLength(1);
    expect(all.filter(({ url }) => url === null)).toHaveLength(4);
  });

  it('comes from the next mirror when one has not got it', async () => {
    handlers = { '/gone': (_, r) => void r.writeHead(404).end(), '/m': whole };
    expect(await fetchFile([`${base}/gone`, `${base}/m`], path(), { ...quick, sha256 })).toMatchObject({ url: `${base}/m` });
  });

  it('is fetched again over other contents, and a damaged part is not trusted', async () => {
    handlers = { '/m': whole };
    await fetchFile(`${base}/m`, path(), quick);
    await writeFile(path(), 'half');
    await writeFile(`${path()}.part`, randomBytes(1000));
    await writeFile(`${path()}.part.json`, JSON.stringify({ url: `${base}/m`, etag: null }));
    expect(await fetchFile(`${base}/m`, path(), { ...quick, sha256 })).toMatchObject({ sha256, resumedBytes: 0 });
    expect((await readFile(path())).equals(BODY)).toBe(true);
  });

  it('is taken over from a holder that died', async () => {
    handlers = { '/m': whole };
    await fetchFile(`${base}/m`, path(), quick);
    await rm(path());
    await writeFile(`${path()}.lock`, JSON.stringify({ pid: 2 ** 22 + 1, host: (await import('node:os')).hostname() })); // above the largest pid of Linux
    expect(await fetchFile(`${base}/m`, path(), quick)).toMatchObject({ sizeBytes: BODY.length });
  });
});

describe('a file that does not come', () => {
  it.each<[string, Handler, object, string]>([
    ['404', (_, r) => void r.writeHead(404).end('no'), {}, 'MODELS_SOURCE_REFUSED'],
    ['500 for ever', (_, r) => void r.writeHead(500).end(), { attempts: 3 }, 'MODELS_DOWNLOAD_FAILED'],
    ['429 for ever', (_, r) => void r.writeHead(429, { 'retry-after': '0' }).end(), { attempts: 2 }, 'MODELS_DOWNLOAD_FAILED'],
    ['redirects in a circle', (q, r) => void r.writeHead(302, { location: q.url! }).end(), { attempts: 2 }, 'MODELS_DOWNLOAD_FAILED'],
    ['a length that never comes', (_, r) => void r.writeHead(200, { 'content-length': BODY.length * 2 }).end(BODY), { attempts: 2, sizeBytes: BODY.length * 2 }, 'MODELS_DOWNLOAD_FAILED'],
    ['a server that never answers', () => undefined, { attempts: 2, stallMs: 60 }, 'MODELS_DOWNLOAD_FAILED'],
    ['other contents', (_, r) => void r.end('not it'), {}, 'MODELS_CORRUPT'],
    ['a length that is a lie', (_, r) => void r.writeHead(200, { 'content-length': 10 }).end(BODY.subarray(0, 10)), {}, 'MODELS_CORRUPT'],
    ['another length than the file has', whole, { sizeBytes: 5 }, 'MODELS_CORRUPT'],
  ])('%s', async (_, handler, options, code) => {
    handlers = { '/m': handler };
    const failed = fetchFile(`${base}/m?token=secret`, path(), { ...quick, sha256, ...options });
    handlers['/m?token=secret'] = handler;
    await expect(failed).rejects.toMatchObject({ name: 'ModelsError', code, message: expect.not.stringContaining('secret') as string });
    expect(await left()).not.toContain('model.onnx');
    expect(await left()).not.toContain('model.onnx.lock');
  });

  it('from none of several sources: what each did is told, in order, and what may pass decides the code', async () => {
    handlers = { '/gone': (_, r) => void r.writeHead(404).end(), '/down': (_, r) => void r.writeHead(503).end(), '/other': (_, r) => void r.end('not it') };
    const failed = await fetchFile(['gone?token=secret', 'down', 'other'].map((at) => `${base}/${at}`).map((url) => (handlers[new URL(url).pathname + new URL(url).search] ??= handlers[new URL(url).pathname]!, url)), path(), { ...quick, attempts: 2, sha256 }).catch((error: unknown) => error);
    expect(failed).toMatchObject({ name: 'ModelsError', code: 'MODELS_DOWNLOAD_FAILED', facts: { source1: `${base}/gone`, source2: `${base}/down`, source3: `${base}/other` } });
    expect((failed as Error).message).toMatch(/^None of 3 sources gave model\.onnx\. 1\. \S+\/gone answered 404: there is no such file\. 2\. Cannot download \S+\/down: the server answered 503\. 3\. What \S+\/other sent is not the file asked for/);
    expect((failed as Error).message).not.toContain('secret');
    expect(((failed as Error).cause as AggregateError).errors.map(({ code }) => code)).toEqual(['MODELS_SOURCE_REFUSED', 'MODELS_DOWNLOAD_FAILED', 'MODELS_CORRUPT']);
    await expect(fetchFile([`${base}/gone`, `${base}/gone`], path(), { ...quick, sha256 })).rejects.toMatchObject({ code: 'MODELS_SOURCE_REFUSED' });
    await expect(fetchFile([`${base}/gone`], path(), { ...quick, sha256 })).rejects.toThrow(/^\S+\/gone answered 404/);
  });

  it('comes through the fetch that is given, as behind a proxy', async () => {
    handlers = { '/m': whole };
    const through: string[] = [];
    const proxied: typeof fetch = (input, init) => { through.push(String(input)); return fetch(`${base}/m`, init); };
    expect(await fetchFile('https://models.example/m', path(), { ...quick, sha256, fetch: proxied })).toMatchObject({ url: 'https://models.example/m' });
    expect(through).toEqual(['https://models.example/m']);
  });

  it('misuse is named', async () => {
    await expect(fetchFile('file:///etc/passwd', path())).rejects.toThrow('a source must be an http or https URL');
    await expect(fetchFile([], path())).rejects.toThrow('at least one URL');
    await expect(fetchFile(`${base}/m`, path(), { sha256: 'abc' })).rejects.toThrow('sha256 must be 64 hex digits, got "abc"');
  });
});
