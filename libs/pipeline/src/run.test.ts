import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { hashKnown, type HashCache } from './hash-cache.js';
import { type PipelineError, type PipelineEvent, type RunOptions, type Stage, planPipeline, readRuns, readStatus, runPipeline, writeFileAtomic } from './index.js';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'pipeline-'));
  await writeFile(join(root, 'in.txt'), 'x');
});
afterEach(async () => { await rm(root, { recursive: true, force: true }); });

const read = (path: string): Promise<string> => readFile(join(root, path), 'utf8');
const copy = (id: string, from: string, to: string, more: Partial<Stage> = {}): Stage => ({
  id, title: `Stage ${id}`, version: 1, needs: [], reads: [from], writes: [to], options: {},
  run: async (context) => writeFileAtomic(join(context.root, to), `${id}:${await readFile(join(context.root, from), 'utf8')}`),
  accept: async () => ({ in: 1, kept: 1, dropped: [] }),
  ...more,
});
/** one → two → three, each with changes of its own. */
const chain = (one: Partial<Stage> = {}, two: Partial<Stage> = {}, three: Partial<Stage> = {}): Stage[] => [
  copy('one', 'in.txt', 'work/1.txt', one),
  copy('two', 'work/1.txt', 'work/2.txt', { needs: ['one'], ...two }),
  copy('three', 'work/2.txt', 'work/3.txt', { needs: ['two'], ...three }),
];

async function run(stages: readonly Stage[], options: Partial<RunOptions> = {}) {
  const events: PipelineEvent[] = [];
  const result = await runPipeline(stages, { root, onEvent: (event) => events.push(event), ...options });
  const started = Object.fromEntries(events.flatMap((event) => (event.event === 'stage-start' ? [[event.stage, event.reason]] : [])));
  return { ...result, events, started, states: result.stages.map((stage) => stage.state), reasons: result.stages.map((stage) => stage.reason) };
}

describe('what runs again', () => {
  it('nothing, when nothing changed', async () => {
    expect((await run(chain())).started).toEqual({ one: 'never run', two: 'never run', three: 'never run' });
    const made = await stat(join(root, 'work/3.txt'));
    const again = await run(chain());
    expect(again.started).toEqual({});
    expect(again.events.flatMap((event) => (event.event === 'stage-skipped' ? [event.reason] : []))).toEqual(Array(3).fill('unchanged: same input and options, output verified'));
    expect((await stat(join(root, 'work/3.txt'))).ino).toBe(made.ino);
    expect((await readdir(join(root, 'work'))).sort()).toEqual(['1.txt', '2.txt', '3.txt', 'runs']);
  });

  it.each<[string, () => Promise<unknown>, Stage[], Record<string, string>]>([
    ['an input', () => writeFile(join(root, 'in.txt'), 'y'), chain(), { one: 'input changed: in.txt (changed)', two: 'input changed: work/1.txt (changed)', three: 'input changed: work/2.txt (changed)' }],
    ['an input that is gone', () => rm(join(root, 'in.txt')), chain({ run: async ({ root: at }) => writeFileAtomic(join(at, 'work/1.txt'), 'one:x') }), { one: 'input changed: in.txt (missing)' }],
    ['only the time of an input', () => utimes(join(root, 'in.txt'), 1, 1), chain(), {}],
    ['an output', () => writeFile(join(root, 'work/2.txt'), 'z'), chain(), { two: 'output is not as it was made: work/2.txt (changed)' }],
    ['an output that is gone', () => rm(join(root, 'work/1.txt')), chain(), { one: 'output is not as it was made: work/1.txt (missing)' }],
    ['an option', async () => undefined, chain({}, { options: { hop: 2 } }), { two: 'options changed: hop' }],
    ['a version', async () => undefined, chain({ version: 2 }), { one: 'stage version 1 → 2' }],
    ['what an output is read for, when the result is the same', () => writeFile(join(root, 'in.txt'), 'y'), chain({ run: async ({ root: at }) => writeFileAtomic(join(at, 'work/1.txt'), 'one:x') }), { one: 'input changed: in.txt (changed)' }],
  ])('%s', async (_, change, stages, started) => {
    await run(chain());
    await change();
    const again = await run(stages);
    expect(again.ok).toBe(true);
    expect(again.started).toEqual(started);
    expect((await run(stages)).started).toEqual({});
  });

  it('plans the same without writing anything', async () => {
    await run(chain());
    await writeFile(join(root, 'in.txt'), 'y');
    const before = await readdir(root, { recursive: true });
    const journal = await read('work/runs/0001/journal.jsonl');
    expect(await planPipeline(chain(), { root })).toEqual([
      { id: 'one', action: 'run', reason: 'input changed: in.txt (changed)' },
      { id: 'two', action: 'run', reason: "'one' runs before it; skipped if that changes nothing" },
      { id: 'three', action: 'run', reason: "'two' runs before it; skipped if that changes nothing" },
    ]);
    expect(await readdir(root, { recursive: true })).toEqual(before);
    expect(await read('work/runs/0001/journal.jsonl')).toBe(journal);
  });

  it('does not mind where an absolute input lies, only what it holds', async () => {
    const other = await mkdtemp(join(tmpdir(), 'elsewhere-'));
    await writeFile(join(other, 'a'), 'same');
    await writeFile(join(other, 'b'), 'same');
    const stages = (name: string): Stage[] => [copy('one', 'in.txt', 'work/1.txt', { reads: [join(other, name)] })];
    await run(stages('a'));
    expect((await run(stages('b'))).started).toEqual({});
    await writeFile(join(other, 'b'), 'more');
    expect(Object.keys((await run(stages('b'))).started)).toEqual(['one']);
    await rm(other, { recursive: true });
  });
});

