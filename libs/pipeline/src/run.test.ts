import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type PipelineEvent, type Stage, planPipeline, readStatus, runPipeline, writeFileAtomic } from './index.js';

let root = '';
beforeEach(async () => { root = await mkdtemp(join(tmpdir(), 'pipeline-')); });
afterEach(async () => { await rm(root, { recursive: true, force: true }); });

const copy = (id: string, from: string, to: string, more: Partial<Stage> = {}): Stage => ({
  id, title: id, version: 1, needs: [], reads: [from], writes: [to], options: {},
  run: async (context) => writeFileAtomic(join(context.root, to), `${id}:${await readFile(join(context.root, from), 'utf8')}`),
  accept: async () => ({ in: 1, kept: 1, dropped: [] }),
  ...more,
});

it('runs, skips what is unchanged, and re-runs what changed', async () => {
  await writeFile(join(root, 'in.txt'), 'x');
  const stages = [copy('one', 'in.txt', 'work/a.txt'), copy('two', 'work/a.txt', 'work/b.txt', { needs: ['one'] })];
  const events: PipelineEvent[] = [];
  const first = await runPipeline(stages, { root, onEvent: (event) => events.push(event) });
  expect(first).toMatchObject({ ok: true, run: '0001' });
  expect(first.stages.map((stage) => stage.state)).toEqual(['done', 'done']);
  expect(await readFile(join(root, 'work/b.txt'), 'utf8')).toBe('two:one:x');
  expect((await planPipeline(stages, { root })).map((each) => each.action)).toEqual(['skip-unchanged', 'skip-unchanged']);
  await writeFile(join(root, 'in.txt'), 'y');
  expect((await planPipeline(stages, { root }))).toEqual([
    { id: 'one', action: 'run', reason: 'input changed: in.txt (changed)' },
    { id: 'two', action: 'run', reason: "'one' runs before it; skipped if that changes nothing" },
  ]);
  await runPipeline(stages, { root });
  expect(await readFile(join(root, 'work/b.txt'), 'utf8')).toBe('two:one:y');
  expect((await readStatus(stages, { root })).map((stage) => stage.state)).toEqual(['done', 'done']);
  expect((await readdir(join(root, 'work'))).sort()).toEqual(['a.txt', 'b.txt', 'runs']);
});
