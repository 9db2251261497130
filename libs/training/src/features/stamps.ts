import { readFile, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { hashFile, hashValue, writeFileAtomic } from '@voxtune/pipeline';
import { type ListClip } from '../list/parse-list.js';
import { checkZip } from './check-zip.js';

/** What each clip's features were made from, by file name: the engine keeps a feature file that exists, whatever it was made from. */
export type Stamps = Readonly<Record<string, string>>;

/** Stamps of text features: text, language, and what turns them into phones. */
export const textStamps = (clips: readonly ListClip[], version: string): Stamps =>
  Object.fromEntries(clips.map(({ key, text, language }) => [key, hashValue({ text, language, version })]));

/** Stamps of audio features: the clip's content and what reads it. A clip that is not there has none. */
export async function audioStamps(clips: readonly ListClip[], clipsDir: string, made: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<Stamps> {
  const stamps: Record<string, string> = {};
  for (const { key } of clips) {
    const path = join(clipsDir, key);
    const there = await stat(path).then((entry) => entry.isFile(), () => false);
    if (there) stamps[key] = hashValue({ sha256: await hashFile(path, { signal }), ...made });
  }
  return stamps;
}

const readStamps = async (path: string): Promise<Stamps> => {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return typeof value === 'object' && value !== null ? (value as Stamps) : {};
  } catch {
    return {}; // none yet
  }
};

/** A folder with one feature file a clip. */
export type FeatureFolder = {
  readonly dir: string;
  /** What follows the clip's file name: '.pt', or nothing for 5-wav32k. */
  readonly suffix: string;
};

/** Features of one clip exist in all its folders and are whole. */
async function isWhole(folders: readonly FeatureFolder[], key: string): Promise<boolean> {
  for (const { dir, suffix } of folders) {
    const path = join(dir, `${key}${suffix}`);
    if (suffix === '') {
      if (!(await stat(path).then((entry) => entry.isFile() && entry.size > 44, () => false))) return false; // 44: a WAV header alone
    } else if ((await checkZip(path)) !== null) return false;
  }
  return true;
}

/**
 * Makes ready for a feature stage: features that are whole and were made from the present inputs stay, all others are deleted,
 * and the new stamps are written. After this, what exists may be trusted, also when the stage is killed.
 * @returns File names kept, and how many files were deleted.
 */
export async function keepFreshFeatures(stampsPath: string, stamps: Stamps, folders: readonly FeatureFolder[]): Promise<{ readonly kept: ReadonlySet<string>; readonly deleted: number }> {
  const before = await readStamps(stampsPath);
  const kept = new Set<string>();
  for (const [key, stamp] of Object.entries(stamps)) if (before[key] === stamp && (await isWhole(folders, key))) kept.add(key);
  let deleted = 0;
  for (const { dir, suffix } of folders) {
    const names = await readdir(dir).catch(() => []);
    for (const name of names) {
      const key = name.endsWith(suffix) ? name.slice(0, name.length - suffix.length) : null;
      if (key !== null && kept.has(key)) continue;
      await rm(join(dir, name), { recursive: true, force: true });
      deleted += 1;
    }
  }
  await writeFileAtomic(stampsPath, `${JSON.stringify(stamps, null, 1)}\n`);
  return { kept, deleted };
}

/** File names of clips that have whole features in all the folders. */
export async function wholeFeatures(keys: readonly string[], folders: readonly FeatureFolder[]): Promise<ReadonlySet<string>> {
  const whole = new Set<string>();
  for (const key of keys) if (await isWhole(folders, key)) whole.add(key);
  return whole;
}
