import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A file found in a folder. `path` is posix and relative to the folder; `problem` says why it cannot be opened as a file. */
export type FoundFile = { readonly path: string; readonly problem: string | null };
export type FolderWalk = {
  readonly files: readonly FoundFile[];
  /** Names that start with a dot, passed over. */
  readonly hidden: readonly string[];
  /** Folders that could not be listed, and why. */
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
};

/** What a failed file operation means, in words. */
export function explainFileError(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const known: Readonly<Record<string, string>> = {
    EACCES: 'no permission to read it',
    EPERM: 'no permission to read it',
    ENOENT: 'it is gone, or it is a link to nothing',
    ELOOP: 'it is a link to itself',
    EIO: 'the disk cannot read it',
    EISDIR: 'it is a folder',
    ENAMETOOLONG: 'its path is too long',
  };
  return known[code] ?? (error instanceof Error ? error.message : String(error));
}

/**
 * Lists every file under a folder, sorted by path. Links are followed; a folder reached twice is listed once, so link
 * loops end. Sockets, pipes and devices are never opened.
 * @throws The error of `readdir` when the folder itself cannot be listed.
 */
export async function walkFolder(root: string, signal?: AbortSignal): Promise<FolderWalk> {
  const files: FoundFile[] = [];
  const hidden: string[] = [];
  const unreadable: { path: string; reason: string }[] = [];
  const seen = new Set<string>();
  const visit = async (folder: string) => {
    signal?.throwIfAborted();
    const here = join(root, folder);
    const real = await realpath(here);
    if (seen.has(real)) return;
    seen.add(real);
    const entries = (await readdir(here, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
    for (const entry of entries) {
      const { name } = entry;
      const path = folder === '' ? name : `${folder}/${name}`;
      if (name.startsWith('.')) {
        hidden.push(path);
        continue;
      }
      try {
        const info = entry.isSymbolicLink() ? await stat(join(root, path)) : entry; // asked one by one, the facts of 10 000 files take a second
        if (info.isDirectory()) await visit(path);
        else files.push({ path, problem: info.isFile() ? null : 'it is no ordinary file' });
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof Error && 'syscall' in error && (error.syscall === 'scandir' || error.syscall === 'opendir')) unreadable.push({ path, reason: explainFileError(error) });
        else files.push({ path, problem: explainFileError(error) });
      }
    }
  };
  await visit('');
  files.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  return { files, hidden, unreadable };
}
