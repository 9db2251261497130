import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { importRuntime, openModel } from './session.js';

let dir: string;
beforeAll(async () => { dir = await mkdtemp(join(tmpdir(), 'voxtune-eval-')); });
afterAll(() => rm(dir, { recursive: true }));

it('says that the runtime is missing, with what to install', async () => {
  await expect(importRuntime(() => Promise.reject(new Error('Cannot find package')))).rejects.toMatchObject({
    code: 'EVAL_RUNTIME_MISSING',
    hint: expect.stringContaining('npm install onnxruntime-node') as string,
    cause: expect.objectContaining({ message: 'Cannot find package' }) as Error,
  });
});

it('passes a missing runtime on from openModel as it is', async () => {
  const missing = () => importRuntime(() => Promise.reject(new Error('no'))) as never;
  await expect(openModel(new Uint8Array(), 'm', { openSession: missing })).rejects.toMatchObject({ code: 'EVAL_RUNTIME_MISSING' });
});

it('names a model file that is not there', async () => {
  const path = join(dir, 'none.onnx');
  await expect(openModel(path, 'dnsmos-p808', {})).rejects.toMatchObject({ code: 'EVAL_MODEL_MISSING', facts: { model: 'dnsmos-p808', path } });
});

it('names a file that is no model, and keeps the runtime’s own error as the cause', async () => {
  const path = join(dir, 'text.onnx');
  await writeFile(path, 'this is no model');
  const failure = await openModel(path, 'mine', {}).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'EVAL_MODEL_UNREADABLE', message: `The model mine could not be opened from ${path}.` });
  expect((failure as Error).cause).toBeInstanceOf(Error);
});

it('refuses no threads', async () => {
  await expect(openModel(new Uint8Array(), 'm', { threads: 0 })).rejects.toThrow('threads must be a positive integer, got 0');
});
