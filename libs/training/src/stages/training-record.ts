import { readFile } from 'node:fs/promises';
import { writeFileAtomic } from '@voxtune/pipeline';

/** What we remember about one training beside its files. */
export type TrainingRecord = {
  /** Hash of everything that makes checkpoints of another training useless: data, settings, base models; not the number of epochs. */
  readonly identity: string;
  /** Optimizer steps at the end of an epoch, by epoch. */
  readonly steps: Readonly<Record<string, number>>;
};

/** The record, or an empty one. */
export async function readRecord(path: string): Promise<TrainingRecord> {
  try {
    const value = JSON.parse(await readFile(path, 'utf8')) as Partial<TrainingRecord>;
    if (typeof value.identity === 'string' && typeof value.steps === 'object' && value.steps !== null) return { identity: value.identity, steps: value.steps };
  } catch {
    // none yet
  }
  return { identity: '', steps: {} };
}

export const writeRecord = (path: string, { identity, steps }: TrainingRecord): Promise<void> => writeFileAtomic(path, `${JSON.stringify({ v: 1, identity, steps }, null, 1)}\n`);
