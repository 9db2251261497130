import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { planPipeline, readJsonLines, readStatus, runPipeline, type Stage, writeFileAtomic, writeJsonLines } from '@voxtune/pipeline';

type Row = { readonly v: 1; readonly id: string; readonly words: number };

const count: Stage = {
  id: 'count', title: 'Count words', version: 1, needs: [], reads: ['texts'], writes: ['work/counts.jsonl'], options: { minWords: 2 },
  async run({ root, progress, signal }) {
    const names = (await readdir(join(root, 'texts'))).sort();
    const rows: Row[] = [];
    for (const id of names) {
      signal.throwIfAborted();
      const words = (await readFile(join(root, 'texts', id), 'utf8')).split(/\s+/).length;
      if (words >= 2) rows.push({ v: 1, id, words });
      progress({ done: rows.length, total: names.length, unit: 'texts' });
    }
    await writeJsonLines(join(root, 'work/counts.jsonl'), rows);
  },
  // Accepts by counting what is on disk: every text is in the output or listed with the reason it is not.
  async accept({ root }) {
    const rows = await readJsonLines<Row>(join(root, 'work/counts.jsonl'));
    const names = await readdir(join(root, 'texts'));
    const dropped = names.filter((id) => !rows.some((row) => row.id === id)).map((id) => ({ id, reason: 'shorter than 2 words' }));
    return { in: names.length, kept: rows.length, dropped };
  },
};

const root = await mkdtemp(join(tmpdir(), 'pipeline-'));
await writeFileAtomic(join(root, 'texts/a'), 'two words');
await writeFileAtomic(join(root, 'texts/b'), 'one');

const { ok, stages } = await runPipeline([count], { root });
assert.ok(ok);
assert.deepEqual(stages[0]?.dropped, [{ id: 'b', reason: 'shorter than 2 words' }]);

// Nothing changed: nothing to do. Someone damages the output: it is made again, and the reason is said.
assert.equal((await planPipeline([count], { root }))[0]?.action, 'skip-unchanged');
await writeFile(join(root, 'work/counts.jsonl'), 'damaged');
assert.equal((await planPipeline([count], { root }))[0]?.reason, 'output is not as it was made: work/counts.jsonl (changed)');
await runPipeline([count], { root });
assert.equal((await readStatus([count], { root }))[0]?.state, 'done');
await rm(root, { recursive: true });
