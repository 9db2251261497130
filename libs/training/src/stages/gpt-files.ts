import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { checkZip } from '../features/check-zip.js';

/** A file of one epoch. */
export type EpochFile = { readonly epoch: number; readonly step: number | null; readonly path: string };

const list = async (dir: string): Promise<readonly string[]> => (await readdir(dir).catch(() => [])).sort();

/** Resume checkpoints, ascending: `epoch=<from 0>-step=<optimizer steps>.ckpt`; the epochs here count from 1. */
export async function findGptResume(dir: string): Promise<readonly EpochFile[]> {
  const found: EpochFile[] = [];
  for (const name of await list(dir)) {
    const match = /^epoch=(\d+)-step=(\d+)\.ckpt$/.exec(name);
    if (match !== null) found.push({ epoch: Number(match[1]) + 1, step: Number(match[2]), path: join(dir, name) });
  }
  return found.sort((a, b) => a.epoch - b.epoch || (a.step ?? 0) - (b.step ?? 0));
}

/** Exported GPT weights of a voice, ascending: `<name>-e<epoch>.ckpt`. */
export async function findGptWeights(dir: string, name: string): Promise<readonly EpochFile[]> {
  const found: EpochFile[] = [];
  for (const file of await list(dir)) {
    const epoch = file.startsWith(`${name}-e`) ? /^(\d+)\.ckpt$/.exec(file.slice(name.length + 2))?.[1] : undefined;
    if (epoch !== undefined) found.push({ epoch: Number(epoch), step: null, path: join(dir, file) });
  }
  return found.sort((a, b) => a.epoch - b.epoch);
}

/** Exported SoVITS weights, ascending: `<name>_e<epoch>_s<step>.pth`, LoRA with `_l<rank>`. */
export async function findSovitsWeights(dir: string, name: string): Promise<readonly (EpochFile & { readonly step: number })[]> {
  const found: (EpochFile & { readonly step: number })[] = [];
  for (const file of await list(dir)) {
    const match = file.startsWith(`${name}_e`) ? /^(\d+)_s(\d+)(?:_l\d+)?\.pth$/.exec(file.slice(name.length + 2)) : null;
    if (match !== null) found.push({ epoch: Number(match[1]), step: Number(match[2]), path: join(dir, file) });
  }
  return found.sort((a, b) => a.epoch - b.epoch || a.step - b.step);
}

/** Deletes files that are cut short. @returns Those that are whole, and a sentence for each deleted one. */
export async function keepWhole<T extends EpochFile>(files: readonly T[], head = 'PK'): Promise<{ readonly whole: readonly T[]; readonly notes: readonly string[] }> {
  const whole: T[] = [];
  const notes: string[] = [];
  for (const file of files) {
    const wrong = await checkZip(file.path, { head });
    if (wrong === null) {
      whole.push(file);
      continue;
    }
    await rm(file.path, { force: true });
    notes.push(`deleted ${file.path}: it ${wrong}`);
  }
  return { whole, notes };
}
