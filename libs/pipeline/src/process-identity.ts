import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { systemCode } from './errors.js';

/** Who holds a lock: enough to tell later whether that very process still lives. Null where the system does not say (outside Linux). */
export type ProcessIdentity = {
  readonly pid: number;
  readonly host: string;
  /** Changes with each boot of the machine. */
  readonly bootId: string | null;
  /** Containers number their processes apart. */
  readonly pidSpace: string | null;
  /** When the process started, clock ticks since boot: a reused pid has another. */
  readonly startTicks: string | null;
};

const tryRead = (read: () => string): string | null => {
  try {
    return read().trim();
  } catch (error) {
    if (systemCode(error) !== null) return null;
    throw error;
  }
};

/** State letter and start time of a process from /proc/<pid>/stat (proc(5): fields 3 and 22); null where there is none. */
export function readProcess(pid: number): { readonly state: string; readonly startTicks: string } | null {
  const text = tryRead(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  if (text === null) return null;
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' '); // the name, in brackets, may hold anything
  return { state: fields[0] ?? '', startTicks: fields[19] ?? '' };
}

/** The identity of this process. */
export function identifyProcess(): ProcessIdentity {
  return {
    pid: process.pid,
    host: hostname(),
    bootId: tryRead(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')),
    pidSpace: tryRead(() => readlinkSync('/proc/self/ns/pid')),
    startTicks: readProcess(process.pid)?.startTicks ?? null,
  };
}

const differ = (a: string | null, b: string | null): boolean => a !== null && b !== null && a !== b;

/**
 * Whether a lock's holder may still be alive, seen from `self`. What cannot be known — another machine, another container —
 * counts as alive.
 */
export function mayBeAlive(holder: ProcessIdentity, self: ProcessIdentity): boolean {
  if (holder.pid < 1) return false; // a lock file that its writer never finished
  if (holder.host !== self.host) return true;
  if (differ(holder.bootId, self.bootId)) return false;
  if (differ(holder.pidSpace, self.pidSpace)) return true;
  const seen = readProcess(holder.pid);
  if (seen !== null) return seen.state !== 'Z' && seen.state !== 'X' && !differ(holder.startTicks, seen.startTicks);
  try {
    process.kill(holder.pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM'; // it lives and belongs to another user
  }
}
