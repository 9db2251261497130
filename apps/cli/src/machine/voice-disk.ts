// What a voice will take on the disk: its figures are read from what its stages left, else assumed and said so.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { VERSION_FACTS, planDisk, type DiskEstimate, type EngineVersion, type VersionFacts } from '@voxtune/training';
import { configSchema, type Config } from '../config/schema.js';
import { readLists } from '../stages/list.js';
import { type Voice } from '../voice/folder.js';

/** Assumed before lists are made: an hour of speech in clips of six seconds. Ours. */
const ASSUMED = { seconds: 3600, clips: 600 } as const;
/** What planTraining takes where voxtune.yaml says null (GPT-SoVITS 48b1a01, webui.py). */
const DEFAULTS = { gpt: [15, 5], sovits: [8, 4], lora: [2, 1] } as const;

export type VoiceDisk = DiskEstimate & { readonly clips: number; readonly seconds: number; readonly assumed: boolean };

/** @param root - The checkout, whose pretrained files tell how large checkpoints become. */
export async function estimateDisk(voice: Voice | null, root: string, version: EngineVersion): Promise<VoiceDisk> {
  const config: Config = voice?.config ?? configSchema.parse({ voice: 'any' });
  const lists = voice === null ? null : await readLists(voice).catch(() => null);
  const clips = lists === null ? ASSUMED.clips : lists.train.length;
  const seconds = lists === null ? ASSUMED.seconds : lists.train.reduce((sum, { durationSec }) => sum + durationSec, 0);
  const { lora, pretrainedGpt, pretrainedS2G, pretrainedS2D }: VersionFacts = VERSION_FACTS[version];
  const size = (path: string): Promise<number | null> => stat(join(root, path)).then((entry) => entry.size, () => null);
  const [gpt, s2G, s2D] = await Promise.all([size(pretrainedGpt), size(pretrainedS2G), pretrainedS2D === null ? 0 : size(pretrainedS2D)]);
  const epochs = (given: { readonly epochs: number | null; readonly saveEvery: number | null }, [all, every]: readonly [number, number]) => ({ epochs: given.epochs ?? all, saveEvery: given.saveEvery ?? every });
  const estimate = planDisk({
    version, clips, seconds, bert: config.language === 'zh', keepCheckpoints: config.train.keepCheckpoints, pretrained: { gpt, s2G, s2D },
    gpt: epochs(config.train.gpt, DEFAULTS.gpt), sovits: epochs(config.train.sovits, lora ? DEFAULTS.lora : DEFAULTS.sovits),
  });
  return { ...estimate, clips, seconds, assumed: lists === null };
}
