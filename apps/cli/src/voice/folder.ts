// Where everything of one voice lies (see "A voice on disk" in the README).
import { existsSync } from 'node:fs';
import { basename, isAbsolute, join, resolve } from 'node:path';
import { loadConfig } from '../config/load.js';
import { type Config } from '../config/schema.js';

export const CONFIG_NAME = 'voxtune.yaml';

/** Root-relative places in a voice folder; stages name these as what they read and write. */
export const PLACES = {
  recordings: 'work/recordings.jsonl',
  measured: 'work/measured',
  cut: 'work/cut',
  separated: 'work/separated',
  separatedManifest: 'work/separated.jsonl',
  denoised: 'work/denoised',
  denoisedManifest: 'work/denoised.jsonl',
  clips: 'work/clips',
  clipsManifest: 'work/clips.jsonl',
  ingestFindings: 'work/findings/ingest.json',
  sliceFindings: 'work/findings/slice.json',
  transcribeFindings: 'work/findings/transcribe.json',
  transcripts: 'work/transcripts.jsonl',
  heard: 'work/heard',
  /** A person's decisions on clips; only added to, and outside work/. */
  review: 'review.jsonl',
  reviewLock: 'work/review.lock',
  reviewedClips: 'work/reviewed/clips',
  reviewedManifest: 'work/reviewed/clips.jsonl',
  reviewedTranscripts: 'work/reviewed/transcripts.jsonl',
  reviewFindings: 'work/findings/review.json',
  lists: 'work/lists',
  listsManifest: 'work/lists/lists.json',
  experiment: 'work/engine/exp',
  engineConfigs: 'work/engine/configs',
  gptWeights: 'work/engine/gpt-weights',
  sovitsWeights: 'work/engine/sovits-weights',
  checkpoints: 'work/checkpoints.jsonl',
  evaluation: 'work/evaluation',
  dataset: 'work/dataset.json',
  datasetPage: 'work/dataset.html',
  report: 'work/report.html',
  voice: 'voice.json',
  published: 'voice',
} as const;

export type Voice = {
  readonly name: string;
  readonly root: string;
  readonly config: Config;
  readonly recordingsDir: string;
  readonly transcriptPaths: readonly string[];
  readonly engineDir: string | null;
  readonly modelsDir: string | null;
  readonly enrolmentPath: string | null;
  /** Absolute path of one of PLACES. */
  at(place: keyof typeof PLACES): string;
};

/** NAME or a voice folder's path → the folder. */
export function voiceRoot(nameOrPath: string, cwd: string): string {
  const path = resolve(cwd, nameOrPath);
  return basename(path) === CONFIG_NAME ? resolve(path, '..') : path;
}

/**
 * Opens a voice folder.
 * @throws {CliError} CLI_CONFIG_MISSING or CLI_CONFIG_INVALID.
 */
export async function openVoice(nameOrPath: string, cwd: string, overrides: { readonly models?: string | undefined } = {}): Promise<Voice> {
  const root = voiceRoot(nameOrPath, cwd);
  const config = await loadConfig(join(root, CONFIG_NAME));
  const from = (path: string) => (isAbsolute(path) ? path : resolve(root, path));
  return {
    name: config.voice,
    root,
    config,
    recordingsDir: from(config.recordings),
    transcriptPaths: config.transcripts.map(from).filter((path) => existsSync(path)),
    engineDir: config.engine.path === null ? null : from(config.engine.path),
    modelsDir: overrides.models !== undefined ? resolve(cwd, overrides.models) : config.models === null ? null : from(config.models),
    enrolmentPath: config.enrolment === null ? null : from(config.enrolment),
    at: (place) => join(root, PLACES[place]),
  };
}
