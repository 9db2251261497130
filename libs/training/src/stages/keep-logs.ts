import { mkdir, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Moves what the engine logged into the run's folder, so that the voice's `work` holds nothing with a clock in it. Names that are taken get a number.
 * @param select - Which entries of `from` are logs.
 */
export async function moveLogs(from: string, to: string, select: (name: string) => boolean): Promise<void> {
  const names = (await readdir(from).catch(() => [])).filter(select).sort();
  if (names.length === 0) return;
  await mkdir(to, { recursive: true });
  const taken = new Set(await readdir(to));
  for (const name of names) {
    let free = name;
    for (let number = 2; taken.has(free); number += 1) free = `${name}.${number}`;
    taken.add(free);
    await rename(join(from, name), join(to, free));
  }
}
