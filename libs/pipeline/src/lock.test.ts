import { spawn } from 'node:child_process';
import type * as FsPromises from 'node:fs/promises';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Lock, type LockHolder, acquireLock, readLock } from './lock.js';
import { type ProcessIdentity, identifyProcess, mayBeAlive, readProcess } from './process-identity.js';

const noLinks = vi.hoisted(() => ({ on: false }));
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof FsPromises>();
  const link: typeof real.link = async (from, to) => {
    if (noLinks.on) throw Object.assign(new Error('EPERM: operation not permitted, link'), { code: 'EPERM', syscall: 'link' });
    return real.link(from, to);
  };
  return { ...real, link };
});

let dir = '';
let path = '';
beforeEach(async () => { dir = await mkdtemp(join(tmpdir(), 'lock-')); path = join(dir, 'work', 'lock'); noLinks.on = false; });
afterEach(async () => { await rm(dir, { recursive: true, force: true }); });

const self = identifyProcess();
const DEAD_PID = 4_194_305; // above the largest pid that Linux gives (PID_MAX_LIMIT, 2^22)
const dead: ProcessIdentity = { ...self, pid: DEAD_PID, startTicks: '1' };
const clock = (): number => Date.UTC(2026, 0, 2, 3, 4, 5);
/** A lock whose holder died: taken by an identity that no process has. */
const abandon = async (): Promise<Lock> => acquireLock(path, dead, clock);

describe('the lock', () => {
  it('is held by one, tells who, and is free again after', async () => {
    const lock = await acquireLock(path, self, clock);
    await expect(acquireLock(path, self, clock)).rejects.toMatchObject({
      code: 'PIPELINE_LOCKED', facts: { pid: process.pid, host: self.host, since: '2026-01-02T03:04:05.000Z' },
      message: `Another run holds ${path}: process ${process.pid} on ${self.host}, since 2026-01-02T03:04:05.000Z.`,
    });
    expect((await readLock(path, self))?.token).toBe(lock.token);
    await lock.release();
    expect(await readLock(path, self)).toBeNull();
    expect(await readdir(join(dir, 'work'))).toEqual([]);
  });

  it('is never given back by one who lost it', async () => {
    const lost = await abandon();
    const lock = await acquireLock(path, self, clock);
    await lost.release();
    expect((await readLock(path, self))?.token).toBe(lock.token);
  });

  it.each([[1], [2], [3]])('goes to exactly one of many contenders when its holder died, with %i dead successors before them', async (generations) => {
    for (let round = 0; round < 12; round += 1) {
      const first = await abandon();
      // A contender that won the succession and died before it put its name into the lock file.
      let token = first.token;
      for (let i = 1; i < generations; i += 1) {
        const next: LockHolder = { ...dead, token: `dead-${round}-${i}`, since: '' };
        await writeFile(join(dir, 'work', `.tmp-lock-after-${token}`), JSON.stringify(next));
        token = next.token;
      }
      const tried = await Promise.allSettled(Array.from({ length: 12 }, () => acquireLock(path, self, clock)));
      const won = tried.filter((result) => result.status === 'fulfilled');
      expect(won).toHaveLength(1);
      for (const result of tried) if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'PIPELINE_LOCKED' });
      await won[0]!.value.release();
      expect(await readdir(join(dir, 'work'))).toEqual([]);
    }
  });

  it('works on a file system without hard links', async () => {
    noLinks.on = true;
    const lock = await acquireLock(path, self, clock);
    await expect(acquireLock(path, self, clock)).rejects.toMatchObject({ code: 'PIPELINE_LOCKED' });
    await lock.release();
    await abandon();
    const tried = await Promise.allSettled(Array.from({ length: 6 }, () => acquireLock(path, self, clock)));
    expect(tried.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
  });

  it.each(['', '{"v":1,"pid":"x","host":"h","token":"t","since":""}'])('takes over a lock file that was never finished: %j', async (text) => {
    const lock = await acquireLock(path, self, clock);
    await lock.release();
    await writeFile(path, text);
    const mine = await acquireLock(path, self, clock);
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ token: mine.token, pid: process.pid });
  });
});

describe('whether a holder may be alive', () => {
  it.each([
    ['this very process', {}, true],
    ['a pid that nobody has', { pid: DEAD_PID }, false],
    ['a pid that is another process by now', { startTicks: '17' }, self.startTicks === null],
    ['a process from before the reboot', { bootId: 'another' }, self.bootId === null],
    ['another host, which cannot be asked', { host: 'elsewhere', pid: DEAD_PID }, true],
    ['another container, which cannot be asked', { pidSpace: 'pid:[1]', pid: DEAD_PID }, self.pidSpace !== null],
    ['a system that says little', { bootId: null, pidSpace: null, startTicks: null }, true],
  ])('%s', (_, change, alive) => {
    expect(mayBeAlive({ ...self, ...change }, self)).toBe(alive);
  });

  it.skipIf(self.startTicks === null)('counts a process that ended and was not yet collected as dead (skipped without /proc)', async () => {
    const parent = spawn('sh', ['-c', 'sleep 1 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const pid = await new Promise<number>((resolve) => parent.stdout.once('data', (data: Buffer) => resolve(Number(data.toString()))));
    await vi.waitFor(() => expect(readProcess(pid)?.state ?? 'gone').toBe('Z'), 20_000); // it ends after the shell has become a program that never collects it
    expect(mayBeAlive({ ...self, pid, startTicks: readProcess(pid)!.startTicks }, self)).toBe(false);
    parent.kill('SIGKILL');
  });
});
