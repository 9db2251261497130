// say: into a pipe, and honest about who spoke, whichever way it went.
import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
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
}, 120_000); // a whole run, and five starts of an engine

it.each([
  [['--may-manage-voices'], '--may-manage-voices belongs to --make-key'],
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
