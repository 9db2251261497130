// A run must not read what it made: the folders it reads may not hold the folders it writes.
import { realpath } from 'node:fs/promises';
import { dirname, basename, join, relative, isAbsolute, sep } from 'node:path';
import { CliError } from '../exit.js';

/** The real path of a file that may not exist yet. */
async function realPlace(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(await realPlace(parent), basename(path));
  }
}

const holds = (outer: string, inner: string): boolean => {
  const way = relative(outer, inner);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
};

/**
 * Refuses folders of recordings or transcripts that hold the voice folder, or lie in what is made there.
 * @throws {CliError} CLI_OWN_OUTPUT, naming the folder.
 */
export async function refuseOwnOutput(voiceRoot: string, read: readonly { readonly what: string; readonly path: string }[]): Promise<void> {
  const root = await realPlace(voiceRoot);
  for (const { what, path } of read) {
    const folder = await realPlace(path);
    if (holds(folder, root)) throw new CliError('CLI_OWN_OUTPUT', `the ${what} folder ${path} holds the voice folder ${voiceRoot}: what is made there would be read as ${what}`, { path, voice: voiceRoot });
    for (const made of ['work', 'voice']) {
      if (holds(join(root, made), folder)) throw new CliError('CLI_OWN_OUTPUT', `the ${what} folder ${path} lies in ${join(voiceRoot, made)}, which is made and remade by voxtune`, { path, voice: voiceRoot });
    }
  }
}
