import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { checkZip } from '../features/check-zip.js';

/** Generator and discriminator saved at one step. */
export type SovitsPair = { readonly step: number; readonly paths: readonly string[] };

const FILE = /^([GD])_(\d+)\.pth$/;

/**
 * Deletes resume checkpoints that must not be resumed from, and returns the others, ascending by step: a file cut short, a generator without its
 * discriminator (killed in between), a step whose weights were not exported. A broken one would make the engine start over in silence.
 * @param exportedSteps - Steps whose weights are whole.
 * @param letters - `GD`, or `G` for LoRA, which has no discriminator.
 */
export async function keepSovitsResumable(dir: string, exportedSteps: ReadonlySet<number>, letters: 'GD' | 'G'): Promise<{ readonly usable: readonly SovitsPair[]; readonly notes: readonly string[] }> {
  const notes: string[] = [];
  const bySteps = new Map<number, Map<string, string>>();
  for (const name of (await readdir(dir).catch(() => [])).sort()) {
    const match = FILE.exec(name);
    if (match === null) continue;
    const path = join(dir, name);
    const wrong = await checkZip(path);
    if (wrong !== null) {
      await rm(path, { force: true });
      notes.push(`deleted ${path}: it ${wrong}`);
      continue;
    }
    const step = Number(match[2]);
    const files = bySteps.get(step) ?? new Map<string, string>();
    files.set(match[1] ?? '', path);
    bySteps.set(step, files);
  }
  const usable: SovitsPair[] = [];
  for (const [step, files] of [...bySteps].sort(([a], [b]) => a - b)) {
    const whole = [...letters].every((letter) => files.has(letter)) && exportedSteps.has(step);
    if (whole) usable.push({ step, paths: [...files.values()] });
    else for (const path of files.values()) await rm(path, { force: true });
  }
  return { usable, notes };
}

/** Steps that are saved, whatever their state; touches nothing. */
export async function findSovitsSteps(dir: string): Promise<readonly SovitsPair[]> {
  const bySteps = new Map<number, string[]>();
  for (const name of (await readdir(dir).catch(() => [])).sort()) {
    const match = FILE.exec(name);
    if (match !== null) bySteps.set(Number(match[2]), [...(bySteps.get(Number(match[2])) ?? []), join(dir, name)]);
  }
  return [...bySteps].sort(([a], [b]) => a - b).map(([step, paths]) => ({ step, paths }));
}
