import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ServingError } from '../errors.js';
import { endGroup, endGroupWithParent, groupAlive } from './end-group.js';
import { createLogTail } from './log-tail.js';

/** One command line of an engine server. */
export type WorkerLaunch = {
  readonly command: string;
  readonly args: readonly string[];
  /** Added to this process's environment; `undefined` takes a name out of it. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Written before every start, such as the private configuration that the engine rewrites; a relative path counts from `cwd`. */
  readonly files?: readonly { readonly path: string; readonly content: string }[];
};

/** How a process ended. */
export type EngineExit = { readonly exitCode: number | null; readonly signal: string | null };

/** One running engine process and its group. */
export type EngineProcess = {
  readonly pid: number;
  /** Set once it ended. */
  readonly exit: EngineExit | null;
  /** Resolves when it has ended and nothing of its group is left. */
  readonly ended: Promise<EngineExit>;
  logLines(): readonly string[];
  /** Asks the group to end, then after `graceMs` leaves it no choice; resolves when it is gone. */
  end(graceMs: number): Promise<EngineExit>;
};

const GROUP_POLL_MS = 20; // ours: short against the 0.4 s that an idle engine takes to end

const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** Ends what the leader left behind: an engine's own children outlive it when it is killed. */
async function clearGroup(pid: number): Promise<void> {
  if (process.platform === 'win32' || !groupAlive(pid)) return;
  endGroup(pid, true);
  for (let waited = 0; waited < 2000 && groupAlive(pid); waited += GROUP_POLL_MS) await wait(GROUP_POLL_MS);
}

/**
 * Starts an engine server as the leader of its own process group, its output going to `logPath` (appended).
 * @throws {ServingError} SERVING_WORKER_COMMAND when it cannot be started.
 */
export async function startEngineProcess(launch: WorkerLaunch, logPath: string): Promise<EngineProcess> {
  for (const file of launch.files ?? []) {
    const path = resolve(launch.cwd ?? '.', file.path);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, file.content);
  }
  await mkdir(dirname(logPath), { recursive: true });
  const child = spawn(launch.command, [...launch.args], {
    env: { ...process.env, ...launch.env }, stdio: ['ignore', 'pipe', 'pipe'], detached: process.platform !== 'win32', windowsHide: true,
    ...(launch.cwd === undefined ? {} : { cwd: launch.cwd }),
  });
  try {
    await new Promise<void>((started, failed) => child.once('spawn', started).once('error', failed));
  } catch (cause) {
    throw new ServingError('SERVING_WORKER_COMMAND', `Cannot start ${launch.command}: ${(cause as Error).message}`, { command: launch.command, cwd: launch.cwd ?? '' }, { cause });
  }
  const pid = child.pid as number; // set: 'spawn' was emitted
  const callOff = endGroupWithParent(pid);
  const tail = createLogTail();
  const log = createWriteStream(logPath, { flags: 'a' }).on('error', () => undefined); // a full disk must not end the service
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      tail.push(chunk);
      log.write(chunk);
    });
  }
  let exit: EngineExit | null = null;
  const ended = new Promise<EngineExit>((done) => {
    child.on('error', () => undefined); // a failed kill; the end itself arrives as 'exit'
    child.once('exit', (exitCode, signal) => {
      exit = { exitCode, signal };
      // 'close' follows when the pipes are empty; what the leader left behind may hold them open, so the group goes first
      void clearGroup(pid).then(async () => {
        if (!child.stdout.destroyed || !child.stderr.destroyed) await Promise.race([new Promise((closed) => child.once('close', closed)), wait(200)]);
        callOff();
        log.end();
        done(exit as EngineExit);
      });
    });
  });
  return {
    pid, ended, logLines: () => tail.lines(),
    get exit() { return exit; },
    async end(graceMs) {
      if (exit === null) {
        endGroup(pid, false);
        const timer = setTimeout(() => endGroup(pid, true), graceMs);
        try {
          return await ended;
        } finally {
          clearTimeout(timer);
        }
      }
      return ended;
    },
  };
}
