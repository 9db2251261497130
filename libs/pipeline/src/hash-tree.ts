import { type BigIntStats, statSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as others } from 'node:timers/promises';
import { hashValue } from './canonical-json.js';
import { PipelineError, explainSystemError, systemCode } from './errors.js';
import { TEMP_PREFIX, flush, listFolder } from './files.js';
import { type HashCache } from './hash-cache.js';
import { hashFile } from './hash-file.js';

/** One file of a tree: path relative to the tree (empty for the tree's own file), bytes, and SHA-256 or why there is none. */
export type HashedFile = readonly [path: string, sizeBytes: number, sha256: string];

/** The contents of a file or folder. Names and bytes count; times, rights and empty folders do not. */
export type HashedTree = { readonly kind: 'missing' | 'file' | 'folder'; readonly digest: string; readonly files: readonly HashedFile[] };

// What file managers leave behind; never anyone's data.
const LITTER = new Set(['.DS_Store', 'Thumbs.db', 'desktop.ini']);
/** Files hashed at once: hides the disk's latency without holding many open. Ours. */
const PARALLEL = 8;
/** Files whose facts are asked for between two looks at other work: a few milliseconds on a local disk. Ours. */
const FACTS_AT_ONCE = 256;

export type HashTreeOptions = {
  readonly cache: HashCache;
  readonly signal?: AbortSignal | undefined;
  /** Flush each file that the cache does not know to disk before it counts, so that a power cut cannot take back what the journal says is there. @default false */
  readonly flushed?: boolean;
};

/**
 * Hashes a file or everything below a folder, links followed. Leaves out temporary names and what file managers leave behind.
 * A file that may not be read counts as 'unreadable', so that a later right to read it is a change.
 */
export async function hashTree(path: string, { cache, signal, flushed = false }: HashTreeOptions): Promise<HashedTree> {
  const files: HashedFile[] = [];
  const unknown: { readonly at: number; readonly full: string; readonly stats: BigIntStats }[] = []; // of the others nothing is kept but their row: a folder may hold 10 000
  const found = (below: string, full: string, stats: BigIntStats): number => {
    const known = !stats.isFile() ? 'not a file' : cache.get(full, stats);
    if (known === null) unknown.push({ at: files.length, full, stats });
    return files.push([below, Number(stats.size), known ?? '']);
  };
  const top = statOrNull(path);
  if (top === null) return { kind: 'missing', digest: 'missing', files };
  const kind = top.isDirectory() ? 'folder' : 'file';
  if (kind === 'file') found('', path, top);
  else await walk(path, '', [], found, signal);

  let next = 0;
  const worker = async (): Promise<void> => {
    for (let each = unknown[next++]; each !== undefined; each = unknown[next++]) {
      signal?.throwIfAborted();
      if (flushed) await flush(each.full);
      const [below, sizeBytes] = files[each.at]!;
      files[each.at] = [below, sizeBytes, await hashOne(each.full, each.stats, cache, signal)];
    }
  };
  await Promise.all(Array.from({ length: Math.min(PARALLEL, unknown.length) }, worker));
  return { kind, digest: hashValue([kind, files]), files };
}

async function hashOne(path: string, stats: BigIntStats, cache: HashCache, signal: AbortSignal | undefined): Promise<string> {
  const readAtMs = Date.now(); // beside the file system's own stamps; decides only what is remembered, never a result
  try {
    const sha256 = await hashFile(path, { signal });
    cache.set(path, stats, sha256, readAtMs);
    return sha256;
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    if (error.code === 'PIPELINE_FILE_MISSING') return 'missing'; // deleted since it was listed
    if (['EACCES', 'EPERM'].includes(String(error.facts.systemCode))) return 'unreadable';
    throw error;
  }
}

async function walk(root: string, below: string, parents: readonly string[], found: (path: string, full: string, stats: BigIntStats) => number, signal: AbortSignal | undefined): Promise<void> {
  const folder = join(root, below);
  const here = await realpath(folder);
  if (parents.includes(here)) return; // a link back to a folder above
  for (const entry of await listFolder(folder).catch((error: unknown) => { throw explainSystemError(error, 'read', folder); })) {
    if (entry.name.startsWith(TEMP_PREFIX) || LITTER.has(entry.name)) continue;
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    const full = join(root, path);
    const stats = statOrNull(full);
    if (stats === null) continue;
    if (stats.isDirectory()) await walk(root, path, [...parents, here], found, signal);
    else if (found(path, full, stats) % FACTS_AT_ONCE === 0) {
      signal?.throwIfAborted();
      await others();
    }
  }
}

// Synchronous: asked one by one through the thread pool, the facts of 10 000 files take ten times as long.
function statOrNull(path: string): BigIntStats | null {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false }) ?? null;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(systemCode(error) ?? '')) return null;
    throw explainSystemError(error, 'read', path);
  }
}

/** How two states of one tree differ, in a few words naming the first files; null when they do not. */
export function describeChange(before: readonly HashedFile[], after: readonly HashedFile[], at: string): string | null {
  const was = new Map(before.map(([path, , sha256]) => [path, sha256]));
  const is = new Map(after.map(([path, , sha256]) => [path, sha256]));
  const name = (path: string): string => (path === '' ? at : `${at}/${path}`);
  const changes = [
    ...before.filter(([path]) => !is.has(path)).map(([path]) => `${name(path)} (missing)`),
    ...after.filter(([path, , sha256]) => was.has(path) && was.get(path) !== sha256).map(([path]) => `${name(path)} (changed)`),
    ...after.filter(([path]) => !was.has(path)).map(([path]) => `${name(path)} (new)`),
  ];
  if (changes.length === 0) return null;
  return changes.slice(0, 3).join(', ') + (changes.length > 3 ? ` and ${changes.length - 3} more` : '');
}
