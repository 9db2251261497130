import { appendFile, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@voxtune/pipeline';
import { TrainingError } from '../errors.js';

/** What is known of a downloaded file. */
export type LockedFile = { readonly sha256: string; readonly sizeBytes: number; readonly from: string };
export type SetupLock = Readonly<Record<string, LockedFile>>;

export type StepMark = { readonly step: string; readonly key: string; readonly state: 'started' | 'done' };

const LOCK_NAME = 'setup-lock.json';

/** The last mark of each step; a line that a crash cut short counts for nothing. */
export async function readMarks(stateDir: string): Promise<ReadonlyMap<string, StepMark>> {
  const text = await readFile(join(stateDir, 'setup.jsonl'), 'utf8').catch(() => '');
  const marks = new Map<string, StepMark>();
  for (const line of text.split('\n')) {
    try {
      const mark = JSON.parse(line) as StepMark;
      marks.set(mark.step, mark);
    } catch { /* the end of a file that was being written */ }
  }
  return marks;
}

export const writeMark = (stateDir: string, mark: StepMark): Promise<void> => appendFile(join(stateDir, 'setup.jsonl'), `\n${JSON.stringify(mark)}`);

/** Pinned files by name; empty before the first download. @throws {TrainingError} `TRAINING_SETUP_UNVERIFIED` when the file is damaged. */
export async function readLock(dir: string): Promise<SetupLock> {
  const path = join(dir, LOCK_NAME);
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return {};
  try {
    return (JSON.parse(text) as { readonly files: SetupLock }).files;
  } catch (error) {
    throw new TrainingError('TRAINING_SETUP_UNVERIFIED', `${path} is not JSON; it holds the hashes that downloads are held against.`, { path }, { cause: error });
  }
}

export const writeLock = (stateDir: string, files: SetupLock): Promise<void> => writeFileAtomic(join(stateDir, LOCK_NAME), `${JSON.stringify({ version: 1, files }, null, 2)}\n`);

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** Keeps a second setup out of the folder. @throws {TrainingError} `TRAINING_STILL_RUNNING`. */
export async function holdFolder(stateDir: string): Promise<() => Promise<void>> {
  const path = join(stateDir, 'setup.pid');
  await mkdir(stateDir, { recursive: true });
  for (let attempt = 0; ; attempt += 1) {
    try {
      const file = await open(path, 'wx');
      await file.writeFile(String(process.pid));
      await file.close();
      return () => rm(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const pid = Number(await readFile(path, 'utf8').catch(() => ''));
      if (attempt > 0 || (Number.isSafeInteger(pid) && pid > 0 && isAlive(pid))) throw new TrainingError('TRAINING_STILL_RUNNING', `Another setup (process ${pid}) works in ${stateDir}.`, { path, pid }, { cause: error });
      await rm(path, { force: true });
    }
  }
}
