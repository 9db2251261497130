import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatasetError } from '../errors.js';

/**
 * Writes a file whole or not at all: to a temporary name, flushed, renamed. A file that has these bytes already is left alone.
 * @throws {DatasetError} `DATASET_CLIP_WRITE` when the disk refuses; nothing is left under either name then.
 */
export async function writeClipFile(folder: string, name: string, bytes: Uint8Array): Promise<'written' | 'kept'> {
  const path = join(folder, name);
  const known = await readFile(path).catch(() => null);
  if (known !== null && Buffer.compare(known, bytes) === 0) return 'kept';
  const temporary = join(folder, `.tmp-${name}`);
  try {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    return 'written';
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined); // the first failure is the one to tell
    throw writeFailure(path, cause);
  }
}

/** Makes the folder of clips. @throws {DatasetError} `DATASET_CLIP_WRITE` */
export async function makeClipFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw writeFailure(folder, cause);
  });
}

/** Removes what is in the folder and is no clip of this run: clips of recordings that went, and temporary files (`.tmp-….wav`) of a run that was killed. */
export async function removeStrayClips(folder: string, keep: ReadonlySet<string>): Promise<readonly string[]> {
  const strays = (await readdir(folder)).filter((name) => !keep.has(name) && name.endsWith('.wav')).sort();
  for (const name of strays) await rm(join(folder, name), { force: true, recursive: true });
  return strays;
}

function writeFailure(path: string, cause: unknown): DatasetError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const words: Readonly<Record<string, string>> = { ENOSPC: 'the disk is full', EROFS: 'the disk is read-only', EACCES: 'no permission', EDQUOT: 'the quota is used up' };
  return new DatasetError('DATASET_CLIP_WRITE', `${path} cannot be written: ${words[code] ?? (cause instanceof Error ? cause.message : String(cause))}`, { path, cause: code }, { cause });
}
