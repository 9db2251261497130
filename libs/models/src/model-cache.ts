// The folder that all voices share: models by id, each with its descriptor, and a lock file of what first downloads brought.
import { copyFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseDescriptor } from './descriptor.js';
import { DOWNLOADABLE_MODELS, type DownloadableModel, type ModelOrigin } from './downloads.js';
import { ModelsError } from './errors.js';
import { fetchFile, type FetchFileOptions } from './fetch-file.js';
import { withFileLock } from './file-lock.js';
import { hashModelFile } from './hash-file.js';
import { descriptorPath, verifyModel, type ModelFile } from './verify-model.js';

/** What the first download of a file without published hash brought; later ones must bring the same. */
export type PinnedModel = { readonly sha256: string; readonly sizeBytes: number; readonly url: string };

export type PullOptions = Pick<FetchFileOptions, 'signal' | 'onProgress' | 'fetch' | 'headers' | 'stallMs' | 'attempts' | 'waitMs'> & {
  /** Stands in for https://huggingface.co, for instance https://hf-mirror.com; null or left out: the hub itself. */
  readonly huggingFaceEndpoint?: string | null | undefined;
  /** An origin tried before all others: `{mirror}/{file name}`. */
  readonly mirror?: string | null | undefined;
  /** Nothing is downloaded: what is not there is an error. @default false */
  readonly offline?: boolean | undefined;
  /** Takes models whose licence forbids commercial use. @default false */
  readonly acceptNonCommercial?: boolean | undefined;
};

export type PulledModel = ModelFile & {
  /** Where it came from; null when it was there. */
  readonly url: string | null;
  /** What its contents were held against: a published hash, or the lock file of an earlier or this very download. */
  readonly checkedBy: 'published hash' | 'lock file' | 'pinned now';
};

const LOCK = 'models.lock.json';

/** A folder of downloaded models. Several programs may use one at once: what two want is downloaded once. */
export type ModelCache = {
  readonly dir: string;
  /** Where a model's file is, or would be. @throws {ModelsError} MODELS_UNKNOWN */
  pathOf(id: string): string;
  /**
   * Brings a model into the cache, or finds it there, verified.
   * @throws {ModelsError} MODELS_UNKNOWN, MODELS_OFFLINE, MODELS_NON_COMMERCIAL, MODELS_CORRUPT, and what {@link fetchFile} throws.
   */
  pull(id: string, options?: PullOptions): Promise<PulledModel>;
  /** Copies a model of yours, with the descriptor beside it, into the cache. @throws {ModelsError} as verifyModel */
  add(path: string, options?: { readonly signal?: AbortSignal }): Promise<ModelFile>;
  /** Every known model and whether it is here. Reads no contents. */
  list(): Promise<readonly (DownloadableModel & { readonly path: string; readonly present: boolean; readonly pinned: PinnedModel | null })[]>;
  /** Hashes what is here; `error` names what is damaged. */
  verify(options?: { readonly signal?: AbortSignal }): Promise<readonly { readonly id: string; readonly path: string; readonly error: ModelsError | null }[]>;
  /** Removes halves of downloads, damaged files and, with `all`, every model. Returns what was removed, with its size. */
  prune(options?: { readonly all?: boolean }): Promise<readonly { readonly path: string; readonly sizeBytes: number }[]>;
};

/**
 * Opens a folder of models; it is made when something is pulled.
 * @param dir - For instance `$XDG_CACHE_HOME/voxtune/models`.
 * @param models - What can be pulled. @default DOWNLOADABLE_MODELS
 */
