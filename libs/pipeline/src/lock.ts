import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PipelineError, explainSystemError, systemCode } from './errors.js';
import { TEMP_PREFIX } from './files.js';
import { type ProcessIdentity, mayBeAlive } from './process-identity.js';

/** What a lock file says. */
export type LockHolder = ProcessIdentity & {
  /** Unique to one taking of the lock. */
  readonly token: string;
  /** When it was taken, ISO 8601, UTC. */
  readonly since: string;
};

/** A lock that this process holds. */
export type Lock = {
  readonly token: string;
  /** Gives it back; does nothing when it is no longer ours. */
  release(): Promise<void>;
};

/*
 * How a lock changes hands without ever having two holders:
 * - `lock` is made by link(2), which fails when the name exists, from a file already whole and flushed: it is never seen half-written.
 * - A dead holder's lock is not deleted (a slow contender might delete its successor's). Its successor is whoever makes the name
 *   `.tmp-lock-after-<token of the dead>`, again by link(2), so there is one. If the successor dies, too, the next takes the name after
 *   *its* token: the holder is the end of that chain.
 * - The successor then checks that the chain is still the one it read — tokens never recur, so if it is, nobody can have passed it — and
 *   renames its own file over `lock`, which ends the chain. Names of the old chain can then go.
 */
const successorName = (token: string): string => `${TEMP_PREFIX}lock-after-${token}`;
const ATTEMPTS = 1000;

/**
 * Takes the lock at `path`, making the folder above it. A stale lock — its process is gone, its pid is another process now, the
 * machine was rebooted — is taken over, by exactly one contender.
 * @param clock - Milliseconds since 1970; says `since`.
 * @throws {PipelineError} `PIPELINE_LOCKED` naming pid, host and since when; `PIPELINE_DISK_FULL`, `PIPELINE_NOT_WRITABLE`.
 */
export async function acquireLock(path: string, self: ProcessIdentity, clock: () => number): Promise<Lock> {
  const folder = dirname(path);
  const mine: LockHolder = { ...self, token: randomUUID(), since: new Date(clock()).toISOString() };
  const temp = join(folder, `${TEMP_PREFIX}lock-${mine.token}`);
  try {
    await mkdir(folder, { recursive: true });
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      if (await contend(path, temp, mine)) return { token: mine.token, release: () => release(path, mine.token) };
    }
    throw new PipelineError('PIPELINE_LOCKED', `Too many runs contend for ${path}.`, { path });
  } catch (error) {
    throw explainSystemError(error, 'write', path);
  } finally {
    await rm(temp, { force: true }).catch(() => undefined); // left over at worst; cleaned at the next start
  }
}

/** One attempt; false when somebody else moved and it must look again. */
async function contend(path: string, temp: string, mine: LockHolder): Promise<boolean> {
  await writeWhole(temp, mine);
  if (await linkOnce(temp, path, mine)) return true;
  const chain = await readChain(path);
  const holder = chain.at(-1);
  if (holder === undefined) return false;
  if (mayBeAlive(holder, mine)) {
    throw new PipelineError('PIPELINE_LOCKED', `Another run holds ${path}: process ${holder.pid} on ${holder.host}, since ${holder.since}.`, {
      path, pid: holder.pid, host: holder.host, since: holder.since,
    });
  }
  const claim = join(dirname(path), successorName(holder.token));
  if (!(await linkOnce(temp, claim, mine))) return false;
  const again = await readChain(path);
  const unmoved = again.length === chain.length + 1 && chain.every((each, i) => again[i]?.token === each.token) && again.at(-1)?.token === mine.token;
  if (!unmoved) {
    await rm(claim, { force: true });
    return false;
  }
  await rename(temp, path);
  for (const { token } of chain) await rm(join(dirname(path), successorName(token)), { force: true });
  return true;
}

async function writeWhole(temp: string, holder: LockHolder): Promise<void> {
  const handle = await open(temp, 'w');
  try {
    await handle.writeFile(`${JSON.stringify({ v: 1, ...holder })}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

// File systems without hard links (FAT, some network drives) answer so.
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL']);

/** Gives `temp` a second name; false when that name exists, or when a holder's cleaning took `temp` away. */
async function linkOnce(temp: string, name: string, mine: LockHolder): Promise<boolean> {
  try {
    await link(temp, name);
    return true;
  } catch (error) {
    const code = systemCode(error) ?? '';
    if (code === 'EEXIST' || code === 'ENOENT') return false;
    if (!NO_LINKS.has(code)) throw error;
  }
  try {
    const handle = await open(name, 'wx');
    try {
      await handle.writeFile(`${JSON.stringify({ v: 1, ...mine })}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** The lock and its successors, oldest first; the last one is the holder. Empty when there is no lock. */
async function readChain(path: string): Promise<readonly LockHolder[]> {
  const chain: LockHolder[] = [];
  for (let name = path; ; ) {
    const holder = await readHolder(name);
    if (holder === null) return chain;
    chain.push(holder);
    name = join(dirname(path), successorName(holder.token));
  }
}

/** Waits between looks at a lock file that is not whole, ms, and how often; only file systems without links show one. */
const UNREADABLE = { pauseMs: 50, looks: 20 };

async function readHolder(path: string): Promise<LockHolder | null> {
  for (let look = 0; ; look += 1) {
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return null;
      throw error;
    }
    const holder = parseHolder(text);
    if (holder !== null) return holder;
    if (look < UNREADABLE.looks) {
      await new Promise((resolve) => setTimeout(resolve, UNREADABLE.pauseMs));
      continue;
    }
    // Nobody finishes it: its writer is gone. It gets a token of its own, so that it can have one successor.
    const { ino, mtimeMs } = await stat(path);
    return { token: `unreadable-${ino}-${Math.round(mtimeMs)}`, pid: 0, host: '', bootId: 'none', pidSpace: null, startTicks: null, since: '' };
  }
}

function parseHolder(text: string): LockHolder | null {
  try {
    const value = JSON.parse(text) as Partial<LockHolder> | null;
    const textOrNull = (field: unknown): boolean => field === null || typeof field === 'string';
    const whole = value !== null && typeof value === 'object' && Number.isSafeInteger(value.pid) && typeof value.host === 'string'
      && typeof value.token === 'string' && /^[\w-]+$/.test(value.token) && typeof value.since === 'string'
      && textOrNull(value.bootId) && textOrNull(value.pidSpace) && textOrNull(value.startTicks);
    return whole ? (value as LockHolder) : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Who holds the lock now, if that process may be alive; null when the lock is free or stale. Changes nothing. */
export async function readLock(path: string, self: ProcessIdentity): Promise<LockHolder | null> {
  const holder = (await readChain(path)).at(-1);
  return holder !== undefined && mayBeAlive(holder, self) ? holder : null;
}

async function release(path: string, token: string): Promise<void> {
  const holder = await readHolder(path);
  if (holder?.token !== token) return;
  await rm(path, { force: true }).catch((error: unknown) => {
    throw explainSystemError(error, 'write', path);
  });
}
