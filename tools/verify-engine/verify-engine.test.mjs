// The parts of verify-engine that need no engine; the matrix itself runs on the stand-in in tools/check.
import assert from 'node:assert/strict';
import { lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readArguments, UsageError } from './arguments.mjs';
import { cutShort, isZip, linkTree, takeAway } from './links.mjs';
import { formatTable } from './table.mjs';

test('arguments: defaults, lists, and what is refused', () => {
  const folder = tmpdir();
  const { versions, device, failures, randomWeights, timeoutMs } = readArguments([folder], '/');
  assert.deepEqual({ versions, device, failures, randomWeights, timeoutMs }, { versions: ['v2Pro'], device: 'auto', failures: true, randomWeights: false, timeoutMs: 14_400_000 });
  assert.deepEqual(readArguments([folder, '--versions', 'v1, v4', '--no-failures'], '/').versions, ['v1', 'v4']);
  for (const wrong of [[], [folder, folder], ['/no/such/folder'], [folder, '--versions', 'v5'], [folder, '--timeout', '0'], [folder, '--transcripts', folder], [folder, '--what']]) {
    assert.throws(() => readArguments(wrong, '/'), UsageError, wrong.join(' '));
  }
});

test('a copy of links is broken without touching the original', () => {
  const root = mkdtempSync(join(tmpdir(), 'voxtune-links-'));
  try {
    const [from, to] = [join(root, 'from'), join(root, 'to')];
    mkdirSync(join(from, 'models/.git'), { recursive: true });
    writeFileSync(join(from, 'models/a.pth'), '12345678');
    writeFileSync(join(from, 'models/b.pth'), 'b');
    writeFileSync(join(from, 'models/large.pth'), Buffer.alloc(1_000_000, 'PK'));
    linkTree(from, to);
    assert.ok(lstatSync(join(to, 'models/large.pth')).isSymbolicLink());
    assert.ok(!lstatSync(join(to, 'models/a.pth')).isSymbolicLink());
    assert.deepEqual([isZip(to, 'models/large.pth'), isZip(to, 'models/a.pth')], [true, false]);
    cutShort(to, 'models/large.pth');
    assert.deepEqual([lstatSync(join(to, 'models/large.pth')).size, lstatSync(join(from, 'models/large.pth')).size], [500_000, 1_000_000]);
    assert.throws(() => lstatSync(join(to, 'models/.git')), { code: 'ENOENT' });
    cutShort(to, 'models/a.pth');
    takeAway(to, 'models/b.pth');
    assert.equal(readFileSync(join(to, 'models/a.pth'), 'utf8'), '1234');
    assert.throws(() => readFileSync(join(to, 'models/b.pth')), { code: 'ENOENT' });
    assert.equal(readFileSync(join(from, 'models/a.pth'), 'utf8'), '12345678');
    assert.equal(readFileSync(join(from, 'models/b.pth'), 'utf8'), 'b');
  } finally {
    rmSync(root, { recursive: true });
  }
});

test('the table counts what was not as expected', () => {
  const row = { version: 'v1', what: 'run', ok: true, said: 'exit 0', seconds: 1.25 };
  assert.equal(formatTable([row, { ...row, ok: false, version: 'v2Pro', said: 'exit 1' }]), 'ok      v1     run  1.3 s  exit 0\nFAILED  v2Pro  run  1.3 s  exit 1\n1 of 2 as expected');
});
