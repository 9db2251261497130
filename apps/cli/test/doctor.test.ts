import { cp, rm, truncate, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cli, lastJson, STAND_IN, temporaryFolder } from './cli.js';

type Report = { readonly ok: boolean; readonly findings: readonly { readonly code: string; readonly level: string; readonly message: string; readonly hint: string | null; readonly cause: string | null }[] };
const PRETRAINED = 'GPT_SoVITS/pretrained_models';

it('doctor tells the disk a voice will take, which models of the engine’s tools are there, and hashes that follow the files', async () => {
  const dir = await temporaryFolder();
  const engine = join(dir, 'engine');
  await cp(STAND_IN, engine, { recursive: true });
  await truncate(join(engine, PRETRAINED, 's1v3.ckpt'), 1e6);
  const doctor = async (...more: string[]): Promise<Report> => lastJson<Report>(await cli(['doctor', '--engine', engine, '--json', ...more], { cwd: dir, env: { XDG_CACHE_HOME: join(dir, 'cache') } }));
  const plain = await doctor();
  expect(plain.findings.find(({ code }) => code === 'DISK_NEED')?.message).toMatch(/v2Pro will take at most .* \(600 clips, 60 min of speech, assumed: no lists are made yet\): features .*, checkpoints 18 MB, weights 3 MB, logs/);
  expect(plain.findings.filter(({ code }) => code === 'TOOL_MODEL_MISSING').map(({ message }) => message)).toContainEqual(expect.stringContaining('tools/uvr5/uvr5_weights/HP2_all_vocals.pth') as unknown);
  expect(plain.findings.some(({ code }) => code === 'PRETRAINED_HASH')).toBe(false);

  const sum = (): string => createHash('sha256').update(readFileSync(join(engine, PRETRAINED, 's1v3.ckpt'))).digest('hex');
  const hashed = (report: Report): string | undefined => report.findings.find(({ message }) => message.startsWith(`${PRETRAINED}/s1v3.ckpt:`))?.message;
  for (const _ of ['read', 'remembered']) expect(hashed(await doctor('--hash'))).toBe(`${PRETRAINED}/s1v3.ckpt: 1.0 MB, SHA-256 ${sum()} (unpinned: no sum is published)`);
  await writeFile(join(engine, PRETRAINED, 's1v3.ckpt'), Buffer.alloc(1e6, 7));
  const again = await doctor('--hash');
  expect(hashed(again)).toContain(sum());
  expect(again.findings.find(({ code }) => code === 'PRETRAINED_CHANGED')).toMatchObject({ level: 'error', message: expect.stringContaining('lid.176.bin') as unknown });

  await rm(join(engine, PRETRAINED, 's1v3.ckpt'));
  expect((await doctor()).findings.find(({ code }) => code === 'DISK_NEED')).toMatchObject({ message: expect.stringContaining('checkpoints unknown') as unknown, cause: expect.stringContaining('a pretrained file is missing') as unknown });
});
