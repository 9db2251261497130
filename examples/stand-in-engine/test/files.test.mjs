import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { require } from './helper.mjs';

const { sweep, temporaryName } = require('../stand-in/files.cjs');

it('sweeps what killed runs left, not what another part is writing now', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stand-in-files-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const { pid: ended } = spawnSync(process.execPath, ['-e', '']);
  const names = [temporaryName('a.pt', process.pid), temporaryName('a.pt', ended), 'a.pt'];
  for (const name of names) writeFileSync(join(folder, name), '');
  sweep(folder);
  expect(readdirSync(folder).sort()).toEqual([names[0], names[2]].sort());
  sweep(join(folder, 'none'));
});
