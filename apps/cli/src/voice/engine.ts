// The engine of a voice: its checkout, the training plan, and a running speech server with the voice's weights.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { execa } from 'execa';
import { createClient, type SpeechClient } from '@voxtune/inference-client';
import { createNodeFetch } from '@voxtune/inference-client/node';
import type { WorkerLaunch } from '@voxtune/serving';
import { planTraining, probeCheckout, serverCommand, type Checkout, type TrainingPlan, type TrainingStagesOptions } from '@voxtune/training';
import { CliError } from '../exit.js';
import { listGpus } from '../machine/programs.js';
import { decideDevice, type DeviceChoice } from './device.js';
import { type Voice } from './folder.js';

export type Engine = { readonly checkout: Checkout } & Pick<DeviceChoice, 'device' | 'half' | 'bf16' | 'gpus'>;

const STAND_IN_DEVICE = { device: 'cpu', half: false, bf16: false, gpus: [] } as const; // it never needs a GPU

/** Loading took 150 s on two busy cores; an engine that ends is noticed at once, whatever this is. Ours. */
const READY_MS = 600_000;

/** What PyTorch Lightning calls it (Trainer, `precision`). */
const BF16 = 'bf16-mixed';

const PLATFORM = process.platform === 'win32' ? 'win32' : 'posix';

/** Folders of PATH, where the engine's Python and ffmpeg are looked for. */
export const pathDirs = (env: Readonly<Record<string, string | undefined>>): string[] => (env['PATH'] ?? '').split(delimiter).filter((dir) => dir !== '');

/** What nvidia-smi says of how busy each GPU is; null where it says nothing. */
async function readGpuUse(): Promise<string | null> {
  const { failed, stdout } = await execa('nvidia-smi', ['--query-gpu=index,utilization.gpu', '--format=csv,noheader,nounits'], { reject: false, timeout: 5000, stdin: 'ignore' });
  return failed ? null : stdout;
}

/** The engine that voxtune.yaml names, or null when it names none. @throws TrainingError when the folder is not a checkout. */
export async function openEngine(voice: Voice): Promise<Engine | null> {
  if (voice.engineDir === null) return null;
  const { python, device } = voice.config.engine;
  const listing = device === 'cpu' ? [] : listGpus(); // asked for while the checkout is looked at
  const checkout = await probeCheckout(voice.engineDir, { pathDirs: pathDirs(process.env), version: voice.config.engine.version, languages: [voice.config.language], ...(python === null ? {} : { python }) });
  return { checkout, ...(checkout.kind === 'stand-in' ? STAND_IN_DEVICE : decideDevice(voice.config.engine, await listing)) };
}

/** Where the engine reads and writes for this voice, and with which settings. */
export function trainingOptions(voice: Voice, engine: Engine | null, engineRoot = engine?.checkout.root ?? ''): TrainingStagesOptions {
  const { train, language, engine: { profile, version, device, python, silenceLimitSec, precision, gpus } } = voice.config;
  const bf16 = engine?.bf16 ?? precision === 'bf16';
  const overrides = bf16 ? { ...train.overrides, s1: { ...train.overrides.s1, train: { precision: BF16, ...(train.overrides.s1['train'] as object | undefined) } } } : train.overrides;
  const own = (block: Readonly<Record<string, unknown>>): object => Object.fromEntries(Object.entries(block).filter(([, value]) => value !== null)); // null: the version's default
  const list = (name: string) => join(voice.at('lists'), name);
  return {
    root: voice.root, profile, engineRoot, checkout: engine?.checkout ?? null, ...(python === null ? {} : { python }), ...(silenceLimitSec === null ? {} : { silenceLimitMs: silenceLimitSec * 1000 }), version, name: voice.name, language,
    device: engine?.device ?? (device === 'cpu' ? 'cpu' : 'cuda'), half: engine?.half ?? precision !== 'fp32', ...(engine === null ? (gpus === null || device === 'cpu' ? {} : { gpus }) : { gpus: engine.gpus }), gpt: own(train.gpt), sovits: own(train.sovits), overrides: overrides as NonNullable<TrainingStagesOptions['overrides']>, // their keys are held against the template
    keepCheckpoints: train.keepCheckpoints, readGpuUse,
    pythonPath: process.env['PYTHONPATH'], platform: PLATFORM,
    paths: {
      expDir: voice.at('experiment'), gptWeightsDir: voice.at('gptWeights'), sovitsWeightsDir: voice.at('sovitsWeights'), configDir: voice.at('engineConfigs'),
      listPath: list('train.list'), clipsDir: voice.at('reviewedClips'), checkpointsPath: voice.at('checkpoints'),
      guideLists: { gptTrain: list('gpt_train_list.txt'), gptValid: list('gpt_valid_list.txt'), sovitsTrain: list('sovits_train_list.txt'), sovitsValid: list('sovits_valid_list.txt') },
    },
  };
}

/** What training would run; `engineRoot` plans for a checkout that need not be there. Batch sizes depend on the list, where there is one. */
export async function trainingPlan(voice: Voice, engine: Engine | null, engineRoot?: string): Promise<TrainingPlan> {
  const options = trainingOptions(voice, engine, engineRoot);
  const list = await readFile(options.paths.listPath, 'utf8').catch(() => null);
  return planTraining({ ...options, clipCount: list === null ? null : list.split('\n').filter((line) => line !== '').length });
}

export type Weights = { readonly gpt: string; readonly sovits: string };
export type Speaker = { readonly client: SpeechClient; stop(): Promise<void> };

/**
 * The command line of an engine server with these weights. The yaml is private: the engine rewrites the one it is given.
 * @throws {CliError} CLI_NO_VOICE when weights are not there: the engine would speak with its base model instead, and say nothing.
 */
export async function launchFor(voice: Voice, { checkout, device, half, gpus }: Engine, weights: Weights, port: number, configPath: string): Promise<WorkerLaunch> {
  const server = serverCommand({ profile: 'upstream', server: 'api_v2', checkout, port, weights, version: voice.config.engine.version, device, half, configPath, pythonPath: process.env['PYTHONPATH'], platform: PLATFORM });
  for (const path of server.mustExist) {
    if (!isAbsolute(path) || !existsSync(path)) throw new CliError('CLI_NO_VOICE', `there are no weights ${path}`, { path });
  }
  return gpus[0] === undefined ? server : { ...server, env: { ...server.env, CUDA_VISIBLE_DEVICES: String(gpus[0]) } };
}

/** Starts one engine server holding these weights and waits until it answers. Stop it in a `finally`. */
export async function startSpeaker(voice: Voice, engine: Engine, weights: Weights, { logDir, scratchDir, signal }: { readonly logDir: string; readonly scratchDir: string; readonly signal: AbortSignal }): Promise<Speaker> {
  const { startWorker } = await import('@voxtune/serving'); // only when something is to be spoken: it brings an HTTP server
  const worker = await startWorker({
    dialect: 'api-v2', logPath: join(logDir, 'speech-server.log'), signal, readyTimeoutMs: READY_MS,
    launch: (port) => launchFor(voice, engine, weights, port, join(scratchDir, 'tts_infer.yaml')),
  });
  const client = createClient({ baseUrl: worker.url, dialect: 'api-v2', fetch: createNodeFetch() });
  return { client, stop: () => worker.stop() };
}
