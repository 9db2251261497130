import { closeSync, copyFileSync, mkdirSync, openSync, readSync, readdirSync, realpathSync, rmSync, statSync, symlinkSync, truncateSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';

const LINKED_BYTES = 1_000_000; // smaller files are copied: Python looks for a program's modules beside the file that a link leads to
const LEFT_OUT = new Set(['.git', 'TEMP', 'logs', 'output', '__pycache__']);

/**
 * A copy of a folder, with links for the files that are large, so that a file can be taken away or broken without touching the original.
 * @param {string} from @param {string} to
 */
export function linkTree(from, to) {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (LEFT_OUT.has(entry.name)) continue;
    const source = join(from, entry.name);
    if (statSync(source).isDirectory()) linkTree(source, join(to, entry.name));
    else if (statSync(source).size < LINKED_BYTES) copyFileSync(source, join(to, entry.name));
    else symlinkSync(realpathSync(source), join(to, entry.name));
  }
}

/** Takes a file or folder out of a linked copy. @param {string} root @param {string} path */
export const takeAway = (root, path) => rmSync(join(root, path), { recursive: true });

/** Puts the first half of a file in its place, as a broken download leaves it. @param {string} root @param {string} path */
export function cutShort(root, path) {
  const file = join(root, path);
  const original = realpathSync(file);
  if (original !== realpathSync(dirname(file)) + sep + basename(file)) {
    rmSync(file); // a link
    copyFileSync(original, file);
  }
  truncateSync(file, Math.floor(statSync(file).size / 2));
}

/** Whether a file begins as a zip archive does, which is torch's format since 1.6. @param {string} root @param {string} path */
export function isZip(root, path) {
  const file = openSync(join(root, path), 'r');
  try {
    const head = Buffer.alloc(2);
    readSync(file, head, 0, 2, 0);
    return head.toString('latin1') === 'PK';
  } finally {
    closeSync(file);
  }
}
