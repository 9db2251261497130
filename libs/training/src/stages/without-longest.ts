import { mkdir, readFile, rm, stat, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { writeFileAtomic, type Drop } from '@voxtune/pipeline';
import { SEMANTIC_HEADER, formatRows, parseSemanticRows, parseTextRows } from '../features/rows.js';
import { clipId } from '../list/parse-list.js';
import { type ResolvedOptions } from '../plan/options.js';
import { sovitsCheckpointDir } from '../plan/render-config.js';

/** Seconds of each clip, by its 32 kHz file; a clip without one is 0. */
export async function clipSeconds(expDir: string, keys: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const seconds = new Map<string, number>();
  for (const key of keys) seconds.set(key, await stat(join(expDir, '5-wav32k', key)).then(({ size }) => Math.max(0, size - 44) / 64_000, () => 0)); // 16 bit, 32 kHz
  return seconds;
}

/** The clips that a limit leaves out, each with its reason. */
export const leftOut = (seconds: ReadonlyMap<string, number>, maxSec: number | null): readonly Drop[] =>
  [...seconds].flatMap(([key, sec]) => (maxSec !== null && sec > maxSec ? [{ id: clipId(key), reason: `it is ${sec.toFixed(2)} s long and the GPU ran out of memory with clips longer than ${maxSec} s` }] : []));

/** Where the tables without the longest clips lie. */
export const fitDir = ({ paths }: ResolvedOptions, stage: 'train-gpt' | 'train-sovits'): string => join(paths.configDir, `within-memory-${stage}`);

/**
 * Makes the inputs of a training without its longest clips, beside the experiment, whose own files stay as they are.
 * GPT training is given another table; SoVITS training another folder with a shorter table and links to the features and checkpoints.
 */
export async function withoutLongest(resolved: ResolvedOptions, stage: 'train-gpt' | 'train-sovits', seconds: ReadonlyMap<string, number>, maxSec: number | null): Promise<ResolvedOptions> {
  const dir = fitDir(resolved, stage);
  await rm(dir, { recursive: true, force: true });
  if (maxSec === null) return resolved;
  await mkdir(dir, { recursive: true });
  const { expDir } = resolved.paths;
  const keys = [...seconds].filter(([, sec]) => sec <= maxSec).map(([key]) => key);
  if (stage === 'train-gpt') {
    const semanticPath = join(dir, '6-name2semantic.tsv');
    await writeFileAtomic(semanticPath, formatRows(keys, parseSemanticRows(await readFile(join(expDir, '6-name2semantic.tsv'), 'utf8')), SEMANTIC_HEADER));
    return { ...resolved, trainOn: { ...resolved.trainOn, semanticPath } };
  }
  await writeFileAtomic(join(dir, '2-name2text.txt'), formatRows(keys, parseTextRows(await readFile(join(expDir, '2-name2text.txt'), 'utf8')), null));
  const checkpoints = sovitsCheckpointDir(resolved);
  await mkdir(checkpoints, { recursive: true });
  for (const target of [...['3-bert', '4-cnhubert', '5-wav32k', '7-sv_cn'].map((name) => join(expDir, name)), checkpoints]) {
    if (await stat(target).then(() => true, () => false)) await symlink(target, join(dir, basename(target)), 'junction'); // a junction needs no rights on Windows
  }
  return { ...resolved, trainOn: { ...resolved.trainOn, expDir: dir } };
}
