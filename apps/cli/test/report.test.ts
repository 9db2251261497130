// report.html is written of whatever there is: a voice that has only begun has one too.
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cli, temporaryFolder } from './cli.js';
import { demoVoice, run, someRecordings } from './voices.js';

it('a voice that has only begun has a report of what is known of it', async () => {
  const parent = await temporaryFolder();
  const path = await demoVoice(parent, { recordings: await someRecordings(join(parent, 'recordings'), 1) });
  const fresh = await cli(['report', path, '--json']);
  expect(fresh.code, fresh.stdout).toBe(0);
  const begun = await run(path, ['--until', 'ingest']);
  expect(begun.code, begun.stderr).toBe(0);
  expect(begun.stderr).not.toContain('not written');
  await access(join(path, 'work/report.html'));
  expect(await readFile(join(path, 'work/report.html'), 'utf8')).toContain('1 recording,');
}, 60_000);
