import { link, copyFile, mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DatasetError } from '../errors.js';
import { lastLines, runChild } from '../run-child.js';
import { baseName } from '../show-path.js';
import type { Cleaner } from './clean-files.js';

/** The checkout's folder and interpreter. */
export type EngineCleanerOptions = {
  readonly root: string;
  readonly python: readonly [string, ...string[]];
  readonly device?: 'cpu' | 'cuda' | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Longest time for all recordings, ms. @default 21600000, six hours */
  readonly timeoutMs?: number | undefined;
};
const SIX_HOURS_MS = 21_600_000;

/** Rate at which the UVR5 models work, and that of the denoiser (GPT-SoVITS 48b1a01, tools/uvr5/webui.py and tools/cmd-denoise.py: `…_16k`). */
const UVR5_RATE_HZ = 44_100;
const DENOISE_RATE_HZ = 16_000;

/** The checkout's UVR5 models, through the bridge script of this package. `model` is the name of a file in tools/uvr5/uvr5_weights without its ending (HP2_all_vocals, VR-DeEchoAggressive, onnx_dereverb_By_FoxJoy …). */
export function engineSeparator({ model, agg = 10, half = false, bridge = fileURLToPath(new URL('../engine/separate.py', bridgeBase())), ...how }: EngineCleanerOptions & { readonly model: string; /** How strongly other sounds are taken away, 0…20. @default 10 */ readonly agg?: number | undefined; readonly half?: boolean | undefined; readonly bridge?: string | undefined }): Cleaner {
  return {
    id: model, rateHz: UVR5_RATE_HZ, channels: 2,
    clean: async (jobs, signal) => {
      const list = join(dirname(jobs[0]!.input), 'jobs.json');
      await writeFile(list, JSON.stringify(jobs.map(({ input, folder }) => ({ input, folder }))));
      const said = await runEngine(how, [bridge, '--model', model, '--device', how.device ?? 'cpu', '--half', half ? '1' : '0', '--agg', String(agg), '--jobs', list], signal);
      const told = new Map<number, string | null>();
      for (const [, line] of said.matchAll(/^@job (.*)$/gm)) {
        const { index, error } = JSON.parse(line!) as { index: number; error: string | null };
        told.set(index, error);
      }
      return jobs.map((_, i) => (told.has(i) ? told.get(i)! : 'the separation ended before its turn'));
    },
  };
}

/** The guide's `tools/uvr5/separate.py`: one recording a call. */
export function guideSeparator({ model, ...how }: EngineCleanerOptions & { readonly model: string }): Cleaner {
  return {
    id: model, rateHz: UVR5_RATE_HZ, channels: 2,
    clean: async (jobs, signal) => {
      for (const { input, folder } of jobs) await runEngine(how, ['tools/uvr5/separate.py', '--input', input, '--output', folder, '--model', model], signal);
      return jobs.map(() => null);
    },
  };
}

/** The checkout's denoiser, tools/cmd-denoise.py: a folder a call; what it fails on is missing and the exit code is 0. */
export function engineDenoiser(how: EngineCleanerOptions): Cleaner {
  return {
    id: 'cmd-denoise.py', rateHz: DENOISE_RATE_HZ, channels: 1,
    clean: async (jobs, signal) => {
      const [input, output] = [join(dirname(jobs[0]!.input), 'denoise-in'), join(dirname(jobs[0]!.input), 'denoise-out')];
      await Promise.all([mkdir(input), mkdir(output)]);
      for (const job of jobs) await link(job.input, join(input, baseName(job.input))).catch(() => copyFile(job.input, join(input, baseName(job.input))));
      const said = await runEngine(how, ['tools/cmd-denoise.py', '-i', input, '-o', output, '-p', 'float32'], signal);
      const made = new Set(await readdir(output));
      return Promise.all(jobs.map(async (job) => {
        const name = baseName(job.input);
        if (!made.has(name)) return `cmd-denoise.py left it out: ${said.trim().split(/\r?\n/).filter((line) => /error/i.test(line)).at(-1)?.slice(0, 200) ?? 'it did not say why'}`;
        await rename(join(output, name), join(job.folder, name));
        return null;
      }));
    },
  };
}

/** The folder from which `../engine` is found: that of `dist` or of `src`. */
function bridgeBase(): string {
  return import.meta.url.includes('/src/clean/') ? new URL('../', import.meta.url).href : import.meta.url;
}

async function runEngine({ root, python: [program, ...before], env, timeoutMs = SIX_HOURS_MS }: EngineCleanerOptions, args: readonly string[], signal: AbortSignal | undefined): Promise<string> {
  let all = ''; // a line tells of each recording
  const { failure, missing, said } = await runChild({ onOutput: (text) => { all += text; }, program, args: [...before, ...args], cwd: root, env: { PYTHONIOENCODING: 'utf-8', PYTHONUNBUFFERED: '1', ...env }, timeoutMs, signal });
  if (failure === null) return all;
  throw new DatasetError('DATASET_CLEANER_FAILED', `${args[0]!} cannot be run: ${failure}${missing === null ? ` — ${lastLines(said, 3, 400)}` : ''}`, { root, script: args[0]! }, missing === null ? {} : { cause: missing });
}
