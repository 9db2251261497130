import { open } from 'node:fs/promises';
import { AudioError } from '../errors.js';
import { type ReadAt } from './byte-requests.js';

/** An open file that gives bytes anywhere. */
export type FileSource = { readonly path: string; readonly bytes: number; readonly readAt: ReadAt };

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file', EACCES: 'this user may not read it', EPERM: 'this user may not read it', EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is not a folder', ELOOP: 'its links go in a circle',
};

/** Opens a file; the caller closes it. @throws {AudioError} AUDIO_UNREADABLE when it cannot be read, AUDIO_EMPTY when it has no bytes. */
export async function openFile(path: string): Promise<FileSource & { readonly close: () => Promise<void> }> {
  const unreadable = (error: unknown): AudioError => {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    return new AudioError('AUDIO_UNREADABLE', `cannot read ${path}: ${REASONS[code] ?? String((error as Error).message)}`, { path, reason: code }, { cause: error });
  };
  const file = await open(path, 'r').catch((error: unknown) => { throw unreadable(error); });
  try {
    const stat = await file.stat();
    if (stat.isDirectory()) throw new AudioError('AUDIO_UNREADABLE', `cannot read ${path}: it is a folder`, { path, reason: 'EISDIR' });
    if (stat.size === 0) throw new AudioError('AUDIO_EMPTY', `${path} has no bytes`, { path, byteOffset: 0 });
    const readAt: ReadAt = async (offset, length, scratch) => {
      const wanted = Math.max(0, Math.min(length, stat.size - offset));
      const buffer = scratch !== undefined && scratch.length >= wanted ? scratch.subarray(0, wanted) : new Uint8Array(wanted);
      let done = 0;
      while (done < buffer.length) {
        const { bytesRead } = await file.read(buffer, done, buffer.length - done, offset + done).catch((error: unknown) => { throw unreadable(error); });
        if (bytesRead === 0) break;
        done += bytesRead;
      }
      return buffer.subarray(0, done);
    };
    return { path, bytes: stat.size, readAt, close: () => file.close() };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Opens a file, hands it to `use` and closes it. @throws {AudioError} As {@link openFile}; and what `use` throws. */
export async function withFile<T>(path: string, use: (source: FileSource) => Promise<T>): Promise<T> {
  const source = await openFile(path);
  try {
    return await use(source);
  } finally {
    await source.close();
  }
}
