import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PipelineEvent, readStatus, runPipeline } from '../src/index.js';
import { type DiskOperation } from './fixtures/fs-hooks.js';
import { buildProgram, inParallel, quickTemp, readTree, runProgram } from './fixtures/programs.js';
import { makeInputs, toyStages } from './fixtures/toy-stages.js';

let dir = '';
let program = '';
let wanted: Record<string, string> = {};
let operations: readonly DiskOperation[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(quickTemp(), 'pipeline-kill-'));
  program = await buildProgram('killed-run', dir);
  const root = await freshRoot('whole');
  const trace = join(dir, 'trace.json');
  const ended = await runProgram(program, { root, trace });
  expect(ended).toMatchObject({ status: 0, stdout: '{"ok":true}', stderr: '' });
  wanted = await readTree(root);
  operations = JSON.parse(await readFile(trace, 'utf8')) as DiskOperation[];
});
afterAll(async () => { await rm(dir, { recursive: true, force: true }); });

async function freshRoot(name: string): Promise<string> {
  const root = join(dir, name);
  await mkdir(root);
  await makeInputs(root);
  return root;
}

const started = (events: readonly PipelineEvent[]): string[] => events.flatMap((event) => (event.event === 'stage-start' ? [event.stage] : []));

/** Runs to the end in this process and compares; what was done before must not be done again. */
async function resumeAndCompare(root: string, what: string): Promise<void> {
  const before = await readStatus(toyStages(), { root });
  for (const { state, reason } of before) {
    expect(['pending', 'done', 'skipped'], `${what}: ${reason ?? ''}`).toContain(state); // nothing runs any more, nothing failed
    if (state === 'pending' && reason?.startsWith('interrupted') === true) expect(reason, what).toMatch(/^interrupted( at \d+\/\d+ texts)?, will resume$/);
  }
  const done = before.filter((stage) => stage.state === 'done').map((stage) => stage.id);
  const events: PipelineEvent[] = [];
  const { ok } = await runPipeline(toyStages(), { root, onEvent: (event) => events.push(event) });
  expect(ok, what).toBe(true);
  expect(started(events).filter((id) => done.includes(id)), `${what}: done again`).toEqual([]);
  expect(await readTree(root), what).toEqual(wanted);
}

describe('a run that is killed', () => {
  it('does the work at all', () => {
    expect(Object.keys(wanted).filter((name) => name.startsWith('work/upper/'))).toHaveLength(4);
    expect(wanted['work/joined.txt']).toBe('ALPHA+BETA+EPSILON+GAMMA\n');
    expect(wanted['work/runs/0001/plan.json']).toContain('"id":"split"');
    expect(Object.keys(wanted).filter((name) => /lock|\.tmp-|0002/.test(name))).toEqual([]);
    expect(operations.filter((operation) => operation.name === 'write' && operation.path.endsWith('journal.jsonl')).length).toBeGreaterThan(10);
    expect(operations.length).toBeGreaterThan(100);
  });

  it('ends in the same bytes, wherever it is killed: before each change to the disk, and in the middle of each write', async () => {
    // Flushing changes nothing that outlives a kill: the state before a flush is that before the operation after it.
    const points = operations.flatMap((operation, index) => [
      ...(operation.name === 'sync' ? [] : [{ killAt: index + 1, torn: false, operation }]),
      ...(operation.torn ? [{ killAt: index + 1, torn: true, operation }] : []),
    ]);
    let number = 0;
    expect(points.length).toBeGreaterThan(120);
    await inParallel(points, 3, async ({ killAt, torn, operation }) => {
      const what = `killed ${torn ? 'in the middle of' : 'before'} #${killAt} ${operation.name} ${basename(operation.path)}`;
      const root = await freshRoot(`k${number++}`);
      expect(await runProgram(program, { root, killAt, torn }), what).toMatchObject({ signal: 'SIGKILL' });
      await resumeAndCompare(root, what);
      await rm(root, { recursive: true });
    });
  }, 120_000);

  it('ends in the same bytes when the next run is killed, too', async () => {
    const last = operations.length;
    const pairs = Array.from({ length: 10 }, (_, i) => [1 + ((i * 37 + 11) % last), 1 + ((i * 53 + 5) % 60)] as const);
    await inParallel(pairs, 3, async ([first, second]) => {
      const root = await freshRoot(`twice-${first}-${second}`);
      await runProgram(program, { root, killAt: first });
      await runProgram(program, { root, killAt: second, torn: true });
      await resumeAndCompare(root, `killed at ${first}, then at ${second}`);
      await rm(root, { recursive: true });
    });
  }, 60_000);
});

describe('what a power cut would leave', () => {
  it('flushes a file before its name becomes the real one, and each journal line before anything else happens', () => {
    const renamed = operations.flatMap((operation, index) => (operation.name === 'rename' && basename(operation.path).startsWith('.tmp-') ? [index] : []));
    expect(renamed.length).toBeGreaterThan(10);
    for (const index of renamed) {
      const path = operations[index]!.path;
      const on = operations.slice(0, index).filter((each) => each.path === path).map((each) => each.name);
      expect(on.at(-1), path).toBe('sync');
      expect(on).toContain('write');
      expect(operations[index + 1], path).toEqual({ name: 'sync', path: dirname(path), torn: false }); // and the name itself
    }
    for (const [index, operation] of operations.entries()) {
      if (operation.name !== 'write' || !operation.path.endsWith('journal.jsonl')) continue;
      expect(operations[index + 1]).toEqual({ name: 'sync', path: operation.path, torn: false });
    }
  });
});
