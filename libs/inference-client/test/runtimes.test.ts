// The root of the package where there is no Node: in Chromium, Deno and Bun, each where it is installed. It brings no other package, and speaks whole and streamed.
import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, request as forward } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { build } from 'tsup';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { request, standIn } from './support/bench.js';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));
const installed = (command: string): boolean => {
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

// Plain JavaScript: it runs elsewhere
const RUN = `
import { createClient } from './client.mjs';
export async function run(baseUrl, asked) {
  const client = createClient({ baseUrl });
  const { audio, warnings } = await client.synthesize(asked);
  let streamed = 0;
  for await (const { samples } of client.stream(asked)) streamed += samples.length;
  const code = await client.synthesize({ ...asked, text: 'fail at this' }).catch((error) => error.code);
  const unreachable = await createClient({ baseUrl: 'http://127.0.0.1:9', dialect: 'api-v2', retries: 0 }).synthesize(asked).catch((error) => error.code);
  const stopped = await client.synthesize(asked, { signal: AbortSignal.abort() }).catch((error) => error.code);
  return { dialect: await client.dialect(), samples: audio.samples.length, peak: audio.samples.reduce((most, value) => Math.max(most, value), 0), warnings, streamed, code, unreachable, stopped };
}`;
const MAIN = `import { run } from './run.mjs';\nconsole.log(JSON.stringify(await run(RUN_URL, RUN_ASKED)));\n`;

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'client-runtimes-'));
  await build({ entry: { client: fileURLToPath(new URL('../src/index.ts', import.meta.url)) }, outDir: dir, format: 'esm', platform: 'browser', target: 'es2022', dts: false, clean: false, sourcemap: false, silent: true, config: false, outExtension: () => ({ js: '.mjs' }) });
  await writeFile(join(dir, 'run.mjs'), RUN);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const engineUrl = async (): Promise<URL> => new URL((await standIn('api-v2', { faults: [{ kind: 'silence', text: 'fail' }] })).url);
type Said = { readonly samples: number; readonly streamed: number; readonly peak: number };
const check = (said: Said): void => {
  expect(said).toMatchObject({ dialect: 'api-v2', warnings: [], code: 'CLIENT_ENGINE_SILENCE', unreachable: 'CLIENT_UNREACHABLE', stopped: 'CLIENT_ABORTED' });
  expect(said.samples).toBeGreaterThan(90_000);
  expect(said.streamed).toBe(said.samples);
  expect(said.peak).toBeCloseTo(0.3, 2);
};

it('imports nothing', async () => {
  expect(await readFile(join(dir, 'client.mjs'), 'utf8')).not.toMatch(/^import |\bfrom ["']|\brequire\(/m);
});

it.skipIf(executablePath === undefined)('speaks in Chromium (skipped where no Chromium is installed)', async () => {
  const engine = await engineUrl();
  const server = createServer((asked, answer) => { // the page and the engine behind one address, as a proxy would put them
    if (asked.url === '/') return void answer.setHeader('content-type', 'text/html').end('<!doctype html><title>client</title>');
    if (asked.url?.endsWith('.mjs') === true) return void readFile(join(dir, asked.url === '/run.mjs' ? 'run.mjs' : 'client.mjs')).then((code) => answer.setHeader('content-type', 'text/javascript').end(code));
    asked.pipe(forward({ host: engine.hostname, port: engine.port, path: asked.url, method: asked.method, headers: asked.headers }, (reply) => {
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(answer);
    }));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const browser = await chromium.launch({ ...(executablePath === undefined ? {} : { executablePath }), args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage();
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await page.goto(url);
    check((await page.evaluate(`import('/run.mjs').then(({ run }) => run(${JSON.stringify(url)}, ${JSON.stringify(request())}))`)) as Said);
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
});

for (const [command, args] of [['deno', ['run', '--allow-net=127.0.0.1']], ['bun', ['run']]] as const) it.skipIf(!installed(command))(`speaks in ${command} (skipped where it is not installed)`, async () => {
  const main = join(dir, `${command}.mjs`);
  await writeFile(main, MAIN.replace('RUN_URL', JSON.stringify((await engineUrl()).href)).replace('RUN_ASKED', JSON.stringify(request())));
  const { stdout } = await promisify(execFile)(command, [...args, main], { timeout: 25_000 });
  check(JSON.parse(stdout) as Said);
});
