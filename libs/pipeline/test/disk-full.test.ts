import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PipelineError, readStatus, runPipeline } from '../src/index.js';
import { type DiskOperation, hookDisk } from './fixtures/fs-hooks.js';
import { quickTemp, readTree } from './fixtures/programs.js';
import { makeInputs, toyStages } from './fixtures/toy-stages.js';

let dir = '';
let wanted: Record<string, string> = {};
let onOperation: (operation: DiskOperation, half: () => Promise<void> | void) => Promise<void> | void = () => undefined;

beforeAll(async () => {
  dir = await mkdtemp(join(quickTemp(), 'pipeline-full-'));
  await hookDisk((operation, half) => onOperation(operation, half));
  const root = await freshRoot('whole');
  expect(await runPipeline(toyStages(), { root })).toMatchObject({ ok: true });
  wanted = await readTree(root);
});
afterAll(async () => { await rm(dir, { recursive: true, force: true }); });

async function freshRoot(name: string): Promise<string> {
  const root = join(dir, name);
  await mkdir(root);
  await makeInputs(root);
  return root;
}

const systemError = (code: string, { name, path }: DiskOperation): Error => Object.assign(new Error(`${code}: ${name} '${path}'`), { code, syscall: name, path, errno: -1 });

/** Runs with a disk that fails; gives the error the caller sees, whichever way it comes. */
async function failingRun(root: string, hook: typeof onOperation): Promise<unknown> {
  onOperation = hook;
  try {
    const { ok, failed } = await runPipeline(toyStages(), { root });
    return ok ? null : failed?.error;
  } catch (error) {
    return error;
  } finally {
    onOperation = () => undefined;
  }
}

const GROWS = new Set(['open', 'write', 'writeFile', 'mkdir', 'link']);

it('says so when the disk fills up, at whichever write, and ends in the same bytes once there is space', async () => {
  let told = 0;
  for (let fullAt = 1; ; fullAt += 1) {
    const root = await freshRoot(`f${fullAt}`);
    let writes = 0;
    const error = await failingRun(root, (operation, half) => {
      if (!GROWS.has(operation.name)) return undefined;
      writes += 1;
      if (writes < fullAt) return undefined;
      const fail = (): never => { throw systemError('ENOSPC', operation); };
      const written = operation.torn && writes === fullAt ? half() : undefined;
      return written instanceof Promise ? written.then(fail) : fail();
    });
    if (writes < fullAt) break; // the run needs fewer writes than that
    expect(error, `full at write ${fullAt}`).toBeInstanceOf(PipelineError);
    expect(error, `full at write ${fullAt}`).toMatchObject({ code: 'PIPELINE_DISK_FULL', facts: { systemCode: 'ENOSPC' } });
    for (const { state } of await readStatus(toyStages(), { root })) expect(['pending', 'done', 'skipped', 'failed']).toContain(state);
    const again = await runPipeline(toyStages(), { root });
    expect(again.ok, `full at write ${fullAt}: ${again.failed?.error.message}`).toBe(true);
    expect(await readTree(root), `full at write ${fullAt}`).toEqual(wanted);
    await rm(root, { recursive: true });
    told += 1;
  }
  expect(told).toBeGreaterThan(70);
}, 60_000);

it.each(['EROFS', 'EACCES'])('says so when nothing may be written (%s), and leaves nothing', async (code) => {
  const root = await freshRoot(code);
  const before = await readTree(root);
  const error = await failingRun(root, (operation) => { throw systemError(code, operation); });
  expect(error).toMatchObject({ name: 'PipelineError', code: 'PIPELINE_NOT_WRITABLE' });
  expect((error as Error).message).toMatch(code === 'EROFS' ? /the disk is read-only\.$/ : /permission denied\.$/);
  expect(await readTree(root)).toEqual(before);
});
