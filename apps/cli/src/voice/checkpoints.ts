// Which checkpoints a voice speaks with.
import { readJsonLines } from '@voxtune/pipeline';
import { join } from 'node:path';
import { type Checkpoint } from '@voxtune/training';
import { CliError } from '../exit.js';
import { type Voice } from './folder.js';

export type CheckpointPair = { readonly gpt: Checkpoint; readonly sovits: Checkpoint };

/**
 * The last epoch of each kind: the rule until checkpoints are compared by measurement. Paths are absolute.
 * @throws {CliError} CLI_NO_VOICE when one kind has none.
 */
export async function lastCheckpoints(voice: Voice): Promise<CheckpointPair> {
  const checkpoints = await readJsonLines<Checkpoint>(voice.at('checkpoints'));
  const last = (kind: Checkpoint['kind']) => {
    const [best] = checkpoints.filter((c) => c.kind === kind).sort((a, b) => b.epoch - a.epoch || b.step - a.step);
    if (best === undefined) throw new CliError('CLI_NO_VOICE', `there is no ${kind === 'gpt' ? 'GPT' : 'SoVITS'} checkpoint`);
    return { ...best, path: join(voice.root, best.path) };
  };
  return { gpt: last('gpt'), sovits: last('sovits') };
}
