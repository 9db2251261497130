// say: into a pipe, and honest about who spoke, whichever way it went.
import { spawn } from 'node:child_process';
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
  const both = await cli(['say', path, 'Hello there.', '-o', '-', '--json'], { cwd: parent });
  expect(both.code).toBe(2);
  expect(lastJson<{ error: { code: string } }>(both).error.code).toBe('CLI_USAGE');

  const server = spawn(process.execPath, [MAIN, 'serve', path, '--port', '0', '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => { server.kill(); });
  for await (const line of createInterface({ input: server.stdout })) {
    const { url } = JSON.parse(line) as { url: string };
    const said = await cli(['say', path, 'Hello there.', '-o', join(parent, 'a.wav'), '--url', url, '--json']);
    expect(said.code, said.stdout).toBe(0);
    expect(lastJson<{ warnings: string[] }>(said).warnings.join()).toContain('the stand-in engine spoke');
    break;
  }
}, 60_000);
