import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onnxBytes } from '../../test/onnx-bytes.js';
import { importRuntime, type OnnxRuntime, openModel, sessionOpener } from './session.js';

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

describe('execution providers', () => {
  /** A runtime that knows three providers, of which some work; it notes what it was asked for. */
  const runtime = (working: readonly string[]) => {
    const asked: string[] = [];
    const fake: OnnxRuntime = {
      InferenceSession: { create: async (model, { executionProviders }) => {
        const [provider] = executionProviders as [string];
        asked.push(provider);
        if (model.length === 0) throw new Error('no graph was found');
        if (!working.includes(provider)) throw new Error(`${provider}: Failed to load shared library\nand more`);
        return { inputMetadata: [{ name: provider, type: 'float32', shape: [1] }], outputMetadata: [], run: async () => ({}), release: async () => { asked.push(`released ${provider}`); } };
      } },
      Tensor: class {} as never, listSupportedBackends: () => ['cpu', 'cuda', 'tensorrt', 'dml'].map((name) => ({ name })),
    };
    return { asked, open: (executionProviders: readonly string[], model = Uint8Array.of(1)) => openModel(model, 'm', { executionProviders, openSession: sessionOpener(async () => fake) }) };
  };
  it('takes the first that works, in the order asked for', async () => {
    const { asked, open } = runtime(['cpu', 'cuda', 'dml']);
    expect((await open(['tensorrt', 'coreml', 'cuda', 'cpu'])).session.inputs[0]!.name).toBe('cuda');
    expect(asked).toEqual(['tensorrt', 'cuda']); // coreml is not of this build and was not tried
    expect((await open(['directml'])).session.inputs[0]!.name).toBe('dml');
  });
  it('says of each why it does not work, when none does', async () => {
    const { asked, open } = runtime(['cpu']);
    await expect(open(['cuda', 'coreml'])).rejects.toMatchObject({ code: 'EVAL_RUNTIME_PROVIDER', facts: { providers: 'cuda,coreml' }, message: 'No execution provider that was asked for works here: cuda: cuda: Failed to load shared library; coreml: this onnxruntime-node has only cpu, cuda, tensorrt, dml.' });
    expect(asked).toEqual(['cuda', 'cpu', 'released cpu']);
  });
  it('blames the model when the CPU cannot open it either', async () => {
    await expect(runtime(['cpu']).open(['cuda'], new Uint8Array())).rejects.toMatchObject({ code: 'EVAL_MODEL_UNREADABLE' });
    await expect(runtime([]).open(['cpu'])).rejects.toMatchObject({ code: 'EVAL_MODEL_UNREADABLE' });
    await expect(openModel(Uint8Array.of(1), 'm', { executionProviders: [] })).rejects.toThrow('executionProviders must name one or more');
  });
  it('of the real runtime: a name it does not know is refused', async () => {
    const model = onnxBytes({ nodes: [{ op: 'Mul', inputs: ['x', 'x'], output: 'y' }], inputs: [{ name: 'x', shape: ['N'] }], outputs: [{ name: 'y', shape: ['N'] }] });
    await expect(openModel(model, 'm', { executionProviders: ['abacus'] })).rejects.toMatchObject({ code: 'EVAL_RUNTIME_PROVIDER', message: expect.stringContaining('abacus: this onnxruntime-node has only cpu') as string });
    const { session } = await openModel(model, 'm', { executionProviders: ['abacus', 'cpu'] });
    await session.release();
  });
});
