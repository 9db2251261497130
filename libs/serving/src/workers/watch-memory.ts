import { type GpuMemory, readGpuMemory, readResidentBytes } from './recycle.js';
import type { Worker } from './worker.js';

/** What workers hold, as last seen. */
export type MemoryWatch = {
  /** Bytes of the worker's process; null when it is not known. */
  residentBytes(index: number): number | null;
  readonly gpus: readonly GpuMemory[];
  /** Looks now. */
  look(): Promise<void>;
  stop(): void;
};

const EVERY_MS = 10_000; // ours: an engine grows by megabytes a minute, not a second

/** Looks at the memory of all workers from time to time; GPUs only while nvidia-smi answers. */
export function watchMemory(workers: readonly Worker[]): MemoryWatch {
  let resident: readonly { readonly bytes: number | null; readonly generation: number }[] = [];
  let gpus: readonly GpuMemory[] | null = [];
  let looking: Promise<void> | null = null;
  const look = (): Promise<void> => (looking ??= (async () => {
    resident = await Promise.all(workers.map(async ({ pid, state, generation }) => ({ generation, bytes: state === 'ready' ? await readResidentBytes(pid) : null })));
    if (gpus !== null) gpus = await readGpuMemory();
  })().finally(() => { looking = null; }));
  const timer = setInterval(() => void look(), EVERY_MS);
  timer.unref();
  void look();
  // What was seen of an earlier process says nothing of the one that runs now
  const residentBytes = (index: number): number | null => (resident[index]?.generation === workers[index]?.generation ? (resident[index]?.bytes ?? null) : null);
  return { residentBytes, get gpus() { return gpus ?? []; }, look, stop: () => clearInterval(timer) };
}
