import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { install } from '../shared/install.mjs';
import { NX, ROOT, run } from '../shared/processes.mjs';
import { filesUnder, packages } from '../shared/workspace.mjs';

const MINUTE_MS = 60_000;
const NX_ENV = { NX_DAEMON: 'false', NX_NO_CLOUD: 'true', NX_TUI: 'false', CI: 'true', FORCE_COLOR: '0' };
const node = (...args) => run([process.execPath, ...args], { timeoutMs: 10 * MINUTE_MS });
const nx = (...args) => run([...NX, ...args, '--outputStyle=static'], { env: NX_ENV, timeoutMs: 20 * MINUTE_MS });

/** @typedef {{name: string, title: string, run: () => Promise<{code: number, output: string, note?: string}>, tests?: boolean, stops?: boolean}} Step - `tests`: its output holds a test summary; `stops`: without it the rest is pointless. */

/** @returns {Step[]} */
export function steps() {
  return [
    {
      name: 'install', title: 'dependencies, as package-lock.json names them', stops: true,
      run: async () => { const result = await install(); return { ...result, note: result.skipped ? 'already installed' : '' }; },
    },
    { name: 'types', title: 'every package type-checks', run: () => nx('run-many', '-t', 'typecheck') },
    { name: 'lint', title: 'eslint', run: () => node('node_modules/eslint/bin/eslint.js', '.', '--max-warnings', '0') },
    { name: 'direction', title: 'imports and dependencies point the allowed way', run: () => node('tools/check-direction.mjs') },
    { name: 'codes', title: 'error codes are unique and explained', run: () => node('tools/check-codes.mjs') },
    { name: 'snippets', title: 'README examples equal the programs that run', run: () => node('tools/sync-snippets.mjs') },
    { name: 'api', title: "each library's etc/*.api.md names its exports as they are", run: () => node('tools/api-report.mjs', '--check') },
    { name: 'demo', title: 'the demo matches its manifest: durations, words, cue times', run: () => node('tools/demo/make-demo.mjs', '--check') },
    ...(filesUnder(join(ROOT, 'tools'), '.test.mjs').length === 0 ? [] : [{ name: 'tools', title: "tests of the repository's own tools", tests: true, run: () => node('--test', ...filesUnder(join(ROOT, 'tools'), '.test.mjs')) }]),
    { name: 'build', title: 'every package builds', run: () => nx('run-many', '-t', 'build') },
    { name: 'cache', title: 'a second build is all cache hits', run: buildAgain },
    ...packages().map((pkg) => ({ name: `test ${pkg.short}`, title: pkg.name === 'voxtune' ? 'the command line, end to end with the stand-in engine' : `unit tests of ${pkg.name}`, tests: true, run: () => nx('run', `${pkg.name}:test`) })),
    ...standInEngine(),
    { name: 'verify-engine', title: 'the matrix of tools/verify-engine, on the stand-in', run: () => node('tools/verify-engine.mjs', 'examples/stand-in-engine', '--versions', 'v2Pro') },
    { name: 'pack', title: 'packed, installed, imported, type-checked; README examples run alone', run: () => node('tools/pack-and-use.mjs') },
  ];
}

async function buildAgain() {
  const { code, output } = await nx('run-many', '-t', 'build');
  const built = packages().length;
  const hits = output.match(/\[(?:local cache|existing outputs match the cache[^\]]*)\]/g)?.length ?? 0;
  return hits === built || code !== 0 ? { code, output } : { code: 1, output: `${output.split('\n').filter((line) => line.includes('> nx run')).join('\n')}\n${hits} of ${built} builds came from the cache; something writes into its own inputs` };
}

/** The stand-in engine is no package of the workspace; its tests are vitest's or node's own. */
function standInEngine() {
  const folder = join(ROOT, 'examples/stand-in-engine');
  const tests = ['.test.ts', '.test.mjs', '.test.js', '.test.cjs'].flatMap((ending) => filesUnder(folder, ending));
  if (tests.length === 0) return [];
  const nodes = tests.every((file) => readFileSync(file, 'utf8').includes('node:test'));
  const runTests = () => (nodes ? node('--test', ...tests) : node('node_modules/vitest/vitest.mjs', 'run', '--root', folder));
  return [{ name: 'test stand-in-engine', title: 'tests of the stand-in engine', tests: true, run: runTests }];
}
