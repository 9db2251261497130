import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { writeFileAtomic } from '@voxtune/pipeline';

/** Settings that decide how much GPU memory a training needs. */
export type MemoryFit = { readonly batchSize: number; readonly gradCheckpoint: boolean; /** Clips that are longer are left out; null: none is. */ readonly maxSec: number | null };

/** A rung takes a quarter off the longest clip, and may leave out half of the speech at most. Ours. */
const SHORTER = 0.75;
const LEAST_SPEECH = 0.5;

/**
 * What to try after the GPU ran out of memory: half the batch, down to the smallest; then gradient checkpointing, where the stage has it;
 * then without the longest clips. Neither trainer of the engine takes a number of accumulated batches (GPT-SoVITS 48b1a01: s1 always sums
 * four, s2 none), so none is doubled.
 * @param smallest - Batch size under which the engine would not train. Positive.
 * @param hasCheckpoint - Whether the stage can recompute activations (`grad_ckpt` of v3 and v4).
 * @param clipsSec - Lengths of all clips, seconds. @default [] none is left out
 * @returns null when nothing is left to try. Each step is smaller than the one before; at least half of the speech stays.
 */
export function nextMemoryFit({ batchSize, gradCheckpoint, maxSec }: MemoryFit, smallest: number, hasCheckpoint: boolean, clipsSec: readonly number[] = []): MemoryFit | null {
  if (batchSize > smallest) return { batchSize: Math.max(smallest, Math.floor(batchSize / 2)), gradCheckpoint, maxSec };
  if (hasCheckpoint && !gradCheckpoint) return { batchSize, gradCheckpoint: true, maxSec };
  const sum = (all: readonly number[]): number => all.reduce((total, sec) => total + sec, 0);
  const longest = clipsSec.filter((sec) => maxSec === null || sec <= maxSec).reduce((most, sec) => Math.max(most, sec), 0);
  const limit = Math.floor(longest * SHORTER * 100) / 100;
  return limit > 0 && sum(clipsSec.filter((sec) => sec <= limit)) >= LEAST_SPEECH * sum(clipsSec) ? { batchSize, gradCheckpoint, maxSec: limit } : null;
}

/** A fit in words. */
export const describeFit = ({ batchSize, gradCheckpoint, maxSec }: MemoryFit): string => `batch size ${batchSize}${gradCheckpoint ? ' and gradient checkpointing' : ''}${maxSec === null ? '' : `, clips up to ${maxSec} s`}`;

const pathIn = (configDir: string): string => join(configDir, 'gpu-memory.json');
type Known = Readonly<Record<string, MemoryFit>>;

async function readKnown(configDir: string): Promise<Known> {
  try {
    const value: unknown = JSON.parse(await readFile(pathIn(configDir), 'utf8'));
    return typeof value === 'object' && value !== null ? (value as Known) : {};
  } catch {
    return {}; // nothing was learned yet
  }
}

/** What a fit belongs to: the machine and its GPUs, the stage, and what was asked for; other wishes are tried afresh. */
export const memoryKey = (stage: string, version: string, gpus: readonly number[], wished: MemoryFit): string => `${hostname()} gpu ${gpus.join('+')} ${stage} ${version} ${describeFit(wished)}`;

/** The fit that an earlier training came through with on these GPUs; null where there was none. */
export async function recallFit(configDir: string, key: string): Promise<MemoryFit | null> {
  const fit = (await readKnown(configDir))[key];
  return fit !== undefined && Number.isSafeInteger(fit.batchSize) && fit.batchSize > 0 && typeof fit.gradCheckpoint === 'boolean' ? { ...fit, maxSec: typeof fit.maxSec === 'number' ? fit.maxSec : null } : null;
}

/** Keeps a fit for the next training. */
export async function rememberFit(configDir: string, key: string, fit: MemoryFit): Promise<void> {
  await writeFileAtomic(pathIn(configDir), `${JSON.stringify({ ...(await readKnown(configDir)), [key]: fit }, null, 1)}\n`);
}
