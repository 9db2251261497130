// What a voice will take on the disk: its figures are read from what its stages left, else assumed and said so.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { VERSION_FACTS, defaultEpochs, planDisk, type DiskEstimate, type EngineVersion, type VersionFacts } from '@voxtune/training';
import { configSchema, type Config } from '../config/schema.js';
import { readLists } from '../stages/list.js';
import { type Voice } from '../voice/folder.js';

/** Assumed before lists are made: an hour of speech in clips of six seconds. Ours. */
const ASSUMED = { seconds: 3600, clips: 600 } as const;

export type VoiceDisk = DiskEstimate & { readonly clips: number; readonly seconds: number; readonly assumed: boolean };

/** @param root - The checkout, whose pretrained files tell how large checkpoints become. */
export async function estimateDisk(voice: Voice | null, root: string, version: EngineVersion): Promise<VoiceDisk> {
  const config: Config = voice?.config ?? configSchema.parse({ voice: 'any' });
  const lists = voice === null ? null : await readLists(voice).catch(() => null);
  const clips = lists === null ? ASSUMED.clips : lists.train.length;
  const seconds = lists === null ? ASSUMED.seconds : lists.train.reduce((sum, { durationSec }) => sum + durationSec, 0);
  const { pretrainedGpt, pretrainedS2G, pretrainedS2D }: VersionFacts = VERSION_FACTS[version];
  const size = (path: string): Promise<number | null> => stat(join(root, path)).then((entry) => entry.size, () => null);
  const [gpt, s2G, s2D] = await Promise.all([size(pretrainedGpt), size(pretrainedS2G), pretrainedS2D === null ? 0 : size(pretrainedS2D)]);
  const defaults = defaultEpochs(version);
  const epochs = (kind: 'gpt' | 'sovits') => ({ epochs: config.train[kind].epochs ?? defaults[kind].epochs, saveEvery: config.train[kind].saveEvery ?? defaults[kind].saveEvery });
  const estimate = planDisk({
    version, clips, seconds, bert: config.language === 'zh', keepCheckpoints: config.train.keepCheckpoints, pretrained: { gpt, s2G, s2D },
    gpt: epochs('gpt'), sovits: epochs('sovits'),
  });
  return { ...estimate, clips, seconds, assumed: lists === null };
}
