import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openPruned } from './prune-checkpoints.js';

it('counts and lists what it removed, and refuses to keep none', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'voxtune-prune-'));
  try {
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) writeFileSync(join(dir, name), Buffer.alloc(500_000));
    const pruned = openPruned(2);
    expect(pruned.notes()).toEqual([]);
    await pruned.remove(['a', 'b', 'c', 'gone'].map((name) => join(dir, name)));
    await pruned.remove(['d', 'e', 'a'].map((name) => join(dir, name)));
    expect(readdirSync(dir)).toEqual(['f']);
    expect(pruned.notes()).toEqual(['removed 5 older optimizer checkpoints (2.5 MB): a, b, c, d and 1 more; the newest 2 stay']);
    expect(() => openPruned(0)).toThrow('keepCheckpoints must be a positive integer, got 0');
  } finally {
    rmSync(dir, { recursive: true });
  }
});
