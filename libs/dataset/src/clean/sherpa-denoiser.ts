import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DatasetError } from '../errors.js';
import { pcm16Samples } from '../pcm16-size.js';
import { sherpaLimitMs } from '../sherpa/sherpa-limit.js';
import { readDenoiserKind, readSherpaFile } from '../sherpa/sherpa-models.js';
import { sherpaProcess } from '../sherpa/sherpa-process.js';
import type { Cleaner } from './clean-files.js';

export type SherpaDenoiserOptions = {
  /** An ONNX file of sherpa-onnx's release "speech-enhancement-models": GTCRN, or DPDFNet. Which, it says itself. */
  readonly model: string;
  /** @default 2 */
  readonly threads?: number | undefined;
  /** Longest time for one recording, ms. @default a minute and ten times its length */
  readonly timeoutMs?: number | undefined;
  /** The addon, when it is not the installed `sherpa-onnx-node`: a path to a module of its form. */
  readonly addon?: string | undefined;
};

/**
 * A denoiser that runs in a Node process of its own through the optional package `sherpa-onnx-node`: a crash or a hang is one recording's reason, and the next gets a new process.
 * @throws {DatasetError} `DATASET_CLEANER_MISSING` when the model is not there or of another kind, or the package is not installed.
 */
export async function sherpaDenoiser({ model, threads = 2, timeoutMs, addon }: SherpaDenoiserOptions): Promise<Cleaner> {
  const missing = (message: string, cause?: unknown) => new DatasetError('DATASET_CLEANER_MISSING', message, { path: model }, cause === undefined ? {} : { cause });
  const file = await readSherpaFile(model, missing);
  const about = readDenoiserKind(file);
  if (typeof about === 'string') throw missing(about);
  const { kind, rateHz } = about;
  const config = { model: { [kind]: { model }, numThreads: threads, provider: 'cpu', debug: 0 } };
  const start = () => sherpaProcess({ task: 'denoise', config, addon, codes: { missing: 'DATASET_CLEANER_MISSING', failed: 'DATASET_CLEANER_FAILED' } });
  start(); // looks for the addon now, before any recording is read
  return {
    id: `sherpa-onnx ${kind} ${file.hash}`, rateHz, channels: 1,
    clean: async (jobs, signal) => {
      const { open, ask, close } = start();
      try {
        await open(signal);
        const reasons: (string | null)[] = [];
        for (const { input, folder } of jobs) {
          const lengthSec = pcm16Samples((await stat(input)).size) / rateHz;
          if (lengthSec <= 0) { reasons.push('there is no sound in it'); continue; }
          reasons.push(await ask({ wav: input, out: join(folder, 'denoised.wav') }, timeoutMs ?? sherpaLimitMs(lengthSec), signal).then(() => null, (error: unknown) => {
            signal?.throwIfAborted();
            if (error instanceof DatasetError && error.code === 'DATASET_CLEANER_FAILED') return error.message;
            throw error;
          }));
        }
        return reasons;
      } finally {
        await close();
      }
    },
  };
}