describe('run folders', () => {
  it('count up only when the plan changes, and keep what is done', async () => {
    expect((await run(chain())).run).toBe('0001');
    expect((await run(chain())).run).toBe('0001');
    await writeFile(join(root, 'in.txt'), 'y');
    expect((await run(chain(), { force: true })).run).toBe('0001');
    const second = await run(chain({}, {}, { options: { a: 1 } }));
    expect(second.run).toBe('0002');
    expect(second.started).toEqual({ three: 'options changed: a' });
    await rm(join(root, 'work/runs/0001'), { recursive: true }); // old logs may go: records were carried over
    const third = await run(chain({}, {}, { options: { a: 1 } }));
    expect(third.started).toEqual({});
    expect(third.run).toBe('0002');
    expect((await readRuns({ root })).map(({ run: name, events }) => [name, events[0]?.event])).toEqual([['0002', 'run-start']]);
  });
});

describe('from, until, force', () => {
  it('run just those', async () => {
    expect((await run(chain(), { until: 'two' })).states).toEqual(['done', 'done', 'pending']);
    expect((await run(chain(), { from: 'three' })).states).toEqual(['done', 'done', 'done']);
    expect((await run(chain(), { from: 'two', until: 'two', force: true })).started).toEqual({ two: 'forced' });
    expect((await run(chain(), { from: 'two' })).started).toEqual({});
  });
  it('force starts a stage that keeps whole work from nothing', async () => {
    let made = 0;
    const keeper = copy('one', 'in.txt', 'work/1.txt', { run: async ({ root: at }) => { if ((await stat(join(at, 'work/1.txt')).catch(() => null)) === null) await writeFileAtomic(join(at, 'work/1.txt'), String((made += 1))); } });
    await run([keeper]);
    await run([{ ...keeper, options: { other: 1 } }]);
    expect(made).toBe(1);
    await run([{ ...keeper, options: { other: 1 } }], { force: true });
    expect([made, await read('work/1.txt')]).toEqual([2, '2']);
  });
  it('refuse what cannot be', async () => {
    await expect(run(chain(), { from: 'two' })).rejects.toMatchObject({ code: 'PIPELINE_NOT_READY', message: "Cannot start from 'two': 'one', which it needs, is not done. Start from 'one'." });
    await expect(run(chain(), { until: 'four' })).rejects.toMatchObject({ code: 'PIPELINE_STAGE_UNKNOWN', message: "There is no stage 'four'. Stages: one, two, three." });
    await expect(run(chain(), { from: 'three', until: 'one' })).rejects.toMatchObject({ code: 'PIPELINE_STAGE_UNKNOWN' });
    await expect(runPipeline(chain(), { root: join(root, 'no') })).rejects.toMatchObject({ code: 'PIPELINE_ROOT_MISSING' });
  });
  it('tell in the status that what follows is out of date', async () => {
    await run(chain());
    await writeFile(join(root, 'in.txt'), 'y');
    await run(chain(), { until: 'one' });
    expect((await readStatus(chain(), { root })).map(({ state, reason }) => [state, reason])).toEqual([
      ['done', null], ['pending', "'one' ran again since; will be checked"], ['pending', "waits for 'two'"],
    ]);
    expect((await readStatus(chain({}, {}, { options: 7 }), { root }))[2]).toMatchObject({ state: 'pending' });
    await run(chain());
    expect((await readStatus(chain({}, {}, { options: 7 }), { root }))[2]).toMatchObject({ state: 'pending', reason: 'its options changed since; will run again' });
  });
});

