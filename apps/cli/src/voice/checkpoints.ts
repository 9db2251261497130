// Which checkpoints a voice speaks with.
import { type Checkpoint } from '@voxtune/training';
import { CliError } from '../exit.js';

export type CheckpointPair = { readonly gpt: Checkpoint; readonly sovits: Checkpoint };

/**
 * The last epoch of each kind: the rule until checkpoints are compared by measurement.
 * @throws {CliError} CLI_NO_VOICE when one kind has none.
 */
export function lastCheckpoints(checkpoints: readonly Checkpoint[]): CheckpointPair {
  const last = (kind: Checkpoint['kind']) => {
    const [best] = checkpoints.filter((c) => c.kind === kind).sort((a, b) => b.epoch - a.epoch || b.step - a.step);
    if (best === undefined) throw new CliError('CLI_NO_VOICE', `there is no ${kind === 'gpt' ? 'GPT' : 'SoVITS'} checkpoint`);
    return best;
  };
  return { gpt: last('gpt'), sovits: last('sovits') };
}
