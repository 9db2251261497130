// What dataset.html foretells of the training is what the training is then given.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cli, temporaryFolder } from './cli.js';
import { demoVoice, run, someRecordings } from './voices.js';

it('the batch that the page counts with is the one in the rendered configuration', async () => {
  const parent = await temporaryFolder();
  const path = await demoVoice(parent, { recordings: await someRecordings(join(parent, 'recordings'), 3) });
  const { code, stderr } = await run(path, ['--until', 'list']);
  expect(code, stderr).toBe(0);
  const { figures: { preflight } } = JSON.parse(await readFile(join(path, 'work/dataset.json'), 'utf8')) as { figures: { preflight: { s1: { batchSize: number } } } };
  const plan = await cli(['train', path, '--dry-run']);
  expect(plan.stdout).toMatch(new RegExp(`^ *batch_size: ${preflight.s1.batchSize}$`, 'm'));
}, 60_000);
