// say: into a pipe, and honest about who spoke, whichever way it went.
import { spawn } from 'node:child_process';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { cli, lastJson, MAIN, temporaryFolder } from './cli.js';
import { demoVoice, run, someRecordings } from './voices.js';

it('writes WAV bytes to a pipe with -o -, and warns of the stand-in through a gateway too', async () => {
  const parent = await temporaryFolder();
  const path = await demoVoice(parent, { recordings: await someRecordings(join(parent, 'recordings'), 2), epochs: [2, 2] });
  expect((await run(path)).code).toBe(0);

  const piped = await cli(['say', path, 'Hello there.', '-o', '-'], { cwd: parent });
  expect(piped.code, piped.stderr).toBe(0);
  expect(piped.stdout.slice(0, 4)).toBe('RIFF');
  expect(piped.stderr).toContain('of speech');
  const paused = await cli(['say', path, 'Hello there. [pause:2s] Hello there.', '-o', join(parent, 'p.wav'), '--json'], { cwd: parent });
  const plain = await cli(['say', path, 'Hello there.', '-o', join(parent, 'o.wav'), '--json'], { cwd: parent });
  const [withPause, once] = [paused, plain].map((told) => lastJson<{ durationSec: number }>(told).durationSec);
  expect(withPause).toBeCloseTo(2 * once! + 2, 1);
  const both = await cli(['say', path, 'Hello there.', '-o', '-', '--json'], { cwd: parent });
  expect(both.code).toBe(2);
  expect(lastJson<{ error: { code: string } }>(both).error.code).toBe('CLI_USAGE');

  const phrases = join(parent, 'phrases.txt');
  await writeFile(phrases, '# the menu\nPress one.\n');
  const serving = ['serve', path, '--port', '0', '--json', '--cache-dir', join(parent, 'cache'), '--prerender', phrases, '--prerender-format', 'wav', '--uploads-dir', join(parent, 'uploads'), '--recycle-requests', '100', '--recycle-memory-mb', '4000', '--max-batch', '4', '--read-numbers'];
  const server = spawn(process.execPath, [MAIN, ...serving], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => { server.kill(); });
  let url = '';
  for await (const line of createInterface({ input: server.stdout })) {
    const told = JSON.parse(line) as { event: string; url: string };
    if (told.event === 'listening') {
      ({ url } = told);
      continue;
    }
    expect(told).toEqual({ event: 'prerendered', made: 1, kept: 0, failed: [] });
    const ready = await fetch(`${url}/v1/audio/speech`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ voice: 'demo', input: 'Press one.', response_format: 'wav' }) });
    expect([ready.status, ready.headers.get('x-voxtune-cache')]).toEqual([200, 'hit']);
    const revoked = await fetch(`${url}/v1/audio/voices/nobody`, { method: 'DELETE' });
    expect(revoked.status).toBe(404); // the route is there
    expect(((await revoked.json()) as { error: { code: string } }).error.code).toBe('SERVING_VOICE_UNKNOWN');
    const said = await cli(['say', path, 'Hello there.', '-o', join(parent, 'a.wav'), '--url', url, '--json']);
    expect(said.code, said.stdout).toBe(0);
    expect(lastJson<{ warnings: string[] }>(said).warnings.join()).toContain('the stand-in engine spoke');
    break;
  }

  const deaf = await cli(['serve', path, '--port', '0', '--verify'], { cwd: parent });
  expect([deaf.code, deaf.stderr]).toEqual([2, expect.stringContaining('demo names no recogniser')]);
  const recogniser = join(parent, 'hear.mjs'); // hears other words first, then the right ones, then nothing at all
  const calls = join(parent, 'calls');
  await writeFile(recogniser, `import { appendFileSync, readFileSync } from 'node:fs';
    appendFileSync(${JSON.stringify(calls)}, readFileSync(process.argv[2]).toString('latin1', 0, 4) + '\\n');
    const n = readFileSync(${JSON.stringify(calls)}, 'utf8').trim().split('\\n').length;
    if (n > 2) { console.error('out of order'); process.exit(3); }
    console.log(n === 1 ? 'something else' : 'hello there');`);
  await appendFile(join(path, 'voxtune.yaml'), `\n${stringify({ transcribe: { command: [process.execPath, recogniser, '{wav}'] } })}`);
  const judged = spawn(process.execPath, [MAIN, 'serve', path, '--port', '0', '--json', '--verify', '--max-error-rate', '0.1', '--verify-attempts', '2'], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => { judged.kill(); });
  for await (const line of createInterface({ input: judged.stdout })) {
    ({ url } = JSON.parse(line) as { url: string });
    break;
  }
  const ask = (body: object) => fetch(`${url}/v1/voxtune/speech`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ voice: 'demo', text: 'Hello there.', format: 'wav', ...body }) });
  expect((await ask({})).status).toBe(200);
  expect(await (await fetch(`${url}/metrics`)).text()).toMatch(/^voxtune_verify_attempts_sum 2\nvoxtune_verify_attempts_count 1$/m);
  expect((await ask({ verify: false })).status).toBe(200);
  expect(await readFile(calls, 'utf8')).toBe('RIFF\nRIFF\n');
  const broken = await ask({});
  expect([broken.status, await broken.json()]).toMatchObject([502, { error: { code: 'SERVING_JUDGE_FAILED', message: expect.stringContaining('out of order') as string } }]);
}, 240_000); // a whole run, and seven starts of an engine

it.each([
  [['--may-manage-voices'], '--may-manage-voices belongs to --make-key'], [['--max-error-rate', '0.3'], '--max-error-rate belongs to --verify'], [['--verify-attempts', '2'], '--verify-attempts belongs to --verify'],
])('serve %j is refused before anything is started', async (flags, words) => {
  const parent = await temporaryFolder();
  const { code, stderr } = await cli(['serve', 'nobody', ...flags], { cwd: parent });
  expect([code === 0, stderr.includes(words)]).toEqual([false, true]);
});

it('makes a key that may manage voices', async () => {
  const parent = await temporaryFolder();
  const made = await cli(['serve', 'demo', '--keys', 'keys.json', '--make-key', 'manager', '--may-manage-voices', '--json'], { cwd: parent });
  expect(made.code, made.stderr).toBe(0);
  expect(JSON.parse(await readFile(join(parent, 'keys.json'), 'utf8'))).toMatchObject({ keys: [{ id: 'manager', voices: ['demo'], manageVoices: true }] });
});
