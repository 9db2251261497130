// The bench's own logic; nothing here depends on how fast anything is.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { fasterOf, formatRow, measure, verdictOf } from './compare.mjs';
import { makeSpeech, makeTextPairs, speechOf } from './signals.mjs';

const run = (wallSec, cpuSec = wallSec) => ({ wallSec, cpuSec, result: 3 });

test('each side keeps its fastest run, wall and CPU apart', () => {
  assert.deepEqual(fasterOf(undefined, run(2, 1)), { wallSec: 2, cpuSec: 1 });
  assert.deepEqual(fasterOf({ wallSec: 2, cpuSec: 1 }, run(1, 3)), { wallSec: 1, cpuSec: 1 });
});

test('sides take turns; the first round only warms up and is checked', async () => {
  const calls = [];
  const times = [9, 4, 2, 3];
  const { peer, note } = await measure({
    rounds: 3, ours: () => { calls.push('a'); return 3; },
    peer: async () => { calls.push('b'); return run(times[(calls.length - 1) / 2]); },
    check: (a, b) => `${a} and ${b}`,
  });
  assert.equal(calls.join(''), 'babababa');
  assert.equal(peer.wallSec, 2);
  assert.equal(note, '3 and 3');
});

test('results that differ are no measurement', async () => {
  await assert.rejects(measure({ ours: () => 1, peer: async () => run(1), check: () => { throw new Error('the cuts differ'); } }), /the cuts differ/);
});

test('a ratio is judged by the goals', () => {
  assert.deepEqual([0.5, 1, 1.5, 2.6].map((ratio) => verdictOf(ratio, 2.5, 1)), ['aim', 'aim', 'must', 'below must']);
  assert.equal(verdictOf(3, null, null), '');
});

test('a row prints its ratio, or why it has none', () => {
  const row = { work: 'slice', against: 'slicer2.py', must: 0.25, aim: 0.1, unit: 's/h', scale: 6 };
  assert.equal(formatRow(row, { ours: run(0.02), peer: run(0.1), ratio: 0.2, cpuRatio: 0.21, note: '18 equal slices' }),
    '| slice | slicer2.py | 0.12 s/h | 0.60 s/h | **0.20** | 0.21 | 0.25 | 0.1 | must; 18 equal slices |');
  assert.match(formatRow({ ...row, skip: 'no checkout' }, undefined), /not measured: no checkout \|$/);
  assert.match(formatRow(row, undefined, 'the cuts differ'), /not measured: the cuts differ \|$/);
});

test('memory is held to megabytes', async () => {
  const row = { work: 'ten hours', must: 300, aim: 150, memory: async () => ({ megabytes: 113, note: 'wav' }) };
  assert.equal(formatRow(row, await measure(row)), '| ten hours | – | 113 MB | – | – | – | 300 | 150 | aim; wav |');
});

test('inputs are the same on every run', () => {
  assert.deepEqual(makeTextPairs(3), makeTextPairs(3));
  assert.ok(makeTextPairs(50).some(({ reference, hypothesis }) => reference !== hypothesis));
  const speech = makeSpeech(5, 8000);
  assert.equal(speech.length, 40_000);
  assert.deepEqual(speech, makeSpeech(5, 8000));
  assert.ok(speech.every((x) => Math.abs(x) <= 1) && speech.some((x) => Math.abs(x) > 0.1));
  assert.equal(speechOf(2, [], () => assert.fail('nothing to decode')).length, 44_100);
});

test('the Python peers compile', (t) => {
  try { execFileSync('python3', ['--version'], { stdio: 'ignore' }); } catch { t.skip('no python3'); return; }
  execFileSync('python3', ['-c', 'import ast, sys; ast.parse(open(sys.argv[1]).read())', new URL('peers.py', import.meta.url).pathname]);
});
