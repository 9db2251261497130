// One holder at a time, across processes: a file that only one can create, kept fresh by its holder.
import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { systemCode } from './errors.js';

const POLL_MS = 50; // ours
const BEAT_MS = 5000; // ours: how often a holder says that it lives
const STALE_MS = 60_000; // ours: twelve beats missed

/**
 * Runs `work` while holding a lock file. A lock whose holder is gone (no such process on this host, or silent for a minute) is taken over.
 * @throws what the signal holds when it is aborted while waiting, and what `work` throws.
 */
export async function withFileLock<T>(lockPath: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const token = JSON.stringify({ pid: process.pid, host: hostname(), id: randomUUID() });
  while (!(await take(lockPath, token))) {
    signal?.throwIfAborted();
    if (await isStale(lockPath)) await remove(lockPath);
    else await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  const beat = setInterval(() => { const now = new Date(); utimes(lockPath, now, now).catch(() => undefined); }, BEAT_MS);
  beat.unref();
  try {
    signal?.throwIfAborted();
    return await work();
  } finally {
    clearInterval(beat);
    if ((await readFile(lockPath, 'utf8').catch(() => null)) === token) await rm(lockPath, { force: true });
  }
}

async function take(path: string, token: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    try { await file.writeFile(token); } finally { await file.close(); }
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
}

async function isStale(path: string): Promise<boolean> {
  const stats = await stat(path).catch(() => null);
  if (stats === null) return false; // gone: the next try may have it
  if (Date.now() - stats.mtimeMs > STALE_MS) return true;
  const holder = await readFile(path, 'utf8').then((text) => JSON.parse(text) as { pid: number; host: string }).catch(() => null); // half written is not stale yet
  if (holder === null || holder.host !== hostname()) return false;
  try {
    process.kill(holder.pid, 0);
    return false;
  } catch (error) {
    return systemCode(error) === 'ESRCH';
  }
}

/** Takes a stale lock out of the way under a name of its own, so that of two that see it stale one removes it. */
async function remove(path: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  await rename(path, aside).catch((error: unknown) => { if (systemCode(error) !== 'ENOENT') throw error; });
  await rm(aside, { force: true });
}