describe('what is skipped', () => {
  const missing = async () => ({ what: 'no checkout', how: 'run setup' });
  it('is what lacks its means, and by name what needs it', async () => {
    const skipped = await run(chain({}, { missing }));
    expect(skipped).toMatchObject({ ok: true, states: ['done', 'skipped', 'skipped'] });
    expect(skipped.reasons).toEqual([null, 'no checkout — run setup', "needs 'two', which is skipped: no checkout — run setup"]);
    expect((await readStatus(chain({}, { missing }), { root })).map((stage) => stage.reason)).toEqual(skipped.reasons);
    expect((await run(chain({}, { missing }), { from: 'three' })).reasons).toEqual(skipped.reasons);
    expect((await run(chain())).states).toEqual(['done', 'done', 'done']);
    expect((await run(chain({}, { missing }))).states, 'unchanged needs no means').toEqual(['done', 'done', 'done']);
  });
  it('is what is optional and not switched on, which hinders nobody', async () => {
    const stages = chain({}, { optional: true }, { reads: ['work/1.txt'], run: async ({ root: at }) => writeFileAtomic(join(at, 'work/3.txt'), '3') });
    expect(await planPipeline(stages, { root })).toMatchObject([{ action: 'run' }, { action: 'skip-off' }, { action: 'run' }]);
    const off = await run(stages);
    expect(off.states).toEqual(['done', 'skipped', 'done']);
    expect(off.reasons[1]).toBe('off: this stage is optional and not switched on');
    const on = await run(stages, { enable: ['two'] });
    expect(on).toMatchObject({ states: ['done', 'done', 'done'], run: '0002', started: { two: 'never run' } });
    expect((await readStatus(stages, { root, enable: ['two'] })).map((stage) => stage.state)).toEqual(['done', 'done', 'done']);
  });
});

