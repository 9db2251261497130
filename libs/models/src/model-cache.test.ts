import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DOWNLOADABLE_MODELS, type DownloadableModel } from './downloads.js';
import { addressesOf, openModelCache, type ModelCache } from './model-cache.js';
import { MODEL_REGISTRY } from './registry.js';

let body = randomBytes(5000);
let asked: string[] = [];
const server = createServer((request, response) => { asked.push(request.url!); if (request.url!.startsWith('/gone')) response.writeHead(404).end(); else response.end(body); });
let dir = '';
let cache: ModelCache;
const row = (id: string, rest: Partial<DownloadableModel> = {}): DownloadableModel => ({ id, kind: 'speaker', title: id, fileName: `${id}.onnx`, licence: 'MIT', commercialUse: true, origins: [], sha256: null, sizeBytes: null, descriptor: { embeddingLength: 4 }, ...rest });
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'model-cache-'));
  asked = [];
  body = randomBytes(5000);
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const at = (path: string) => [{ hub: 'url', url: `${base}${path}` }] as const;
  cache = openModelCache(dir, [row('free', { origins: at('/free') }), row('known', { origins: at('/known'), sha256: createHash('sha256').update(body).digest('hex') }), row('bought', { origins: at('/x'), licence: 'CC-BY-NC-SA-4.0', commercialUse: false }), row('hub', { origins: [{ hub: 'huggingface', repository: 'a/b', revision: 'main', file: 'f.onnx' }] })]);
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  await rm(dir, { recursive: true, force: true });
});
const quick = { waitMs: 1, attempts: 1 };
const base = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

describe('pulling', () => {
  it('pins what has no published hash, says so, and holds later downloads against it', async () => {
    expect(await cache.pull('free', quick)).toMatchObject({ id: 'free', checkedBy: 'pinned now', url: `${base()}/free`, descriptor: { embeddingLength: 4 } });
    expect(await cache.pull('free', quick)).toMatchObject({ checkedBy: 'lock file', url: null });
    expect(asked).toEqual(['/free']);
    await rm(cache.pathOf('free'));
    body = randomBytes(5000); // the source gives another file than at first
    await expect(cache.pull('free', quick)).rejects.toMatchObject({ code: 'MODELS_CORRUPT' });
  });

  it('holds a published hash, and gets a damaged file anew', async () => {
    expect(await cache.pull('known', quick)).toMatchObject({ checkedBy: 'published hash' });
    await writeFile(cache.pathOf('known'), 'half');
    expect((await cache.verify())[0]).toMatchObject({ id: 'known', error: { code: 'MODELS_CORRUPT' } });
    expect(await cache.pull('known', quick)).toMatchObject({ url: `${base()}/known` });
    expect((await readFile(cache.pathOf('known'))).equals(body)).toBe(true);
    expect(JSON.parse(await readFile(join(dir, 'models.lock.json'), 'utf8').catch(() => '{}'))).toEqual({}); // nothing to pin
  });

  it('is done once when several want it at once', async () => {
    await Promise.all([cache.pull('free', quick), cache.pull('free', quick), cache.pull('known', quick)]);
    expect(asked.sort()).toEqual(['/free', '/known']);
  });

  it.each([
    ['offline', 'free', { offline: true }, 'MODELS_OFFLINE'],
    ['a licence that forbids commercial use', 'bought', {}, 'MODELS_NON_COMMERCIAL'],
    ['a name nobody knows', 'nisqua', {}, 'MODELS_UNKNOWN'],
  ])('%s is refused before anything is asked', async (_, id, options, code) => {
    await expect(cache.pull(id, { ...quick, ...options })).rejects.toMatchObject({ code });
    expect(asked).toEqual([]);
  });

  it('works offline with what is there; takes a non-commercial model when told to', async () => {
    await cache.pull('free', quick);
    expect(await cache.pull('free', { offline: true })).toMatchObject({ url: null });
    expect(await cache.pull('bought', { ...quick, acceptNonCommercial: true })).toMatchObject({ licence: 'CC-BY-NC-SA-4.0' });
  });

  it('asks the mirror first, and the hub\'s stand-in instead of the hub', async () => {
    expect(await cache.pull('free', { ...quick, mirror: `${base()}/gone/` })).toMatchObject({ url: `${base()}/free` });
    await cache.pull('hub', { ...quick, huggingFaceEndpoint: `${base()}/` });
    expect(asked).toEqual(['/gone/free.onnx', '/free', '/a/b/resolve/main/f.onnx']);
  });
});

it('adds a model of your own, lists, and prunes what is of no use', async () => {
  const own = join(dir, 'own.onnx');
  await writeFile(own, body);
  await writeFile(`${own}.json`, JSON.stringify({ v: 1, id: 'own', kind: 'speaker', licence: 'MIT', source: 'here', sha256: createHash('sha256').update(body).digest('hex'), descriptor: {} }));
  expect(await cache.add(own)).toMatchObject({ id: 'own', path: join(dir, 'own/own.onnx') });
  await cache.pull('free', quick);
  await writeFile(`${cache.pathOf('free')}.part`, 'half');
  expect((await cache.list()).map(({ id, present }) => [id, present])).toEqual([['free', true], ['known', false], ['bought', false], ['hub', false]]);
  expect(await cache.prune()).toEqual([{ path: `${cache.pathOf('free')}.part`, sizeBytes: 4 }]);
  expect(await cache.verify()).toMatchObject([{ id: 'free', error: null }, { id: 'own', error: null }]);
  expect(await cache.prune({ all: true })).toHaveLength(2);
  await expect(stat(cache.pathOf('free'))).rejects.toThrow('ENOENT');
});

it('every row is whole, agrees with the registry, and asks hosts by https', () => {
  for (const model of DOWNLOADABLE_MODELS) {
    for (const address of addressesOf(model)) expect(new URL(address).protocol, model.id).toBe('https:');
    const known = MODEL_REGISTRY.find(({ id }) => id === model.id);
    expect(known === undefined, model.id).toBe(model.descriptor !== undefined);
    if (known !== undefined) expect(model).toMatchObject({ sha256: known.sha256, sizeBytes: known.sizeBytes, licence: known.licence, fileName: known.fileName });
  }
});

it('names the models that judge a voice and those that hear it', () => {
  const ids = DOWNLOADABLE_MODELS.map(({ id }) => id);
  for (const id of ['dnsmos-p835', 'dnsmos-p808', 'utmos22-strong', 'campplus-zh', 'eres2netv2-zh', 'wespeaker-resnet34', 'silero-vad', 'paraformer-zh-int8', 'sense-voice-int8', 'gtcrn', 'dpdfnet2-48khz', 'pyannote-segmentation', 'nisqa-v2']) expect(ids).toContain(id);
  expect(DOWNLOADABLE_MODELS.filter(({ commercialUse }) => !commercialUse).map(({ id }) => id)).toEqual(['nisqa-v2']);
  expect(DOWNLOADABLE_MODELS.filter(({ sha256: known, sizeBytes }) => known === null || (sizeBytes === null && !/^[0-9a-f]{64}$/.test(known))).map(({ id }) => id)).toEqual(['nisqa-v2']); // all others are refused when they are not what they were
  expect(new Set(ids).size).toBe(ids.length);
  for (const { id, kind, descriptor } of DOWNLOADABLE_MODELS) if (kind === 'asr') expect(ids, id).toContain(descriptor!.with); // a network and its tokens name each other
});
