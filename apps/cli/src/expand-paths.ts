// Which files a verb on plain files works on.
import { readdir, stat } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { CliError } from './exit.js';

/** What lies beside recordings and is no audio; left out of folders, not of names that are given. */
const BESIDE = new Set(['.srt', '.vtt', '.list', '.csv', '.tsv', '.txt', '.lab', '.textgrid', '.json', '.jsonl', '.yaml', '.yml', '.md', '.html']);

/**
 * Files as given, and the files inside folders as given (sorted; dotfiles and transcripts left out).
 * @throws {CliError} CLI_PATH_MISSING.
 */
export async function expandPaths(paths: readonly string[], cwd: string): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths) {
    const absolute = resolve(cwd, path);
    const found = await stat(absolute).catch((cause: unknown) => { throw new CliError('CLI_PATH_MISSING', `there is no ${absolute}`, { path: absolute }, { cause }); });
    if (!found.isDirectory()) { files.push(absolute); continue; }
    const inside = await readdir(absolute, { withFileTypes: true });
    files.push(...inside.filter((e) => e.isFile() && !e.name.startsWith('.') && !BESIDE.has(extname(e.name).toLowerCase())).map((e) => join(absolute, e.name)).sort());
  }
  return files;
}
