import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';
import { afterAll, beforeAll, expect, inject, it, onTestFinished } from 'vitest';
import { groupAlive } from './end-group.js';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'voxtune-orphans-'));
  const source = fileURLToPath(new URL('./worker.ts', import.meta.url));
  await writeFile(join(dir, 'entry.ts'), `
    import { startWorker } from ${JSON.stringify(source)};
    const worker = await startWorker({ launch: { command: process.execPath, args: [process.argv[2]!, '{port}', 'api-v2', '{"deafTo":"SIGTERM"}'] }, dialect: 'api-v2', logPath: process.argv[3]! });
    console.log(worker.pid);
    if (process.argv[4] === 'exit') process.exit(0);
    if (process.argv[4] === 'throw') throw new Error('planted');
    setInterval(() => {}, 1000);`);
  await build({ entry: [join(dir, 'entry.ts')], outDir: dir, format: 'esm', dts: false, silent: true, config: false, outExtension: () => ({ js: '.mjs' }) });
});
afterAll(() => rm(dir, { recursive: true, force: true }));

it.each(['exit', 'throw', 'SIGKILL', 'SIGTERM'] as const)('leaves no engine behind when this process ends by %s', async (way) => {
  const parent = spawn(process.execPath, [join(dir, 'entry.mjs'), inject('enginePath'), join(dir, 'engine.log'), way], { stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void parent.kill('SIGKILL'));
  const pid = await new Promise<number>((seen) => parent.stdout.setEncoding('utf8').once('data', (text: string) => seen(Number(text))));
  const ended = new Promise((done) => parent.once('exit', done));
  expect(pid).toBeGreaterThan(0);
  if (way === 'SIGKILL' || way === 'SIGTERM') parent.kill(way);
  await ended;
  for (let waited = 0; groupAlive(pid) && waited < 10_000; waited += 20) await new Promise((next) => setTimeout(next, 20));
  expect(groupAlive(pid)).toBe(false);
});
