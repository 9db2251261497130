// The engine of a voice: its checkout, the training plan, and a running speech server with the voice's weights.
import { join } from 'node:path';
import { planTraining, probeCheckout, serverCommand, type Checkout, type TrainingPlanOptions } from '@voxtune/training';
import { createClient, type SpeechClient } from '@voxtune/inference-client';
import { createNodeFetch } from '@voxtune/inference-client/node';
import { startWorker, type WorkerLaunch } from '@voxtune/serving';
import { type Voice } from './folder.js';

/** The checkout that voxtune.yaml names, or null when it names none. @throws TrainingError when the folder is not a checkout. */
export async function openEngine(voice: Voice): Promise<Checkout | null> {
  if (voice.engineDir === null) return null;
  const { python } = voice.config.engine;
  return probeCheckout(voice.engineDir, python === null ? {} : { python });
}

/** Where the engine reads and writes for this voice, and with which settings. */
export function trainingOptions(voice: Voice, engineRoot: string, checkout: Checkout | null): TrainingPlanOptions {
  const { engine, train, language } = voice.config;
  return {
    profile: engine.profile, engineRoot, ...(checkout === null ? {} : { checkout }), version: engine.version, name: voice.name, language,
    device: engine.device, gpt: train.gpt, sovits: train.sovits,
    paths: {
      root: voice.root,
      expDir: voice.at('experiment'), gptWeightsDir: voice.at('gptWeights'), sovitsWeightsDir: voice.at('sovitsWeights'), configDir: voice.at('engineConfigs'),
      listPath: join(voice.at('lists'), 'train.list'), listsDir: voice.at('lists'), clipsDir: voice.at('clips'), checkpointsPath: voice.at('checkpoints'),
    },
  };
}

export const trainingPlan = (voice: Voice, engineRoot: string, checkout: Checkout | null) => planTraining(trainingOptions(voice, engineRoot, checkout));

export type Weights = { readonly gpt: string; readonly sovits: string };
export type Prompt = { readonly path: string; readonly text: string; readonly language: string };
export type Speaker = { readonly client: SpeechClient; stop(): Promise<void> };

/** The command line of an engine server with these weights. The yaml is private: the engine rewrites the one it is given. */
export const launchFor = (voice: Voice, checkout: Checkout, weights: Weights, port: number, configPath: string): WorkerLaunch =>
  serverCommand({ profile: 'upstream', server: 'api_v2', checkout, port, weights, version: voice.config.engine.version, device: voice.config.engine.device, configPath });

/** Starts one engine server holding these weights and waits until it answers. Stop it in a `finally`. */
export async function startSpeaker(voice: Voice, checkout: Checkout, weights: Weights, { logDir, scratchDir, signal }: { readonly logDir: string; readonly scratchDir: string; readonly signal: AbortSignal }): Promise<Speaker> {
  const worker = await startWorker({
    dialect: 'api-v2', logPath: join(logDir, 'speech-server.log'), signal,
    launch: (port) => launchFor(voice, checkout, weights, port, join(scratchDir, 'tts_infer.yaml')),
  });
  const client = createClient({ baseUrl: worker.url, dialect: 'api-v2', fetch: createNodeFetch() });
  return { client, stop: () => worker.stop() };
}