export function openModelCache(dir: string, models: readonly DownloadableModel[] = DOWNLOADABLE_MODELS): ModelCache {
  const find = (id: string): DownloadableModel => {
    const model = models.find((one) => one.id === id);
    if (model === undefined) throw new ModelsError('MODELS_UNKNOWN', `No model is called ${JSON.stringify(id)}; known are ${models.map((one) => one.id).join(', ')}.`, { id });
    return model;
  };
  const pathOf = (id: string): string => join(dir, id, find(id).fileName);
  const lockPath = join(dir, LOCK);
  const readPins = async (): Promise<Readonly<Record<string, PinnedModel>>> => {
    const text = await readFile(lockPath, 'utf8').catch(() => null);
    if (text === null) return {};
    try {
      const { v, models: pins } = JSON.parse(text) as { v?: unknown; models?: Record<string, PinnedModel> };
      if (v === 1 && typeof pins === 'object' && pins !== null) return pins;
    } catch { /* said below */ }
    throw new ModelsError('MODELS_CORRUPT', `${lockPath} cannot be read.`, { path: lockPath });
  };
  const pin = (id: string, entry: PinnedModel): Promise<void> => withFileLock(`${lockPath}.lock`, async () => {
    const text = `${JSON.stringify({ v: 1, models: { ...(await readPins()), [id]: entry } }, null, 1)}\n`;
    await writeFile(`${lockPath}.new`, text);
    await rename(`${lockPath}.new`, lockPath);
  });
  const describe = async (model: DownloadableModel, path: string, sha256: string): Promise<void> => {
    if (model.descriptor === undefined) return;
    const text = `${JSON.stringify({ v: 1, id: model.id, kind: model.kind, sha256, licence: model.licence, source: model.origins.map(nameOrigin).join(', '), descriptor: model.descriptor }, null, 1)}\n`;
    parseDescriptor(text, descriptorPath(path));
    await writeFile(`${descriptorPath(path)}.new`, text);
    await rename(`${descriptorPath(path)}.new`, descriptorPath(path));
  };

  return {
    dir, pathOf,
    async pull(id, options = {}) {
      const model = find(id);
      const path = pathOf(id);
      if (!model.commercialUse && options.acceptNonCommercial !== true) throw new ModelsError('MODELS_NON_COMMERCIAL', `${id} is licensed under ${model.licence}, which forbids commercial use.`, { id, licence: model.licence });
      const pinned = (await readPins())[id];
      const sha256 = model.sha256 ?? pinned?.sha256;
      const checkedBy = model.sha256 !== null ? 'published hash' : pinned === undefined ? 'pinned now' : 'lock file';
      const here = await stat(path).catch(() => null);
      if (options.offline === true || (here !== null && sha256 !== undefined)) {
        const found = here === null ? null : await hashModelFile(path, options.signal);
        if (found !== null && found === sha256) {
          await describe(model, path, found);
          return { ...(await verifyModel(path, options.signal === undefined ? {} : { signal: options.signal })), url: null, checkedBy };
        }
        if (options.offline === true) throw new ModelsError('MODELS_OFFLINE', here === null ? `${id} is not in ${dir}, and --offline forbids to get it.` : `${path} is not the ${id} that was asked for, and --offline forbids to get it anew.`, { id, path });
      }
      const { signal, onProgress, fetch, headers, stallMs, attempts, waitMs } = options;
      const fetched = await fetchFile(addressesOf(model, options), path, { sha256, sizeBytes: model.sizeBytes ?? pinned?.sizeBytes, signal, onProgress, fetch, headers, stallMs, attempts, waitMs });
      if (model.sha256 === null && pinned === undefined) await pin(id, { sha256: fetched.sha256, sizeBytes: fetched.sizeBytes, url: fetched.url ?? 'already there' });
      await describe(model, path, fetched.sha256);
      return { ...(await verifyModel(path, signal === undefined ? {} : { signal })), url: fetched.url, checkedBy };
    },
    async add(path, options = {}) {
      const model = await verifyModel(path, options);
      const target = join(dir, model.id, basename(path));
      await mkdir(join(dir, model.id), { recursive: true });
      await copyFile(path, `${target}.part`);
      await copyFile(descriptorPath(path), descriptorPath(target)).catch((error: unknown) => { if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error; });
      await rename(`${target}.part`, target);
      return { ...(await verifyModel(target, options)) };
    },
    async list() {
      const pins = await readPins();
      return Promise.all(models.map(async (model) => ({ ...model, path: pathOf(model.id), present: (await stat(pathOf(model.id)).catch(() => null)) !== null, pinned: pins[model.id] ?? null })));
    },
    async verify({ signal } = {}) {
      const results: { id: string; path: string; error: ModelsError | null }[] = [];
      for (const { path, id, unfinished } of await filesIn(dir)) {
        if (unfinished) continue;
        signal?.throwIfAborted();
        const error = await verifyModel(path, signal === undefined ? {} : { signal }).then(() => null, (cause: unknown) => { if (cause instanceof ModelsError) return cause; throw cause; });
        results.push({ id, path, error });
      }
      return results;
    },
    async prune({ all = false } = {}) {
      const removed: { path: string; sizeBytes: number }[] = [];
      for (const { path, unfinished } of await filesIn(dir)) {
        const useless = all || unfinished || (await verifyModel(path).then(() => false, (error: unknown) => error instanceof ModelsError));
        if (!useless) continue;
        const { size } = await stat(path);
        await rm(path);
        await rm(descriptorPath(path), { force: true });
        removed.push({ path, sizeBytes: size });
      }
      return removed;
    },
  };
}

/** Addresses of a model's file, in the order they are tried. */
export function addressesOf({ origins, fileName }: DownloadableModel, { mirror, huggingFaceEndpoint }: Pick<PullOptions, 'mirror' | 'huggingFaceEndpoint'> = {}): string[] {
  const trim = (address: string): string => address.replace(/\/+$/, '');
  const hub = trim(huggingFaceEndpoint ?? 'https://huggingface.co');
  return [...(mirror ? [`${trim(mirror)}/${encodeURIComponent(fileName)}`] : []), ...origins.map((origin) => {
    if (origin.hub === 'url') return origin.url;
    const base = origin.hub === 'huggingface' ? hub : 'https://modelscope.cn/models';
    return `${base}/${origin.repository}/resolve/${origin.revision}/${origin.file}`;
  })];
}

const nameOrigin = (origin: ModelOrigin): string => (origin.hub === 'url' ? origin.url : `${origin.hub}: ${origin.repository}/${origin.file}`);

/** Files of the cache: `<id>/<file>`; descriptors and locks are left out, halves of downloads marked. */
async function filesIn(dir: string): Promise<{ id: string; path: string; unfinished: boolean }[]> {
  const found: { id: string; path: string; unfinished: boolean }[] = [];
  for (const entry of (await readdir(dir, { withFileTypes: true }).catch(() => [])).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (!entry.isDirectory()) continue;
    for (const name of (await readdir(join(dir, entry.name))).sort()) {
      const unfinished = name.endsWith('.part') || name.endsWith('.part.json');
      if (!unfinished && (name.endsWith('.json') || name.endsWith('.lock') || name.endsWith('.new'))) continue;
      found.push({ id: entry.name, path: join(dir, entry.name, name), unfinished });
    }
  }
  return found;
}
