import { spawn } from 'node:child_process';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { readStatus, runPipeline } from '../src/index.js';
import { buildProgram, readTree, runProgram } from './fixtures/programs.js';
import { makeInputs, toyStages } from './fixtures/toy-stages.js';

let dir = '';
let program = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'pipeline-two-'));
  program = await buildProgram('killed-run', dir);
});
afterAll(async () => { await rm(dir, { recursive: true, force: true }); });

it('lets one of several runs started at once work, also where a killed one left its lock', async () => {
  const alone = join(dir, 'alone');
  await makeInputs(alone);
  await runPipeline(toyStages(), { root: alone });
  const wanted = await readTree(alone);

  const root = join(dir, 'many');
  await makeInputs(root);
  expect(await runProgram(program, { root, killAt: 40 })).toMatchObject({ signal: 'SIGKILL' });
  const ended = await Promise.all(Array.from({ length: 4 }, () => runProgram(program, { root, pauseMs: 400 })));
  const told = ended.map(({ stdout }) => JSON.parse(stdout) as { ok?: boolean; code?: string; message?: string });
  expect(told.filter((each) => each.ok === true)).toHaveLength(1);
  for (const each of told.filter((other) => other.ok !== true)) {
    expect(each.code).toBe('PIPELINE_LOCKED');
    expect(each.message).toMatch(/^Another run holds .*lock: process \d+ on .+, since 2026-/);
  }
  expect(await readTree(root)).toEqual(wanted);
}, 30_000);

it('is seen to be running from outside, and to be interrupted once it was killed', async () => {
  const root = join(dir, 'watched');
  await makeInputs(root);
  const child = spawn(process.execPath, [program, JSON.stringify({ root, pauseMs: 60_000 })], { stdio: 'ignore' });
  const closed = new Promise((resolve) => child.on('close', resolve));
  await vi.waitFor(async () => expect((await readStatus(toyStages(), { root })).map((stage) => stage.state)).toEqual(['running', 'skipped', 'pending', 'pending', 'pending']), { timeout: 20_000, interval: 50 });
  await expect(runPipeline(toyStages(), { root })).rejects.toMatchObject({ code: 'PIPELINE_LOCKED', facts: { pid: child.pid } });
  child.kill('SIGKILL');
  await closed;
  await access(join(root, 'work/lock'));
  expect((await readStatus(toyStages(), { root })).map(({ state, reason }) => [state, reason])).toEqual([
    ['pending', 'interrupted, will resume'], ['skipped', 'off: this stage is optional and not switched on'], ['pending', "waits for 'split'"], ['pending', "waits for 'upper'"], ['pending', "waits for 'upper'"],
  ]);
}, 30_000);
