import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { inspectPython } from './inspect-python.js';
import { busyPorts } from './programs.js';

const hasPython = (() => { try { execFileSync('python3', ['--version']); return true; } catch { return false; } })();

it.skipIf(!hasPython)(`tells torch and its CUDA, and what is missing, importing nothing${hasPython ? '' : ' (skipped: needs python3)'}`, async () => {
  const dir = mkdtempSync(join(tmpdir(), 'voxtune-python-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  mkdirSync(join(dir, 'torch'));
  writeFileSync(join(dir, 'torch/__init__.py'), 'raise SystemExit("imported")');
  writeFileSync(join(dir, 'torch/version.py'), "from typing import Optional\n__version__ = '2.13.0+cu126'\ncuda: Optional[str] = '12.6'\n");
  for (const name of ['jieba_fast', 'cn2an', 'pypinyin', 'onnxruntime']) writeFileSync(join(dir, `${name}.py`), 'raise SystemExit("imported")');
  const python = { command: 'env', args: [`PYTHONPATH=${dir}`, 'python3'] };
  const facts = await inspectPython(python, ['zh']);
  expect(facts).toMatchObject({ torch: '2.13.0+cu126', torchCuda: '12.6', missing: expect.arrayContaining(['opencc']) as unknown });
  expect(facts?.missing).not.toContain('jieba_fast');
  writeFileSync(join(dir, 'torch/version.py'), "__version__ = '2.13.0+cpu'\ncuda: Optional[str] = None\n");
  expect(await inspectPython(python, [])).toMatchObject({ torch: '2.13.0+cpu', torchCuda: null });
  expect(await inspectPython({ command: '/no/python', args: [] }, [])).toBeNull();
});

it('tells which ports are taken', async () => {
  const server = createServer();
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  expect(await busyPorts([port, 0])).toEqual([port]);
  await new Promise((done) => server.close(done));
  expect(await busyPorts([port])).toEqual([]);
});
