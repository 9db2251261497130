import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { resolveOptions, type TrainingPlanOptions } from '../plan/options.js';
import { planTraining } from '../plan/plan-training.js';
import { type Checkpoint } from '../stages/checkpoints.js';
import { gptOutputDir } from '../plan/render-config.js';
import { mergeSeries, readGptLosses, readSeries, readSovitsLosses, type LossSeries } from '../stages/losses.js';

/** What a report shows of a training. */
export type TrainingHistory = {
  readonly profile: string;
  readonly version: string;
  /** One row a stage. */
  readonly steps: readonly { readonly id: string; readonly title: string; readonly command: string }[];
  readonly losses: readonly LossSeries[];
  readonly checkpoints: readonly Checkpoint[];
};

const readRows = async (path: string): Promise<readonly Checkpoint[]> => {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Checkpoint);
};

/** Reads what training left, and what a running one has logged so far: losses and checkpoints. What is not there yet is empty. */
export async function readTrainingHistory(options: TrainingPlanOptions): Promise<TrainingHistory> {
  const resolved = resolveOptions(options);
  const { profile, version, paths } = resolved;
  const { steps } = planTraining(options);
  return {
    profile, version,
    steps: steps.filter(({ part }) => part.index === 0).map(({ id, title, args }) => ({ id, title, command: args.find((arg) => arg.endsWith('.py')) ?? '' })),
    losses: [
      ...mergeSeries(await readSeries(join(paths.expDir, 'losses-gpt.json')), await readGptLosses(gptOutputDir(resolved))),
      ...mergeSeries(await readSeries(join(paths.expDir, 'losses-sovits.json')), await readSovitsLosses(join(paths.expDir, 'train.log'))),
    ],
    checkpoints: await readRows(paths.checkpointsPath ?? join(dirname(paths.expDir), 'checkpoints.jsonl')),
  };
}
