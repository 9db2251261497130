import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { groupAlive } from './end-group.js';
import { startWorker, type Worker, type WorkerOptions } from './worker.js';

let dir = '';
const workers: Worker[] = [];
const servers: Server[] = [];

beforeEach(async () => { dir = await mkdtemp(join(tmpdir(), 'voxtune-worker-')); });
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop()));
  await Promise.all(servers.splice(0).map((server) => new Promise((done) => server.close(done))));
  await rm(dir, { recursive: true, force: true });
});

const node = (...args: string[]) => ({ command: process.execPath, args });
const engine = (settings: object = {}) => node(inject('enginePath'), '{port}', 'api-v2', JSON.stringify(settings));
const start = async (options: Partial<WorkerOptions> = {}): Promise<Worker> => {
  const worker = await startWorker({ launch: engine(), dialect: 'api-v2', logPath: join(dir, 'engine.log'), graceMs: 1000, ...options });
  workers.push(worker);
  return worker;
};
const until = async (holds: () => boolean): Promise<void> => {
  for (let waited = 0; !holds(); waited += 10) {
    if (waited > 10_000) throw new Error('waited too long');
    await new Promise((next) => setTimeout(next, 10));
  }
};

describe('startWorker', () => {
  it('is ready when the engine answers, writes its log, and leaves no process after stop', async () => {
    const worker = await start({ launch: engine({ startMs: 300 }) });
    expect(worker.state).toBe('ready');
    expect((await fetch(`${worker.url}/docs`)).status).toBe(200);
    const { pid } = worker;
    await Promise.all([worker.stop(), worker.stop()]);
    await worker.stop();
    expect(worker.state).toBe('stopped');
    expect(groupAlive(pid)).toBe(false);
    expect(await readFile(join(dir, 'engine.log'), 'utf8')).toContain('stand-in engine on');
  });

  // An engine with a child, both deaf to SIGTERM; it answers the child's process id
  const family = `
    const { spawn } = require('node:child_process');
    const child = spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)'], { stdio: 'inherit' });
    process.on('SIGTERM', () => {});
    require('node:http').createServer((_, res) => res.end(String(child.pid))).listen(Number(process.argv[1]), '127.0.0.1');`;

  it('ends the children of an engine that died', async () => {
    const worker = await start({ launch: node('-e', family, '{port}'), graceMs: 200 });
    const childPid = Number(await (await fetch(worker.url)).text());
    process.kill(worker.pid, 'SIGKILL');
    await until(() => worker.generation === 2 && worker.state === 'ready');
    expect(() => process.kill(childPid, 0)).toThrow('ESRCH');
  });

  it('kills an engine that ignores SIGTERM, and the children it started', async () => {
    const worker = await start({ launch: node('-e', family, '{port}'), graceMs: 200 });
    const childPid = Number(await (await fetch(worker.url)).text());
    const { pid } = worker;
    await worker.stop();
    expect(groupAlive(pid)).toBe(false);
    expect(() => process.kill(childPid, 0)).toThrow('ESRCH');
  });

  it('quotes the last log lines of an engine that dies before it is ready', async () => {
    await expect(start({ launch: engine({ exitAtOnce: 1 }) })).rejects.toMatchObject({ code: 'SERVING_WORKER_DIED', message: expect.stringContaining('RuntimeError: the planted end'), facts: { exitCode: 1 } });
  });

  it('says which command could not be started', async () => {
    await expect(start({ launch: { command: join(dir, 'no-python'), args: [] } })).rejects.toMatchObject({ code: 'SERVING_WORKER_COMMAND', message: expect.stringContaining('no-python') });
  });

  it('gives up an engine that never listens, and ends it', async () => {
    const launch = node('-e', 'console.log("loading for ever", process.pid); setInterval(() => {}, 1000)');
    const error = await start({ launch, readyTimeoutMs: 2500 }).catch((one: unknown) => one as Error);
    expect(error).toMatchObject({ code: 'SERVING_WORKER_NOT_READY', message: expect.stringContaining('loading for ever') });
    const pid = Number(/loading for ever (\d+)/.exec((error as Error).message)?.[1]);
    expect(groupAlive(pid)).toBe(false);
  });

  it('takes another port when the engine finds its own taken, and never takes the stranger on it for the engine', async () => {
    const ports: number[] = [];
    const worker = await start({ launch: async (port) => {
      ports.push(port);
      if (ports.length === 1) { // a stranger takes the port between the check and the engine's own bind, and answers there
        const stranger = createServer((_, res) => res.end('stranger'));
        servers.push(stranger);
        await new Promise<void>((up) => stranger.listen(port, '127.0.0.1', up));
      }
      return engine({ startMs: 300 });
    } });
    expect(ports).toHaveLength(2);
    expect(worker.url).toBe(`http://127.0.0.1:${ports[1]}`);
    expect(await (await fetch(`${worker.url}/docs`)).text()).toContain('FastAPI');
  });

  it('passes over a wanted port that is taken', async () => {
    const first = await start();
    const taken = Number(new URL(first.url).port);
    const second = await start({ port: taken });
    expect(Number(new URL(second.url).port)).toBeGreaterThan(taken);
  });

  it('comes back after a death, and says so', async () => {
    const worker = await start();
    const states: string[] = [];
    worker.onState((state) => states.push(state));
    process.kill(worker.pid, 'SIGKILL');
    await until(() => states.includes('ready'));
    expect(states).toEqual(['restarting', 'ready']);
    expect([worker.generation, worker.restarts, worker.lastError?.code]).toEqual([2, { died: 1 }, 'SERVING_WORKER_DIED']);
    expect((await fetch(`${worker.url}/docs`)).status).toBe(200);
  });

  it('gives up after the bounded number of failures in a row; who waits is told', async () => {
    let starts = 0;
    const worker = await start({ launch: () => engine((starts += 1) > 1 ? { exitAtOnce: 1 } : {}), restart: { maxInARow: 3, firstPauseMs: 10 } });
    process.kill(worker.pid, 'SIGKILL');
    await until(() => worker.state === 'restarting');
    await expect(worker.lease()).rejects.toMatchObject({ code: 'SERVING_WORKER_FAILED', message: expect.stringContaining('the planted end') });
    expect([worker.state, starts]).toEqual(['failed', 4]);
  });

  it('leases to one at a time, in order, and drops who stopped waiting', async () => {
    const worker = await start();
    const order: number[] = [];
    const first = await worker.lease();
    const gone = new AbortController();
    const second = worker.lease({ signal: gone.signal }).then(() => order.push(2));
    const third = worker.lease().then((lease) => { order.push(3); return lease; });
    gone.abort();
    await expect(second).rejects.toMatchObject({ code: 'SERVING_CALLER_GONE' });
    expect(order).toEqual([]);
    first.release();
    first.release();
    const lease = await third;
    expect(order).toEqual([3]);
    let fourth = false;
    void worker.lease().then(() => { fourth = true; }, () => undefined);
    await new Promise((next) => setTimeout(next, 20));
    expect(fourth).toBe(false);
    lease.release();
    await until(() => fourth);
  });

  it('can be stopped while it is being started again', async () => {
    const worker = await start({ launch: engine({ startMs: 400 }) });
    process.kill(worker.pid, 'SIGKILL');
    await until(() => worker.state === 'restarting');
    await worker.stop();
    expect(groupAlive(worker.pid)).toBe(false);
  });
});
