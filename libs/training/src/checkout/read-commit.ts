import { readFile } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';

const tryRead = (path: string): Promise<string | null> => readFile(path, 'utf8').then((text) => text.trim(), () => null);

const HASH = /^[0-9a-f]{40}([0-9a-f]{24})?$/;

/**
 * The commit a folder is at, read from its `.git` files (gitrepository-layout(5)): no git is run, nothing is changed.
 * @returns 40 or 64 hex digits, or null when the folder is no clone or the commit cannot be told.
 */
export async function readCommit(root: string): Promise<string | null> {
  const marker = await tryRead(join(root, '.git')); // a work tree or a submodule has a file here
  const pointed = marker === null ? null : /^gitdir: (.+)$/m.exec(marker)?.[1];
  const gitDir = pointed === undefined || pointed === null ? join(root, '.git') : isAbsolute(pointed) ? pointed : resolve(root, pointed);
  const head = await tryRead(join(gitDir, 'HEAD'));
  if (head === null) return null;
  if (HASH.test(head)) return head;
  const ref = /^ref: (refs\/[^\s]+)$/.exec(head)?.[1];
  if (ref === undefined || ref.split('/').includes('..')) return null;
  const common = await tryRead(join(gitDir, 'commondir'));
  const dirs = common === null ? [gitDir] : [gitDir, resolve(gitDir, common)];
  for (const dir of dirs) {
    const loose = await tryRead(join(dir, ref));
    if (loose !== null && HASH.test(loose)) return loose;
    const packed = await tryRead(join(dir, 'packed-refs'));
    const line = packed?.split('\n').find((row) => row.endsWith(` ${ref}`));
    const hash = line?.split(' ')[0];
    if (hash !== undefined && HASH.test(hash)) return hash;
  }
  return null;
}
