import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { AudioError } from '../errors.js';

/** A file that gets its name when it is whole. */
export type FileSink = {
  /** Writes all bytes at a byte offset. */
  write(bytes: Uint8Array, position: number): Promise<void>;
  /** Flushes the file to the disk and gives it its name; what had that name is replaced. */
  commit(): Promise<void>;
  /** Removes what was written; the file that has the name stays as it is. */
  discard(): Promise<void>;
};

/** Opens a file beside `path` under another name. @throws {AudioError} AUDIO_UNWRITABLE, also from its functions. */
export async function openFileSink(path: string): Promise<FileSink> {
  const unfinished = `${path}.${randomBytes(6).toString('hex')}.part`;
  const guard = async <T>(work: Promise<T>): Promise<T> => work.catch((error: unknown) => {
    throw new AudioError('AUDIO_UNWRITABLE', `cannot write ${path}: ${(error as Error).message}`, { path, reason: (error as NodeJS.ErrnoException).code ?? '' }, { cause: error });
  });
  const file = await guard(open(unfinished, 'wx'));
  let closed = false;
  const close = async (): Promise<void> => { if (!closed) { closed = true; await file.close(); } };
  return {
    write: (bytes, position) => guard((async () => {
      for (let done = 0; done < bytes.length;) done += (await file.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
    })()),
    commit: () => guard((async () => {
      await file.sync();
      await close();
      await rename(unfinished, path);
    })()),
    discard: async () => {
      await close();
      await rm(unfinished, { force: true });
    },
  };
}
