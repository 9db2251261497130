// Which checkpoints a voice can speak with.
import { readJsonLines } from '@voxtune/pipeline';
import { join } from 'node:path';
import type { Checkpoint } from '@voxtune/training';
import { CliError } from '../exit.js';
import { type Voice } from './folder.js';

export type CheckpointPair = { readonly gpt: Checkpoint; readonly sovits: Checkpoint; readonly gptEpoch: number; readonly sovitsEpoch: number };

/**
 * Every pair of a GPT and a SoVITS checkpoint; the last epoch of each kind first. Paths are absolute.
 * @throws {CliError} CLI_NO_VOICE when one kind has none.
 */
export async function checkpointPairs(voice: Voice): Promise<readonly [CheckpointPair, ...CheckpointPair[]]> {
  const checkpoints = await readJsonLines<Checkpoint>(voice.at('checkpoints'));
  const of = (kind: Checkpoint['kind']): Checkpoint[] =>
    checkpoints.filter((c) => c.kind === kind).sort((a, b) => b.epoch - a.epoch || b.step - a.step).map((c) => ({ ...c, path: join(voice.root, c.path) }));
  const pairs = of('gpt').flatMap((gpt) => of('sovits').map((sovits) => ({ gpt, sovits, gptEpoch: gpt.epoch, sovitsEpoch: sovits.epoch })));
  const [last, ...others] = pairs;
  if (last === undefined) throw new CliError('CLI_NO_VOICE', `there is no ${of('gpt').length === 0 ? 'GPT' : 'SoVITS'} checkpoint`);
  return [last, ...others];
}
