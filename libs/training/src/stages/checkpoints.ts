import { hashFile, writeJsonLines } from '@voxtune/pipeline';
import { checkZip } from '../features/check-zip.js';
import { findGptWeights, findSovitsWeights } from './gpt-files.js';
import { nameRead } from './voice-engine.js';

/** A line of checkpoints.jsonl: weights that a voice can speak with. */
export type Checkpoint = {
  readonly v: 1;
  readonly kind: 'gpt' | 'sovits';
  /** Counts from 1. */
  readonly epoch: number;
  /** Optimizer steps so far; 0 where the engine did not say. */
  readonly step: number;
  /** Relative to the voice folder, with forward slashes; absolute outside it. */
  readonly path: string;
  readonly sha256: string;
};

export type FindCheckpointsOptions = {
  readonly root: string;
  readonly gptWeightsDir: string;
  readonly sovitsWeightsDir: string;
  readonly name: string;
  /** Epochs that were asked for: weights of later ones, left by a longer training, are not listed. */
  readonly gptEpochs: number;
  readonly sovitsEpochs: number;
  /** First two bytes of SoVITS weights. */
  readonly sovitsHead: string;
  readonly gptSteps: Readonly<Record<string, number>>;
  readonly signal?: AbortSignal | undefined;
};

/** Every whole weight file of a voice, GPT first, ascending by epoch. */
export async function findCheckpoints(options: FindCheckpointsOptions): Promise<readonly Checkpoint[]> {
  const { root, name, gptSteps, signal } = options;
  const rows: Checkpoint[] = [];
  for (const { epoch, path } of await findGptWeights(options.gptWeightsDir, name)) {
    if (epoch > options.gptEpochs || (await checkZip(path)) !== null) continue;
    rows.push({ v: 1, kind: 'gpt', epoch, step: gptSteps[String(epoch)] ?? 0, path: nameRead(root, path), sha256: await hashFile(path, { signal }) });
  }
  for (const { epoch, step, path } of await findSovitsWeights(options.sovitsWeightsDir, name)) {
    if (epoch > options.sovitsEpochs || (await checkZip(path, { head: options.sovitsHead })) !== null) continue;
    rows.push({ v: 1, kind: 'sovits', epoch, step, path: nameRead(root, path), sha256: await hashFile(path, { signal }) });
  }
  return rows;
}

/** Writes checkpoints.jsonl. */
export async function writeCheckpoints(path: string, options: FindCheckpointsOptions): Promise<readonly Checkpoint[]> {
  const rows = await findCheckpoints(options);
  await writeJsonLines(path, rows);
  return rows;
}
