import { readFile } from 'node:fs/promises';
import { writeFileAtomic } from '@voxtune/pipeline';
import { TrainingError } from '../errors.js';

/** What we remember about one training beside its files. */
export type TrainingRecord = {
  /** Hash of everything that makes checkpoints of another training useless: data, settings, base models; not the number of epochs. */
  readonly identity: string;
  /** Optimizer steps at the end of an epoch, by epoch. */
  readonly steps: Readonly<Record<string, number>>;
  /** Epochs in total that were asked for; null where a record does not say. */
  readonly epochs: number | null;
};

/** The record, or an empty one. */
export async function readRecord(path: string): Promise<TrainingRecord> {
  try {
    const value = JSON.parse(await readFile(path, 'utf8')) as Partial<TrainingRecord>;
    if (typeof value.identity === 'string' && typeof value.steps === 'object' && value.steps !== null) return { identity: value.identity, steps: value.steps, epochs: typeof value.epochs === 'number' ? value.epochs : null };
  } catch {
    // none yet
  }
  return { identity: '', steps: {}, epochs: null };
}

export const writeRecord = (path: string, { identity, steps, epochs }: TrainingRecord): Promise<void> => writeFileAtomic(path, `${JSON.stringify({ v: 1, identity, epochs, steps }, null, 1)}\n`);

/**
 * Holds the epochs that are asked for against those that a training was begun with: more of them change what its last epoch is, so they are asked for by name.
 * @param extend - They were.
 * @throws {TrainingError} `TRAINING_EXTEND_UNASKED`.
 */
export function requireExtension(title: string, { epochs, steps }: TrainingRecord, wanted: number, extend: boolean): void {
  if (extend || epochs === null || wanted <= epochs) return;
  const done = Math.max(0, ...Object.keys(steps).map(Number));
  throw new TrainingError('TRAINING_EXTEND_UNASKED', `${title}: ${wanted} epochs are asked for, and the training that is there was begun with ${epochs}${done > 0 ? ` (${done} are done)` : ''}.`, { wanted, epochs, done });
}
