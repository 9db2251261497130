// docs/speaking.md, followed literally: each block runs as it stands, against a gateway of one voice.
import { encodeWav } from '@voxtune/audio';
import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openBench, type Bench } from './support/gateway.js';
import { readSaying } from './support/saying.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const blocks = (path: string): readonly { readonly kind: string; readonly code: string }[] =>
  [...readFileSync(join(root, path), 'utf8').matchAll(/^```(\w+)\n([^]*?)^```$/gm)].map(([, kind = '', code = '']) => ({ kind, code }));
const page = blocks('docs/speaking.md');
const has = (command: string, ...args: string[]): boolean => spawnSync(command, args).status === 0;
const [noCurl, noPython] = [!has('curl', '--version'), !has('python3', '-c', 'import openai')];

let bench: Bench;
let dir = '';
let url = '';
beforeAll(async () => {
  bench = await openBench();
  dir = await mkdtemp(join(tmpdir(), 'voxtune-docs-'));
  await symlink(join(root, 'node_modules'), join(dir, 'node_modules'));
  await writeFile(join(dir, 'sample.wav'), encodeWav({ sampleRateHz: 16_000, channels: [Float32Array.from({ length: 64_000 }, (_, n) => 0.3 * Math.sin(n / 8))] }));
  ({ url } = await bench.gateway({ voices: [await bench.voice('staff001')], uploads: { dir: join(bench.dir, 'uploads') } }));
});
afterAll(async () => {
  await bench.close();
  await rm(dir, { recursive: true, force: true });
});

const here = (code: string): string => code.replaceAll('http://localhost:9977', url);
const run = async (command: string, ...args: string[]): Promise<string> => (await promisify(execFile)(command, args, { cwd: dir, timeout: 50_000 })).stdout;
const heard = async (): Promise<string> => readSaying(await readFile(join(dir, 'hello.wav'))).text;

vi.setConfig({ testTimeout: 60_000 }); // Python takes its time to import openai on a busy machine

it('has the blocks that these tests run', () => expect(page.map(({ kind }) => kind)).toEqual(['js', 'python', 'sh', 'sh', 'sh', 'sh', 'sh', 'sh']));

it('is what the README says of the package for Node', () => {
  const [code] = page.map((block) => block.code);
  for (const readme of ['README.md', 'README.zh-TW.md']) expect(blocks(readme).map((block) => block.code)).toContain(code);
});

it('speaks by the package for Node', async () => {
  await writeFile(join(dir, 'hello.mjs'), here(page[0]?.code ?? ''));
  await run(process.execPath, 'hello.mjs');
  expect(await heard()).toContain('Good morning, how may I help you?'.split(',')[0]);
});

it.skipIf(noPython)(`speaks by the package for Python${noPython ? ' (skipped: pip install openai)' : ''}`, async () => {
  await writeFile(join(dir, 'hello.py'), here(page[1]?.code ?? ''));
  await rm(join(dir, 'hello.wav'), { force: true });
  await run('python3', 'hello.py');
  expect(await heard()).toContain('Good morning');
});

describe.skipIf(noCurl)(`curl${noCurl ? ' (skipped: it is not installed)' : ''}`, () => {
  it.each(page.filter(({ kind }) => kind === 'sh').map(({ code }) => [code.split('\n')[0] ?? '', code]))('%s', async (_, code) => {
    await run('bash', '-euo', 'pipefail', '-c', here(code));
  });
  it('left what it says', async () => {
    expect((await readFile(join(dir, 'hello.pcm'))).length).toBeGreaterThan(40_000);
    expect((await readFile(join(dir, 'press-one.ulaw'))).length).toBeGreaterThan(8000);
    expect(JSON.parse(await readFile(join(dir, 'hello.json'), 'utf8'))).toMatchObject({ sentences: [{ text: 'Please hold.' }, { text: 'Thank you for waiting.' }], subtitles: expect.stringContaining('-->') });
    expect(await readFile(join(dir, 'metrics.txt'), 'utf8')).toMatch(/^voxtune_http_requests_total/m);
    expect(await (await fetch(`${url}/v1/audio/voices?legacy=true`)).json()).toEqual({ voices: ['staff001'] });
  });
});
