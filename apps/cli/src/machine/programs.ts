// Programs of this machine, and what they say about it.
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import type { GpuKind } from '@voxtune/training';

/** The first of these programs that is on PATH, whole path; null when none is. */
export async function findProgram(names: readonly string[], dirs: readonly string[]): Promise<string | null> {
  for (const name of names) {
    for (const dir of dirs) {
      for (const file of process.platform === 'win32' ? [`${name}.exe`, name] : [name]) {
        const path = join(dir, file);
        const runs = await access(path, constants.X_OK).then(() => stat(path)).then((entry) => entry.isFile(), () => false);
        if (runs) return path;
      }
    }
  }
  return null;
}

/** First line that a program prints; null when it cannot be run, fails, or takes more than three seconds. */
export async function programVersion(program: string, args: readonly string[]): Promise<string | null> {
  const { failed, stdout, stderr } = await execa(program, args, { reject: false, timeout: 3000, stdin: 'ignore' });
  return failed ? null : ((stdout || stderr).split('\n')[0] ?? '');
}

/** What nvidia-smi says of a GPU. */
export type GpuFacts = { /** As CUDA counts them. */ readonly index: number; readonly name: string; readonly freeMiB: number | null; readonly totalMiB: number | null; readonly driver: string; readonly computeCapability: number | null; /** Newest CUDA that the driver runs, 12.8 for instance. */ readonly cuda: number | null };

const QUERY = ['--query-gpu=index,name,memory.free,memory.total,driver_version,compute_cap', '--format=csv,noheader,nounits'];

/** Reads nvidia-smi's answer to the query above, and its banner; no GPU is an empty list. Fields that a driver does not know read `[N/A]`. */
export function parseGpuFacts(rows: string, banner: string): readonly GpuFacts[] {
  const number = (text: string | undefined): number | null => (text !== undefined && /^[\d.]+$/.test(text) ? Number(text) : null);
  const cuda = number(/CUDA Version: ([\d.]+)/.exec(banner)?.[1]);
  return rows.split('\n').flatMap((row) => {
    const [index, name = '', free, total, driver = '', capability] = row.split(',').map((cell) => cell.trim());
    return capability === undefined || name === '' ? [] : [{ index: number(index) ?? 0, name, freeMiB: number(free), totalMiB: number(total), driver, computeCapability: number(capability), cuda }];
  });
}

/** What the engine asks about a GPU. */
export const gpuKind = ({ name, computeCapability, totalMiB }: GpuFacts): GpuKind => ({ name, computeCapability, memoryGiB: totalMiB === null ? null : totalMiB / 1024 });

/** The machine's NVIDIA GPUs. */
export async function listGpus(): Promise<readonly GpuFacts[]> {
  const ask = async (args: readonly string[]): Promise<string> => {
    const { failed, stdout } = await execa('nvidia-smi', args, { reject: false, timeout: 3000, stdin: 'ignore' });
    return failed ? '' : stdout;
  };
  const [rows, banner] = await Promise.all([ask(QUERY), ask([])]);
  return parseGpuFacts(rows, banner);
}

/** The first NVIDIA GPU, or null. */
export const gpuFacts = async (): Promise<GpuFacts | null> => (await listGpus())[0] ?? null;

/** Those of the ports on which another program listens on loopback; 0 means any, and is never taken. */
export async function busyPorts(ports: readonly number[]): Promise<readonly number[]> {
  const taken = await Promise.all(ports.filter((port) => port !== 0).map((port) => new Promise<readonly number[]>((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EADDRINUSE' ? [port] : []));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve([])));
  })));
  return taken.flat();
}
