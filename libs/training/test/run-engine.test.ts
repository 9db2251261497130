import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { endLeftovers, recordChildren } from '../src/run/leftover.js';
import { isTreeAlive, planTreeKill } from '../src/run/kill-tree.js';
import { runEngine, type RunEngineOptions } from '../src/run/run-engine.js';
import { createLineSplitter, MAX_LINE_CHARS } from '../src/log/line-splitter.js';

const dir = mkdtempSync(join(tmpdir(), 'voxtune-run-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const step = (source: string, env: Record<string, string> = {}) => ({ command: process.execPath, args: ['-e', source], env, cwd: dir });
const options = (more: Partial<RunEngineOptions> = {}): RunEngineOptions => ({ signal: new AbortController().signal, silenceLimitMs: 20_000, graceMs: 300, pollMs: 20, log: () => undefined, ...more });
const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0] !== 'Z';
  } catch {
    return false;
  }
};
const until = async (done: () => boolean, limitMs = 8000): Promise<void> => {
  const end = Date.now() + limitMs;
  while (!done() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
};
// A leader with a worker in its group that ignores SIGTERM, as DataLoader workers do not die with their parent.
const WITH_WORKER = (file: string, leader: string): string => `
  const { spawn } = require('node:child_process');
  const worker = spawn(process.execPath, ['-e', "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)"], { stdio: 'inherit' });
  setTimeout(() => { require('node:fs').writeFileSync(${JSON.stringify(file)}, String(worker.pid)); console.log('started'); ${leader} }, 150);
`;

describe('a process of the engine', () => {
  it('gives its lines, without colours, and how it ended', async () => {
    const lines: string[] = [];
    const run = await runEngine(step(`process.stdout.write('\\u001b[33mwarn\\u001b[0m\\n'); process.stderr.write('10%\\r20%\\r'); console.error('ModuleNotFoundError: No module named \\'x\\''); process.exitCode = 3`), options({ onLine: (line) => void lines.push(line) }));
    expect(run).toMatchObject({ exitCode: 3, signal: null, stopped: null });
    expect(lines.sort()).toEqual(['10%', '20%', "ModuleNotFoundError: No module named 'x'", 'warn']);
    expect(run.evidence.best()?.cause.code).toBe('TRAINING_MODULE_MISSING');
    expect(run.evidence.tail()).not.toContain('10%');
  });

  it('that was killed says by what', async () => {
    expect(await runEngine(step(`process.kill(process.pid, 'SIGKILL')`), options())).toMatchObject({ signal: 'SIGKILL' });
  });

  it('that ended leaves no worker behind', async () => {
    const file = join(dir, 'a.pid');
    await runEngine(step(WITH_WORKER(file, 'process.exit(0)')), options());
    expect(alive(Number(readFileSync(file, 'utf8')))).toBe(false);
  });

  it('that is aborted dies with all its workers, also deaf ones', async () => {
    const file = join(dir, 'b.pid');
    const stop = new AbortController();
    const reason = new Error('stop');
    const running = runEngine(step(WITH_WORKER(file, 'setInterval(() => {}, 1000)')), options({ signal: stop.signal, onLine: () => void stop.abort(reason) }));
    await expect(running).rejects.toBe(reason);
    expect(alive(Number(readFileSync(file, 'utf8')))).toBe(false);
  });

  it('that is silent is ended; one whose files change is not', async () => {
    const silent = await runEngine(step('setInterval(() => {}, 1000)'), options({ silenceLimitMs: 300 }));
    expect(silent.silentForMs).toBeGreaterThanOrEqual(300);
    let n = 0;
    const busy = await runEngine(step('setTimeout(() => {}, 900)'), options({ silenceLimitMs: 600, mark: async () => String((n += 1)) }));
    expect(busy).toMatchObject({ exitCode: 0 });
    expect(busy.silentForMs).toBeUndefined();
  });

  it('is ended when a line calls for it', async () => {
    const run = await runEngine(step(`console.log('nan'); setInterval(() => {}, 1000)`), options({ onLine: (line) => (line === 'nan' ? 'NaN seen' : null) }));
    expect(run.stopped).toBe('NaN seen');
  });

  it('that cannot be started says why', async () => {
    await expect(runEngine({ command: join(dir, 'no-python'), args: [], env: {}, cwd: dir }, options())).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('keeps memory bounded', async () => {
    let longest = 0;
    const run = await runEngine(step(`process.stdout.write('x'.repeat(3e6) + '\\n'); for (let i = 0; i < 20000; i += 1) console.log(i)`), options({ onLine: (line) => void (longest = Math.max(longest, line.length)) }));
    expect(longest).toBe(MAX_LINE_CHARS);
    expect(run.evidence.tail().length).toBeLessThanOrEqual(200);
  });
});

describe.skipIf(process.platform === 'win32')('when voxtune itself is killed', () => {
  const leftover = async (name: string): Promise<number> => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
    child.unref();
    await recordChildren(join(dir, name), [child.pid ?? 0]);
    return child.pid ?? 0;
  };

  it('the guard ends the engine, with its workers', async () => {
    const file = join(dir, 'c.pid');
    const { build } = await import('tsup').catch(() => ({ build: null })) as { build: ((options: object) => Promise<void>) | null };
    if (build === null) throw new Error('tsup is a part of the workspace');
    await build({ entry: { runner: new URL('../src/run/run-engine.ts', import.meta.url).pathname }, outDir: join(dir, 'out'), format: 'esm', silent: true, config: false, noExternal: [/./], platform: 'node', banner: { js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);` } });
    const runner = ['runner.js', 'runner.mjs'].map((name) => join(dir, 'out', name)).find((path) => existsSync(path));
    const main = join(dir, 'main.mjs');
    writeFileSync(main, `import { runEngine } from ${JSON.stringify(runner)};
      await runEngine({ command: process.execPath, args: ['-e', ${JSON.stringify(WITH_WORKER(file, 'setInterval(() => {}, 1000)'))}], env: {}, cwd: ${JSON.stringify(dir)} },
        { signal: new AbortController().signal, silenceLimitMs: 60000, graceMs: 200, pollMs: 50, log() {}, onStart: (pid) => console.log(pid) });`);
    const parent = spawn(process.execPath, [main], { stdio: ['ignore', 'pipe', 'inherit'] });
    const pid = Number(await new Promise<string>((resolve) => parent.stdout.once('data', (data: Buffer) => resolve(data.toString()))));
    const told = (): number => Number(existsSync(file) ? readFileSync(file, 'utf8') : ''); // 0 until it is written, not only there
    await until(() => told() > 0, 30_000);
    const worker = told();
    expect([alive(pid), alive(worker)]).toEqual([true, true]);
    parent.kill('SIGKILL');
    await until(() => !alive(pid) && !alive(worker));
    expect([alive(pid), alive(worker)]).toEqual([false, false]);
  });

  it('the next start ends what was left', async () => {
    const pid = await leftover('record.json');
    expect(await endLeftovers(join(dir, 'record.json'), 200)).toBe(1);
    expect(alive(pid)).toBe(false);
    expect(await endLeftovers(join(dir, 'record.json'), 200)).toBe(0);
  });

  it('a reused pid is left alone', async () => {
    const pid = await leftover('reused.json');
    const [row] = JSON.parse(readFileSync(join(dir, 'reused.json'), 'utf8')) as Record<string, unknown>[];
    writeFileSync(join(dir, 'reused.json'), JSON.stringify([{ ...row, startTicks: '1' }]));
    expect(await endLeftovers(join(dir, 'reused.json'), 200)).toBe(0);
    expect(isTreeAlive(process.platform, pid)).toBe(true);
    process.kill(-pid, 'SIGKILL');
  });
});

describe('how a tree is ended', () => {
  it('as a group on POSIX, by taskkill on Windows', () => {
    expect(planTreeKill('linux', 42, false)).toEqual({ kind: 'signal', pid: -42, signal: 'SIGTERM' });
    expect(planTreeKill('darwin', 42, true)).toEqual({ kind: 'signal', pid: -42, signal: 'SIGKILL' });
    expect(planTreeKill('win32', 42, true)).toEqual({ kind: 'command', command: 'taskkill', args: ['/PID', '42', '/T', '/F'] });
  });
  it.each([0, -1, 1.5])('refuses pid %s: it would end other processes', (pid) => {
    expect(() => planTreeKill('linux', pid, true)).toThrow(RangeError);
  });
});

describe('lines', () => {
  it.each([['a\nb\r\nc', ['a', 'b', 'c']], ['1%\r2%\rdone\n', ['1%', '2%', 'done']], ['', []], ['x\r', ['x']]])('%j', (text, expected) => {
    for (const size of [1, 2, 100]) {
      const lines: string[] = [];
      const splitter = createLineSplitter((line) => lines.push(line));
      for (let i = 0; i < text.length; i += size) splitter.push(text.slice(i, i + size));
      splitter.end();
      expect(lines).toEqual(expected);
    }
  });
});
