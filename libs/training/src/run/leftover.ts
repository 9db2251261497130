import { readFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { writeFileAtomic } from '@voxtune/pipeline';
import { TrainingError } from '../errors.js';
import { endTree, isTreeAlive } from './kill-tree.js';

/** A child that was started for a voice. */
type Leftover = { readonly pid: number; readonly startTicks: string | null; readonly bootId: string | null };

const tryRead = (path: string): string | null => {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
};

/** Start time of a process in clock ticks since boot (proc(5), field 22); null where the system does not say. */
const startTicksOf = (pid: number): string | null => {
  const text = tryRead(`/proc/${pid}/stat`);
  return text === null ? null : (text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null);
};

const bootId = (): string | null => tryRead('/proc/sys/kernel/random/boot_id');

/** Writes down which children run, so that the next start can end them if this one dies. */
export async function recordChildren(path: string, pids: readonly number[]): Promise<void> {
  const rows: readonly Leftover[] = pids.map((pid) => ({ pid, startTicks: startTicksOf(pid), bootId: bootId() }));
  await writeFileAtomic(path, `${JSON.stringify(rows)}\n`);
}

/** Says that no child runs any more. */
export const forgetChildren = (path: string): Promise<void> => rm(path, { force: true });

/**
 * Ends engine processes that an earlier, killed run left behind; two trainers must never write one voice.
 * @returns How many were ended.
 * @throws {TrainingError} `TRAINING_STILL_RUNNING` when it cannot be told whether a living process is that child.
 */
export async function endLeftovers(path: string, graceMs: number): Promise<number> {
  let rows: readonly Leftover[];
  try {
    rows = JSON.parse(await readFile(path, 'utf8')) as readonly Leftover[];
  } catch {
    return 0; // no record, or one cut short while it was made
  }
  let ended = 0;
  for (const row of rows) {
    if (typeof row.pid !== 'number' || !isTreeAlive(process.platform, row.pid)) continue;
    if (row.bootId !== null && row.bootId !== bootId()) continue;
    if (row.startTicks === null) {
      throw new TrainingError('TRAINING_STILL_RUNNING', `An engine process of an earlier run (pid ${row.pid}) may still be running.`, { pid: row.pid, record: path });
    }
    // The leader may be gone while its workers live on; a reused pid has another start time.
    const now = startTicksOf(row.pid);
    if (now !== null && now !== row.startTicks) continue;
    await endTree(row.pid, graceMs);
    ended += 1;
  }
  await forgetChildren(path);
  return ended;
}