describe('a stage that fails', () => {
  class OtherError extends Error { readonly code = 'TRAINING_OOM'; readonly hint = 'smaller batch'; readonly facts = { batchSize: 8, nan: NaN, list: [] }; }

  it('is told with its code, message, hint and facts; what follows waits', async () => {
    const failed = await run(chain({}, { run: async () => { throw new OtherError('CUDA out of memory'); } }));
    expect(failed).toMatchObject({ ok: false, failed: { stage: 'two' }, states: ['done', 'failed', 'pending'] });
    expect(failed.failed?.error).toBeInstanceOf(OtherError);
    expect(failed.reasons).toEqual([null, 'TRAINING_OOM: CUDA out of memory', "waits for 'two', which failed"]);
    expect((await readStatus(chain(), { root })).map((stage) => stage.reason)).toEqual(failed.reasons);
    const journalled = (await readRuns({ root }))[0]?.events.find((event) => event.event === 'stage-failed');
    expect(journalled).toMatchObject({ error: { code: 'TRAINING_OOM', message: 'CUDA out of memory', hint: 'smaller batch', facts: { batchSize: 8 } } });
    const again = await run(chain());
    expect(again.started).toEqual({ two: 'failed last time (TRAINING_OOM: CUDA out of memory)', three: 'never run' });
  });

  it.each<[string, Partial<Stage>, string, string]>([
    ['throws something plain', { run: async () => { throw new Error('oh'); } }, 'PIPELINE_STAGE_FAILED', 'oh'],
    ['throws before it is async', { run: () => { throw new Error('at once'); } }, 'PIPELINE_STAGE_FAILED', 'at once'],
    ['throws what is no error', { run: async () => { throw 'text'; } }, 'PIPELINE_STAGE_FAILED', 'text'],
    ['cannot tell whether its means are there', { missing: async () => { throw new Error('who knows'); } }, 'PIPELINE_STAGE_FAILED', 'who knows'],
    ['loses an item', { accept: async () => ({ in: 3, kept: 1, dropped: [{ id: 'a', reason: 'short' }] }) }, 'PIPELINE_ACCOUNTING', "Stage 'two' does not account for its inputs: 3 in, but 1 kept and 1 dropped make 2."],
    ['writes nothing', { run: async () => undefined }, 'PIPELINE_OUTPUT_MISSING', "Stage 'two' wrote none of work/2.txt."],
    ['fills the disk', { run: async () => { throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', syscall: 'write', path: '/big' }); } }, 'PIPELINE_DISK_FULL', 'The disk is full: cannot write /big.'],
    ['may not write', { run: async () => { throw Object.assign(new Error('EACCES'), { code: 'EACCES', syscall: 'mkdir', path: '/etc/x' }); } }, 'PIPELINE_NOT_WRITABLE', 'Cannot write /etc/x: permission denied.'],
    ['may not read', { run: async () => { throw Object.assign(new Error('EACCES: permission denied, open /x'), { code: 'EACCES', syscall: 'open', path: '/x' }); } }, 'PIPELINE_STAGE_FAILED', 'EACCES: permission denied, open /x'],
    ['gives nonsense as progress', { run: async ({ progress }) => progress({ done: Number.NaN, total: 1, unit: 'x' }) }, 'PIPELINE_STAGE_FAILED', 'progress.done must be a number ≥ 0, got NaN'],
  ])('when it %s', async (_, two, code, message) => {
    const { ok, failed, events } = await run(chain({}, two));
    expect({ ok, code: (failed?.error as PipelineError).code, message: failed?.error.message }).toEqual({ ok: false, code, message });
    expect(events.at(-2)).toMatchObject({ event: 'stage-failed', stage: 'two', interrupted: false, error: { code, message } });
    expect(events.at(-1)).toMatchObject({ event: 'done', ok: false });
    expect((await run(chain())).ok).toBe(true);
  });
});

describe('cancelling', () => {
  it('stops the stage by its signal; it is pending, and resumes', async () => {
    const controller = new AbortController();
    const slow: Partial<Stage> = {
      run: async ({ signal, progress }) => {
        progress({ done: 3, total: 9, unit: 'clips' });
        await new Promise((_, reject) => { signal.addEventListener('abort', () => reject(signal.reason)); controller.abort(); });
      },
    };
    const stopped = await run(chain({}, slow), { signal: controller.signal });
    expect(stopped).toMatchObject({ ok: false, states: ['done', 'pending', 'pending'], failed: { stage: 'two', error: { code: 'PIPELINE_ABORTED' } } });
    expect(stopped.reasons[1]).toBe('interrupted at 3/9 clips, will resume');
    expect(stopped.events.at(-2)).toMatchObject({ event: 'stage-failed', interrupted: true });
    expect(await readdir(join(root, 'work'))).not.toContain('lock');
    expect((await run(chain())).started).toEqual({ two: 'interrupted at 3/9 clips, will resume', three: 'never run' });
  });

  it('does not take early work for whole work', async () => {
    const controller = new AbortController();
    const early: Partial<Stage> = { run: async ({ root: at }) => { controller.abort(); await writeFileAtomic(join(at, 'work/1.txt'), 'half'); } };
    expect((await run(chain(early), { signal: controller.signal })).states[0]).toBe('pending');
    await run(chain());
    expect(await read('work/1.txt')).toBe('one:x');
  });

  it('abandons a stage that does not listen, and keeps the lock until it ends', async () => {
    const controller = new AbortController();
    let end = (): void => undefined;
    const deaf: Partial<Stage> = {
      run: async ({ log, event, progress }) => {
        await new Promise<void>((resolve) => { end = resolve; controller.abort(); });
        log('late'); event({ late: true }); progress({ done: 1, total: 1, unit: 'x' });
      },
    };
    const { failed } = await run(chain(deaf), { signal: controller.signal, graceMs: 20 });
    expect(failed?.error).toMatchObject({ code: 'PIPELINE_ABORTED' });
    await expect(run(chain())).rejects.toMatchObject({ code: 'PIPELINE_LOCKED' });
    end();
    await vi.waitFor(async () => expect(await readdir(join(root, 'work'))).not.toContain('lock'));
    expect(await read('work/runs/0001/one.log')).not.toContain('late');
    expect((await run(chain())).ok).toBe(true);
  });

  it('does not begin when it was cancelled before', async () => {
    const { failed, states } = await run(chain(), { signal: AbortSignal.abort() });
    expect(failed).toMatchObject({ stage: 'one', error: { code: 'PIPELINE_ABORTED' } });
    expect(states).toEqual(['pending', 'pending', 'pending']);
  });
});

describe('what a run tells', () => {
  it('is progress with the time left, thinned out, and a journal in order', async () => {
    let nowMs = 0;
    const counting: Partial<Stage> = {
      run: async ({ root: at, progress, log, event, scratchDir }) => {
        expect(await readdir(scratchDir)).toEqual([]);
        await writeFile(join(scratchDir, 'rest'), '');
        event({ device: 'cpu' });
        log('first line');
        for (let done = 0; done <= 200; done += 1) {
          nowMs += 50;
          progress({ done, total: 200, unit: 'clips', ...(done === 200 ? { note: 'last', values: { loss: 0.5 } } : {}) });
        }
        await writeFileAtomic(join(at, 'work/1.txt'), '');
      },
      accept: async () => ({ in: 2, kept: 1, dropped: [{ id: 'b', reason: 'silent' }], notes: ['mind the gap'] }),
    };
    const { events, stages } = await run([copy('one', 'in.txt', 'work/1.txt', counting)], { clock: () => nowMs });
    const progress = events.filter((event) => event.event === 'progress');
    expect(progress.length).toBe(101);
    expect(progress.at(-1)).toEqual({ event: 'progress', stage: 'one', done: 200, total: 200, unit: 'clips', etaSec: 0, note: 'last', values: { loss: 0.5 } });
    expect(progress.find((event) => event.done === 100)?.etaSec).toBeCloseTo(5, 1);
    expect(events.map((event) => event.event).filter((name) => name !== 'progress')).toEqual(['run-start', 'stage-start', 'stage-done', 'done']);
    expect(stages[0]).toMatchObject({ state: 'done', in: 2, kept: 1, dropped: [{ id: 'b', reason: 'silent' }], notes: ['mind the gap'] });
    const journal = (await readRuns({ root }))[0]?.events ?? [];
    expect(journal.map((event) => event.seq)).toEqual(journal.map((_, i) => i + 1));
    expect(journal.filter((event) => event.event === 'progress').length).toBeLessThan(12);
    expect(journal.find((event) => event.event === 'stage-event')).toMatchObject({ stage: 'one', data: { device: 'cpu' } });
    expect(await read('work/runs/0001/one.log')).toBe('--- 1970-01-01T00:00:00.000Z Stage one\nfirst line\n');
  });
});

it('gives stages the hashes of files: as they are now, and those it knows without reading them', async () => {
  let hash: unknown;
  const context = { hash: async (path: string) => path };
  const stages = () => [copy('one', 'in.txt', 'work/1.txt', { run: async (ctx) => { Object.assign(context, ctx); hash = await ctx.hash(join(root, 'in.txt')); await writeFileAtomic(join(root, 'work/1.txt'), 'y'); } })];
  await run(stages());
  expect(hash).toBe(createHash('sha256').update('x').digest('hex'));
  await writeFile(join(root, 'in.txt'), 'longer');
  await run(stages());
  expect(hash).toBe(createHash('sha256').update('longer').digest('hex'));
  await expect(context.hash(join(root, 'gone'))).rejects.toMatchObject({ code: 'PIPELINE_FILE_MISSING' });
  const known: HashCache = { get: () => 'known', set: () => undefined, save: async () => undefined };
  expect(await hashKnown(join(root, 'in.txt'), known)).toBe('known');
});
