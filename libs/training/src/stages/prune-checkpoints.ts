import { rm, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { TrainingError } from '../errors.js';

/** Names of files listed in a note; more are counted. Ours. */
const LISTED = 4;

/** Optimizer checkpoints that were removed because newer ones, whose weights are whole, are there. Counts and lists them. */
export type Pruned = {
  /** Newest ones that stay. */
  readonly keep: number;
  remove(paths: readonly string[]): Promise<void>;
  notes(): readonly string[];
};

/** @param keep - At least 1: a training must be able to go on. @default 1 @throws {TrainingError} `TRAINING_OPTION_INVALID`. */
export function openPruned(keep = 1): Pruned {
  if (!Number.isSafeInteger(keep) || keep < 1) throw new TrainingError('TRAINING_OPTION_INVALID', `keepCheckpoints must be a positive integer, got ${keep}.`, { option: 'keepCheckpoints' });
  const removed = new Map<string, number>();
  return {
    keep,
    async remove(paths) {
      for (const path of paths) {
        const size = await stat(path).then((entry) => entry.size, () => null);
        await rm(path, { force: true });
        if (size !== null) removed.set(basename(path), size);
      }
    },
    notes() {
      if (removed.size === 0) return [];
      const bytes = [...removed.values()].reduce((sum, size) => sum + size, 0);
      const names = [...removed.keys()];
      const more = names.length > LISTED ? ` and ${names.length - LISTED} more` : '';
      return [`removed ${removed.size} older optimizer checkpoint${removed.size === 1 ? '' : 's'} (${bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`}): ${names.slice(0, LISTED).join(', ')}${more}; the newest ${keep === 1 ? 'stays' : `${keep} stay`}`];
    },
  };
}
