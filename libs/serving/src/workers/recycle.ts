import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';

/** When a worker is drained and started again, so that what an engine leaks does not grow until it dies. */
export type RecycleLimits = {
  /** Requests that one process speaks. @default no limit */
  readonly maxRequests?: number;
  /** Memory that one process may hold, bytes; where it cannot be read (Windows) it is not limited. @default no limit */
  readonly maxResidentBytes?: number;
};

/** @throws {RangeError} for limits out of range. */
export function checkRecycleLimits({ maxRequests, maxResidentBytes }: RecycleLimits): void {
  if (maxRequests !== undefined && (!Number.isInteger(maxRequests) || maxRequests < 1)) throw new RangeError(`recycle.maxRequests must be a positive integer, got ${maxRequests}`);
  if (maxResidentBytes !== undefined && !(maxResidentBytes > 0)) throw new RangeError(`recycle.maxResidentBytes must be above 0, got ${maxResidentBytes}`);
}

/** Whether a worker that has just become free is due. @param residentBytes - null where it is not known. */
export function planRecycle({ requests, residentBytes }: { readonly requests: number; readonly residentBytes: number | null }, { maxRequests, maxResidentBytes }: RecycleLimits): 'requests' | 'memory' | null {
  if (maxResidentBytes !== undefined && residentBytes !== null && residentBytes > maxResidentBytes) return 'memory';
  return maxRequests !== undefined && requests >= maxRequests ? 'requests' : null;
}

/** Memory that a process holds, from the lines of Linux' /proc/PID/status (`VmRSS:  123 kB`), bytes; null when they do not tell. */
export function parseResidentBytes(status: string): number | null {
  const found = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return found === undefined ? null : Number(found) * 1024;
}

const output = (command: string, args: readonly string[]): Promise<string | null> =>
  new Promise((resolve) => execFile(command, [...args], { timeout: 5000, windowsHide: true }, (error, stdout) => resolve(error === null ? stdout : null)));

/** Memory that a process holds, bytes; null where the system does not tell, or when it is gone. */
export async function readResidentBytes(pid: number): Promise<number | null> {
  if (pid <= 0) return null;
  if (process.platform === 'linux') return readFile(`/proc/${pid}/status`, 'utf8').then(parseResidentBytes, () => null);
  if (process.platform === 'win32') return null;
  const kib = Number(await output('ps', ['-o', 'rss=', '-p', String(pid)])); // macOS and BSD: kibibytes
  return kib > 0 ? kib * 1024 : null;
}

/** Used memory of one GPU. */
export type GpuMemory = { readonly gpu: string; readonly usedBytes: number };

/** Reads `nvidia-smi --query-gpu=index,memory.used --format=csv,noheader,nounits`: one GPU a line, mebibytes. */
export function parseGpuMemory(text: string): readonly GpuMemory[] {
  return text.split('\n').flatMap((line) => {
    const found = /^\s*(\d+),\s*(\d+)\s*$/.exec(line);
    return found === null ? [] : [{ gpu: found[1] as string, usedBytes: Number(found[2]) * 2 ** 20 }];
  });
}

/** What nvidia-smi says of each GPU; null where there is none. */
export async function readGpuMemory(): Promise<readonly GpuMemory[] | null> {
  const text = await output('nvidia-smi', ['--query-gpu=index,memory.used', '--format=csv,noheader,nounits']);
  return text === null ? null : parseGpuMemory(text);
}
