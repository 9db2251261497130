// Training options that fit a voice's data and this machine's GPU.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { readJsonLines } from '@voxtune/pipeline';
import { choosePreset, listPresets, type PresetChoice, type PresetFacts } from '@voxtune/training';
import { listGpus } from '../machine/programs.js';
import { decideDevice } from './device.js';
import { orNone } from './findings.js';
import { CONFIG_NAME, type Voice } from './folder.js';

export const PRESET_NAMES = ['auto', 'few', 'usual', 'much'] as const;

const readClips = (voice: Voice, place: 'reviewedManifest' | 'clipsManifest') => readJsonLines<{ kept: boolean; startSec: number; endSec: number }>(voice.at(place));

/** What presets are chosen by: the clips that were kept, by the person who reviewed them too, and the GPU that the engine would use. */
export async function presetFacts(voice: Voice): Promise<PresetFacts> {
  const [reviewed, gpus] = await Promise.all([orNone(readClips(voice, 'reviewedManifest')), listGpus()]);
  const clips = reviewed ?? (await orNone(readClips(voice, 'clipsManifest'))) ?? []; // not reviewed, or not cut yet
  const used = decideDevice(voice.config.engine, gpus).gpus[0];
  const gpu = gpus.find(({ index }) => index === used) ?? null;
  const speechSec = clips.filter(({ kept }) => kept).reduce((sum, { startSec, endSec }) => sum + endSec - startSec, 0);
  return { version: voice.config.engine.version, speechMin: clips.length === 0 ? null : speechSec / 60, gpuGiB: gpu === null || gpu.totalMiB === null ? null : gpu.totalMiB / 1024 };
}

/** The preset of this name, or the fitting one. */
export function namePreset(wanted: string, facts: PresetFacts): PresetChoice {
  const fitting = choosePreset(facts);
  const named = listPresets(facts).find(({ name }) => name === wanted);
  return named === undefined ? fitting : { ...named, chosenBecause: 'it was asked for' };
}

/** The voice as it would be with a preset's values. */
export const withPreset = (voice: Voice, { gpt, sovits }: PresetChoice): Voice => {
  const { train } = voice.config;
  return { ...voice, config: { ...voice.config, train: { ...train, gpt: { ...train.gpt, ...gpt } as typeof train.gpt, sovits: { ...train.sovits, ...sovits } as typeof train.sovits } } };
};

/** Writes a preset's values into voxtune.yaml, comments kept: a later run on another machine trains the same. */
export async function writePreset(voice: Voice, { gpt, sovits }: PresetChoice): Promise<void> {
  const file = join(voice.root, CONFIG_NAME);
  const document = parseDocument(await readFile(file, 'utf8'));
  for (const [block, values] of Object.entries({ gpt, sovits })) for (const [key, value] of Object.entries(values)) if (value !== undefined) document.setIn(['train', block, key], value);
  await writeFile(file, document.toString({ lineWidth: 0 }));
}
