import { CLIP_LIMITS } from '../cut/clip-limits.js';
import type { ClipEntry, Utterance } from '../manifest.js';
import { baseName } from '../show-path.js';

/** The engine's limits, GPT-SoVITS 48b1a01. s1: GPT_SoVITS/AR/data/dataset.py and configs/s1longer-v2.yaml (`max_sec` 54); s2: GPT_SoVITS/module/data_utils.py; peak: prepare_datasets/2-get-hubert-wav32k.py. */
export const TRAINER_LIMITS = {
  /** Semantic tokens a second. */
  tokensHz: 25,
  maxSec: 54,
  minPhonesPerSec: 3,
  maxPhonesPerSec: 25,
  /** `max_sec * hz / 2.5`. */
  maxPhones: 540,
  /** Largest sample before a file is set aside, of 1. */
  maxPeak: 2.2,
  /** Fewer items are repeated `max(2, floor(100 / n))` times. */
  repeatBelow: 100,
  /** The optimiser steps at every fourth batch after the first: with so few in an epoch it never does (observed, ENGINE run of 4 batches). */
  batchesWithoutStep: 4,
} as const;

/** One clip that a trainer would leave out without an error. */
export type SilentDrop = { readonly clip: string; readonly trainer: 's1' | 's2' | 'both'; readonly rule: 'duration' | 'tokens' | 'phones' | 'phones-per-second' | 'peak' | 'silence' | 'name'; readonly value: number; readonly reason: string };
export type PreflightOptions = {
  /** What would be trained on. */
  readonly utterances: readonly Utterance[];
  /** The clips with their measurements, by id. */
  readonly clips?: ReadonlyMap<string, Pick<ClipEntry, 'measurements'>> | undefined;
  /** Phones of an utterance's text, as `countPhones` counts them. */
  readonly phonesOf: (utterance: Utterance) => number;
  /** Clips a step of the GPT trainer. @default 8 */
  readonly gptBatchSize?: number | undefined;
  /** The GPT trainer halves its batch with DPO. @default false */
  readonly dpo?: boolean | undefined;
};
export type Preflight = {
  readonly drops: readonly SilentDrop[];
  /** `items`: clips each trainer would use. `batches`: a GPT epoch's, after its repetition of small sets. */
  readonly s1: { readonly items: number; readonly repeatedTo: number; readonly batchSize: number; readonly batches: number };
  readonly s2: { readonly items: number };
  /** What would make a whole training useless or fail; empty when it can begin. */
  readonly problems: readonly string[];
};

/**
 * Foretells which clips the engine's trainers would leave out without an error, and whether the trainings would do anything at all, before any GPU time is spent.
 * Law: each utterance that is in no drop of a trainer is one of its items.
 */
export function planPreflight({ utterances, clips, phonesOf, gptBatchSize = 8, dpo = false }: PreflightOptions): Preflight {
  const { tokensHz, maxSec, maxPhones, minPhonesPerSec, maxPhonesPerSec, maxPeak, repeatBelow, batchesWithoutStep } = TRAINER_LIMITS;
  const drops: SilentDrop[] = [];
  const names = new Map<string, string>();
  for (const utterance of utterances) {
    const { clip, durationSec, path } = utterance;
    const drop = (trainer: SilentDrop['trainer'], rule: SilentDrop['rule'], value: number, reason: string) => drops.push({ clip, trainer, rule, value: Math.round(value * 1000) / 1000, reason });
    const other = names.get(baseName(path));
    if (other === undefined) names.set(baseName(path), clip);
    else drop('both', 'name', 0, `its file name is also that of ${other}; features are kept by name, so one takes the other’s`);
    const peakDbfs = clips?.get(clip)?.measurements?.['peakDbfs'] ?? null;
    if (peakDbfs !== null && peakDbfs <= -120) drop('both', 'silence', peakDbfs, 'digital silence: its features are no numbers');
    if (peakDbfs !== null && 10 ** (peakDbfs / 20) > maxPeak) drop('both', 'peak', 10 ** (peakDbfs / 20), `its peak is ${(10 ** (peakDbfs / 20)).toFixed(2)}, above ${maxPeak}`);
    const { trainerMinSec, trainerMaxSec } = CLIP_LIMITS;
    if (durationSec <= trainerMinSec || durationSec >= trainerMaxSec) drop('s2', 'duration', durationSec, `${durationSec.toFixed(2)} s; SoVITS training uses clips between ${trainerMinSec} and ${trainerMaxSec} s`);
    const tokens = Math.floor(durationSec * tokensHz);
    const phones = phonesOf(utterance);
    const perSec = tokens === 0 ? Infinity : phones / (tokens / tokensHz);
    if (tokens > maxSec * tokensHz) drop('s1', 'tokens', tokens, `${tokens} semantic tokens; GPT training uses ${maxSec * tokensHz} at most`);
    else if (phones > maxPhones) drop('s1', 'phones', phones, `about ${phones} phones; GPT training uses ${maxPhones} at most`);
    else if (perSec > maxPhonesPerSec || perSec < minPhonesPerSec) drop('s1', 'phones-per-second', Math.min(perSec, 1e6), `about ${perSec === Infinity ? 'endlessly many' : perSec.toFixed(1)} phones a second; GPT training uses ${minPhonesPerSec} to ${maxPhonesPerSec}`);
  }
  const without = (trainer: 's1' | 's2') => new Set(drops.filter((drop) => drop.trainer === trainer || drop.trainer === 'both').map(({ clip }) => clip));
  const [noS1, noS2] = [without('s1'), without('s2')];
  const [s1, s2] = [utterances.filter(({ clip }) => !noS1.has(clip)).length, utterances.filter(({ clip }) => !noS2.has(clip)).length];
  const repeatedTo = s1 === 0 ? 0 : s1 < repeatBelow ? s1 * Math.max(2, Math.floor(repeatBelow / s1)) : s1;
  const batchSize = Math.max(1, Math.min(dpo ? Math.floor(gptBatchSize / 2) : gptBatchSize, Math.floor(repeatedTo / 4)));
  const batches = Math.ceil(repeatedTo / batchSize);
  const problems: string[] = [];
  if (s1 === 0) problems.push('GPT training would have no clip and end with a division by zero');
  else if (batches <= batchesWithoutStep) problems.push(`GPT training would have ${batches} batches an epoch: its optimiser steps only after ${batchesWithoutStep}, so it would learn nothing and end without an error; make the batch smaller than ${batchSize}`);
  if (s2 === 0) problems.push('SoVITS training would have no clip and end with an error');
  return { drops, s1: { items: s1, repeatedTo, batchSize, batches }, s2: { items: s2 }, problems };
}
