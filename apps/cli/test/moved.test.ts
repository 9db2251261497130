// A voice folder is not bound to its place; and a run never reads back what it made.
import { access, cp, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cli, DEMO, lastJson, temporaryFolder } from './cli.js';
import { demoVoice, run, someRecordings, stageOf } from './voices.js';

it('a voice folder that was moved gets lists that name its clips where they are now', async () => {
  const parent = await temporaryFolder();
  const first = await demoVoice(join(parent, 'before'), { recordings: await someRecordings(join(parent, 'recordings'), 2) });
  expect((await run(first, ['--until', 'list'])).code).toBe(0);
  await rename(join(parent, 'before'), join(parent, 'after'));
  const path = join(parent, 'after', 'demo');
  expect((await run(path, ['--until', 'list'])).code).toBe(0);
  const list = (await readFile(join(path, 'work/lists/train.list'), 'utf8')).trimEnd().split('\n');
  for (const line of list) await access(line.split('|')[0]!);
  expect(list.length).toBeGreaterThan(0);
}, 60_000);

describe('a folder that holds the voice folder', () => {
  it('is refused as recordings at init: what is made would be read as recordings', async () => {
    const recordings = await someRecordings(join(await temporaryFolder(), 'recordings'), 1);
    const made = await cli(['init', 'demo', '--recordings', '.', '--json'], { cwd: recordings });
    expect(made.code, made.stderr).toBe(2);
    expect(lastJson<{ error: { code: string; message: string } }>(made).error).toMatchObject({ code: 'CLI_OWN_OUTPUT', message: expect.stringContaining('holds the voice folder') as string });
    await expect(access(join(recordings, 'demo'))).rejects.toThrow();
  });
  it.each([['recordings: .', 'recordings: recordings'], ['transcripts: ["."]', 'transcripts: ["transcripts"]']])('is refused at run as %s', async (bad, good) => {
    const parent = await temporaryFolder();
    const path = lastJson<{ path: string }>(await cli(['init', 'demo', '--dir', parent, '--json'])).path;
    await mkdir(join(path, 'recordings'), { recursive: true });
    await cp(join(DEMO, 'recordings/greeting.wav'), join(path, 'recordings/greeting.wav'));
    const file = join(path, 'voxtune.yaml');
    await writeFile(file, (await readFile(file, 'utf8')).replace(good, bad));
    const refused = await cli(['run', path, '--json']);
    expect(refused.code, refused.stdout).toBe(2);
    expect(lastJson<{ error: { code: string } }>(refused).error.code).toBe('CLI_OWN_OUTPUT');
  });
});

it('a part of the way is judged by that part: list after a failed evaluation is done, not below a threshold', async () => {
  const parent = await temporaryFolder();
  const path = await demoVoice(parent, { recordings: await someRecordings(join(parent, 'recordings'), 2), epochs: [2, 2] });
  expect((await run(path, ['--strict'])).code).toBe(5);
  const listed = await cli(['list', path, '--strict']);
  expect(listed.code, listed.stderr).toBe(0);
  expect(listed.stderr).not.toContain('verdict');
  expect(stageOf((await run(path, ['--until', 'list'])).outcome, 'list').state).toBe('done');
}, 60_000);
