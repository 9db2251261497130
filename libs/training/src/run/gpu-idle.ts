/** One look at a GPU. */
export type GpuSample = { /** Milliseconds of any clock. */ readonly atMs: number; /** Busiest of the GPUs looked at, 0…100 %. */ readonly utilisation: number };

/** Busy at most so much of the time counts as idle, %. A trainer that waits for its loader still shows a few. Ours. */
const IDLE_PERCENT = 2;
/** So long without work is no pause between epochs or for a checkpoint, ms. Ours. */
export const GPU_IDLE_MS = 5 * 60_000;

/**
 * The utilisation in what `nvidia-smi --query-gpu=index,utilization.gpu --format=csv,noheader,nounits` prints.
 * @param gpus - Indices that count; [] counts all.
 * @returns The busiest, %; null where none of them says it (MIG and some drivers print `[N/A]`).
 */
export function parseGpuUtilisation(text: string, gpus: readonly number[]): number | null {
  const values = text.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s*,\s*(\d+)\s*%?\s*$/.exec(line);
    return match !== null && (gpus.length === 0 || gpus.includes(Number(match[1]))) ? [Number(match[2])] : [];
  });
  return values.length === 0 ? null : Math.max(...values);
}

/**
 * For how long a training's GPUs have done nothing; null while that is not known to be unusual. Start-up counts too: a trainer that never reaches its GPU trains on the CPU.
 * @param samples - Ascending in time.
 * @param limitMs - Shortest idleness that is named. @default 300000
 */
export function gpuIdleMs(samples: readonly GpuSample[], limitMs: number = GPU_IDLE_MS): number | null {
  const busy = samples.findLastIndex(({ utilisation }) => utilisation > IDLE_PERCENT);
  const since = samples[busy + 1];
  const last = samples.at(-1);
  if (since === undefined || last === undefined) return null;
  const idle = last.atMs - since.atMs;
  return idle >= limitMs ? idle : null;
}

export type WatchGpuOptions = { readonly read: () => Promise<string | null>; readonly gpus: readonly number[]; readonly now: () => number; readonly say: (words: string) => void; readonly limitMs?: number };

/** Makes a function that looks at the GPUs and says, once for each idle stretch, that they do nothing. It never throws. */
export function watchGpu({ read, gpus, now, say, limitMs = GPU_IDLE_MS }: WatchGpuOptions): () => Promise<void> {
  let samples: GpuSample[] = [];
  let told = false;
  return async () => {
    const utilisation = parseGpuUtilisation((await read().catch(() => null)) ?? '', gpus);
    if (utilisation === null) samples = [];
    else samples = [...(utilisation > IDLE_PERCENT ? [] : samples), { atMs: now(), utilisation }];
    const idle = gpuIdleMs(samples, limitMs);
    if (idle !== null && !told) say(`the GPU has been idle for ${Math.round(idle / 60_000)} min: training may run on the CPU, wait for its data loader, or hang`);
    told = idle !== null;
  };
}
