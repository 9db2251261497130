import { constants } from 'node:fs';
import { access, chmod, copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** The optional package that carries a binary. */
const INSTALLER = '@ffmpeg-installer/ffmpeg';

/**
 * The ffmpeg commands to try, in order.
 * @param option - A path (only that is tried), `null` (none), or undefined: `ffmpeg` on the PATH, then the optional package.
 */
export async function* ffmpegCandidates(option: string | null | undefined): AsyncGenerator<string> {
  if (option === null) return;
  if (option !== undefined) { yield option; return; }
  yield 'ffmpeg';
  const installed = await installedBinary();
  if (installed === null) return;
  const made = await makeExecutable(installed);
  try {
    yield made.path;
  } finally {
    if (made.folder !== null) await rm(made.folder, { recursive: true, force: true });
  }
}

async function installedBinary(): Promise<string | null> {
  try {
    const loaded = (await import(INSTALLER)) as { default?: { path?: unknown }; path?: unknown };
    const path = loaded.default?.path ?? loaded.path;
    return typeof path === 'string' ? path : null;
  } catch {
    return null; // not installed, or no binary for this platform: the caller says AUDIO_DECODER_MISSING
  }
}

/** Packages unpacked without install scripts may lack the execute bit; a read-only folder needs a copy elsewhere. */
export async function makeExecutable(path: string): Promise<{ path: string; folder: string | null }> {
  const may = (file: string): Promise<boolean> => access(file, constants.X_OK).then(() => true, () => false);
  if (await may(path)) return { path, folder: null };
  await chmod(path, 0o755).catch(() => undefined); // whether it helped is looked at next
  if (await may(path)) return { path, folder: null };
  const folder = await mkdtemp(join(tmpdir(), 'voxtune-ffmpeg-'));
  const copy = join(folder, basename(path));
  await copyFile(path, copy);
  await chmod(copy, 0o755);
  return { path: copy, folder };
}
