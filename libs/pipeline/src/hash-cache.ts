import { type BigIntStats, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { writeFileAtomic } from './files.js';
import { explainSystemError, systemCode } from './errors.js';
import { hashFile } from './hash-file.js';

/** What tells that a file is the one that was hashed: any write changes at least one of these. Nanoseconds as decimal text. */
type CacheRow = readonly [path: string, size: string, mtimeNs: string, ctimeNs: string, ino: string, sha256: string];

// A write within one tick of the file system's clock leaves the times as they were (as git's "racy" index entries), so a hash is
// remembered only when the file was older than a tick when it was read. Linux ticks every 1–10 ms; FAT keeps 2 s, and such
// coarse times are known by their zeros.
const FINE_TICK_MS = 50;
const COARSE_TICK_MS = 3000;

/** Remembers the hashes of files, so that unchanged ones are not read again. */
export type HashCache = {
  get(path: string, stats: BigIntStats): string | null;
  /** @param readAtMs - When reading began, ms since 1970, by the clock that stamps files. */
  set(path: string, stats: BigIntStats, sha256: string, readAtMs: number): void;
  /** Writes the cache to its file when it has changed. @throws {PipelineError} `PIPELINE_DISK_FULL`, `PIPELINE_NOT_WRITABLE` */
  save(): Promise<void>;
};

const isRow = (row: unknown): row is CacheRow => Array.isArray(row) && row.length === 6 && row.every((cell) => typeof cell === 'string');

const isOf = ([, size, mtimeNs, ctimeNs, ino]: CacheRow, stats: BigIntStats): boolean => size === `${stats.size}` && mtimeNs === `${stats.mtimeNs}` && ctimeNs === `${stats.ctimeNs}` && ino === `${stats.ino}`;

/** Opens the cache kept at `path`; one that is missing or damaged starts empty, which costs time only. */
export async function openHashCache(path: string): Promise<HashCache> {
  const rows = new Map<string, CacheRow>();
  try {
    const stored: unknown = JSON.parse(await readFile(path, 'utf8'));
    const list = typeof stored === 'object' && stored !== null && 'v' in stored && stored.v === 1 && 'files' in stored ? stored.files : [];
    if (Array.isArray(list)) for (const row of list) if (isRow(row)) rows.set(row[0], row);
  } catch (error) {
    if (!(error instanceof SyntaxError) && systemCode(error) === null) throw error;
  }
  const used = new Set<string>();
  let changed = false;
  let links: Map<string, CacheRow> | null = null; // by inode, made when one is looked for
  const remember = (file: string, { size, mtimeNs, ctimeNs, ino }: BigIntStats, sha256: string): void => {
    const row: CacheRow = [file, `${size}`, `${mtimeNs}`, `${ctimeNs}`, `${ino}`, sha256];
    rows.set(file, row);
    links?.set(row[4], row);
    used.add(file);
    changed = true;
  };
  return {
    get(file, stats) {
      const row = rows.get(file);
      if (row !== undefined && isOf(row, stats)) {
        used.add(file);
        return row[5];
      }
      if (stats.nlink < 2n) return null;
      // Another name of a file that was read under its first: making a link changes its time, so that the first name's row no longer fits.
      if (links === null) links = new Map([...rows.values()].map((each) => [each[4], each]));
      const twin = links.get(`${stats.ino}`);
      if (twin === undefined || !isOf(twin, stats)) return null;
      remember(file, stats, twin[5]);
      return twin[5];
    },
    set(file, stats, sha256, readAtMs) {
      const newestNs = stats.mtimeNs > stats.ctimeNs ? stats.mtimeNs : stats.ctimeNs;
      const tickMs = newestNs % 1_000_000_000n === 0n ? COARSE_TICK_MS : FINE_TICK_MS;
      if (Number(newestNs / 1_000_000n) + tickMs > readAtMs) {
        changed = rows.delete(file) || changed;
        return;
      }
      remember(file, stats, sha256);
    },
    async save() {
      if (!changed) return;
      // Files that this run never asked for may be another plan's; they go only once they outnumber the live ones.
      const all = [...rows.values()];
      const kept = all.length > 2 * used.size + 1000 ? all.filter(([file]) => used.has(file)) : all;
      await writeFileAtomic(path, `{"v":1,"files":[\n${kept.map((row) => JSON.stringify(row)).join(',\n')}\n]}\n`);
      changed = false;
    },
  };
}

/**
 * SHA-256 of a file's content; one that the cache knows is not read.
 * @throws {PipelineError} `PIPELINE_FILE_MISSING`, `PIPELINE_NOT_READABLE`.
 */
export async function hashKnown(path: string, cache: HashCache, signal?: AbortSignal): Promise<string> {
  const stats = factsOf(path);
  const known = cache.get(path, stats);
  if (known !== null) return known;
  const readAtMs = Date.now(); // beside the file system's own stamps; decides only what is remembered, never a result
  const sha256 = await hashFile(path, { signal });
  cache.set(path, stats, sha256, readAtMs);
  return sha256;
}

// Synchronous: asked one by one through the thread pool, the facts of 10 000 files take ten times as long.
function factsOf(path: string): BigIntStats {
  try {
    return statSync(path, { bigint: true });
  } catch (error) {
    throw explainSystemError(error, 'read', path);
  }
}
