import { randomBytes } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { mkdir, open, readFile, readdir, rename, rm, rmdir, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PipelineError, explainSystemError, systemCode } from './errors.js';

/** First letters of every file name that is not yet, or no longer, a result. Such files may be deleted when no run is going on. */
export const TEMP_PREFIX = '.tmp-';

// What cannot be flushed or is not worth it: folders on Windows, files opened for reading there.
const CANNOT_FLUSH = new Set(['EPERM', 'EACCES', 'EISDIR', 'EBADF', 'EINVAL', 'ENOTSUP', 'ENOSYS']);

/** Flushes a file or folder to disk, where the system lets it be flushed. */
export async function flush(path: string): Promise<void> {
  try {
    const handle = await open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!CANNOT_FLUSH.has(systemCode(error) ?? '')) throw error;
  }
}

/**
 * Writes a whole file or nothing: to a temporary name beside it, flushed, renamed, and the folder flushed. Makes the folders above it.
 * After an error or a kill, `path` holds what it held before; a kill may leave a name starting with {@link TEMP_PREFIX}.
 * @param data - Text (UTF-8), bytes, or an iterable of them for what should not be held whole.
 * @throws {PipelineError} `PIPELINE_DISK_FULL`, `PIPELINE_NOT_WRITABLE`.
 */
export async function writeFileAtomic(path: string, data: string | Uint8Array | AsyncIterable<string | Uint8Array>): Promise<void> {
  const folder = dirname(path);
  const temp = join(folder, `${TEMP_PREFIX}${process.pid}-${randomBytes(6).toString('hex')}`);
  try {
    await mkdir(folder, { recursive: true });
    const handle = await open(temp, 'wx');
    try {
      if (typeof data === 'string' || data instanceof Uint8Array) await handle.writeFile(data);
      else for await (const part of data) await handle.appendFile(part);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temp, path);
    await flush(folder);
  } catch (error) {
    await rm(temp, { force: true }).catch(() => undefined); // the first error is the one to tell
    throw explainSystemError(error, 'write', path);
  }
}

/** Rows gathered before they are handed to the file, in characters. Ours. */
const BATCH_CHARS = 1 << 16;

/**
 * Writes rows as JSON Lines, whole or not at all (see {@link writeFileAtomic}); members keep the order they were made in.
 * @throws {PipelineError} as `writeFileAtomic`.
 */
export async function writeJsonLines(path: string, rows: Iterable<unknown> | AsyncIterable<unknown>): Promise<void> {
  await writeFileAtomic(path, lines(rows));
}

async function* lines(rows: Iterable<unknown> | AsyncIterable<unknown>): AsyncGenerator<string> {
  let batch = '';
  for await (const row of rows) {
    const text = JSON.stringify(row);
    if (text === undefined) throw new TypeError(`a row must be a JSON value, got ${typeof row}`);
    batch += `${text}\n`;
    if (batch.length >= BATCH_CHARS) {
      yield batch;
      batch = '';
    }
  }
  if (batch !== '') yield batch;
}

/**
 * Reads JSON Lines; empty lines are passed over. The caller says what a row is, and checks it where the file comes from outside.
 * @throws {PipelineError} `PIPELINE_FILE_MISSING`, `PIPELINE_NOT_READABLE`, `PIPELINE_JSONL_INVALID` naming file and line.
 */
export async function readJsonLines<Row = unknown>(path: string): Promise<Row[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw explainSystemError(error, 'read', path);
  }
  const rows: Row[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    try {
      rows.push(JSON.parse(line) as Row);
    } catch (error) {
      throw new PipelineError('PIPELINE_JSONL_INVALID', `${path}, line ${index + 1}: not JSON.`, { path, line: index + 1 }, { cause: error });
    }
  }
  return rows;
}

/** The entries of a folder in code-unit order; none when it is not there. */
export async function listFolder(folder: string): Promise<Dirent[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return [];
    throw error;
  }
}

/**
 * Deletes every file below `folder` that is not in `keep`, and folders left empty by that. Links are deleted, not followed.
 * @param keep - Paths relative to `folder`, with forward slashes.
 * @returns What was deleted, relative to `folder`, sorted.
 * @throws {PipelineError} `PIPELINE_NOT_WRITABLE`.
 */
export async function removeStray(folder: string, keep: Iterable<string>): Promise<readonly string[]> {
  const kept = new Set(keep);
  const removed: string[] = [];
  const visit = async (below: string): Promise<boolean> => {
    let left = 0;
    for (const entry of await listFolder(join(folder, below))) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) {
        const gone = await visit(path);
        if (gone) await rmdir(join(folder, path));
        else left += 1;
      } else if (kept.has(path)) left += 1;
      else {
        await unlink(join(folder, path));
        removed.push(path);
      }
    }
    return left === 0;
  };
  try {
    await visit('');
  } catch (error) {
    throw explainSystemError(error, 'write', folder);
  }
  return removed.sort();
}

/**
 * Deletes what a killed run left half-written in a folder: names starting with {@link TEMP_PREFIX}.
 * @param deep - Look into folders below, too.
 */
export async function removeTemps(folder: string, deep: boolean): Promise<void> {
  for (const entry of await listFolder(folder)) {
    const path = join(folder, entry.name);
    if (entry.name.startsWith(TEMP_PREFIX)) await rm(path, { recursive: true, force: true });
    else if (deep && entry.isDirectory()) await removeTemps(path, true);
  }
}
