import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { TrainingError } from '../errors.js';
import { scanTorchFile } from './not-numbers.js';
import { parsePickle } from './pickle.js';
import golden from './torch-file.golden.json' with { type: 'json' };
import { readTorchFile } from './torch-file.js';

const dir = mkdtempSync(join(tmpdir(), 'voxtune-torch-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const write = (name: string, bytes: Uint8Array): string => {
  const path = join(dir, name);
  writeFileSync(path, bytes);
  return path;
};
const bytesOf = (name: string): Buffer => Buffer.from(golden.cases.find((each) => each.name === name)?.base64 ?? '', 'base64');

describe(`files of ${golden.with}`, () => {
  it.each(golden.cases)('$name: the same tensors and the same count of not-numbers', async ({ base64, tensors, notFinite }) => {
    const file = await scanTorchFile(write('golden.pt', Buffer.from(base64, 'base64')));
    expect(file.tensors.map(({ storageKey: _, ...rest }) => rest)).toEqual(tensors);
    expect(file.notFinite).toBe(notFinite);
  });

  it('gives texts and numbers beside the tensors, also integers beyond a double', async () => {
    const { value } = await readTorchFile(write('weights.ckpt', bytesOf('weights')));
    const map = (each: unknown): ReadonlyMap<string, unknown> => (each as { entries: ReadonlyMap<string, unknown> }).entries;
    expect(map(value).get('info')).toBe('GPT-e2');
    expect(Object.fromEntries(map(map(map(value).get('config')).get('train')))).toEqual({ lr: 1e-4, betas: [0.8, 0.99], name: '語', none: null, big: 2n ** 70n, neg: -3 });
  });

  it('reads weights whose first two bytes tell a version', async () => {
    const pro = bytesOf('weights');
    pro.write('05', 0, 'latin1');
    const path = write('pro.pth', pro);
    expect((await readTorchFile(path, { head: '05' })).tensors).toHaveLength(2);
    await expect(readTorchFile(path)).rejects.toMatchObject({ code: 'TRAINING_TENSOR_FILE_INVALID' });
  });
});

const EXP = fileURLToPath(new URL('../../../../../shared/vectors/engine/exp/', import.meta.url));
describe.skipIf(!existsSync(EXP))('files of a real run (needs the shared vectors)', () => {
  it.each([['3-bert/zh_01.wav.pt', [1024, 29]], ['4-cnhubert/zh_07.wav.pt', [1, 768, 139]], ['7-sv_cn/zh_01.wav.pt', [1, 20480]]])('%s is %j', async (name, shape) => {
    const { tensors, notFinite } = await scanTorchFile(join(EXP, name));
    expect([tensors.map((tensor) => [tensor.dtype, tensor.shape]), notFinite]).toEqual([[['float32', shape]], 0]);
  });
});

describe('what is not such a file', () => {
  const outcome = async (path: string): Promise<'read' | 'refused'> => {
    try {
      await scanTorchFile(path);
      return 'read';
    } catch (error) {
      if (error instanceof TrainingError && error.code === 'TRAINING_TENSOR_FILE_INVALID') return 'refused';
      throw error;
    }
  };
  const pickle = (...parts: (string | number[])[]): Uint8Array => Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))));

  it('is refused when cut at any byte', { timeout: 60_000 }, async () => {
    const whole = bytesOf('scalar');
    for (let length = 0; length < whole.length; length += 1) expect([length, await outcome(write('cut.pt', whole.subarray(0, length)))]).toEqual([length, 'refused']);
    expect(await outcome(write('cut.pt', whole))).toBe('read');
  });

  it('is read or refused with the one code, whatever is changed in it', { timeout: 60_000 }, async () => {
    let state = 20261124; // mulberry32; printed with a failure through the bytes below
    const random = (below: number): number => {
      state = (state + 0x6d2b79f5) | 0;
      let t = Math.imul(state ^ (state >>> 15), 1 | state);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) % below;
    };
    const seen = { read: 0, refused: 0 };
    for (let round = 0; round < 700; round += 1) {
      const bytes = bytesOf(golden.cases[round % golden.cases.length]!.name);
      for (let change = 0; change <= random(4); change += 1) bytes[random(bytes.length)] = random(256);
      seen[await outcome(write('mutant.pt', bytes))] += 1;
    }
    expect(seen.refused).toBeGreaterThan(50);
    expect(seen.read).toBeGreaterThan(50); // most bytes are numbers and padding
  });

  it('a pickle that would run something is refused by name', () => {
    expect(() => parsePickle(pickle([0x80, 2], 'cos\nsystem\n', 'X', [2, 0, 0, 0], 'ls', [0x85], 'R.'))).toThrow('it names "os.system", which is not among what training writes');
    expect(() => parsePickle(pickle([0x80, 4, 0x8c, 8], 'builtins', [0x8c, 4], 'eval', [0x93], '.'))).toThrow('builtins.eval');
    expect(() => parsePickle(pickle([0x80, 2], 'ios\nsystem\n.'))).toThrow('opcode 0x69'); // INST
    expect(() => parsePickle(pickle([0x80, 2], 'ccollections\nOrderedDict\n', ')R', 'bb.'))).toThrow('stack');
  });

  it.each([
    ['a stack that ends', [0x80, 2, 0x2e]], ['a memo never kept', [0x80, 2, 0x68, 7, 0x2e]], ['a length beyond the end', [0x80, 2, 0x58, 255, 255, 255, 255]], ['something after the end', [0x80, 2, 0x4e, 0x2e, 0x4e]], ['a protocol of tomorrow', [0x80, 9, 0x4e, 0x2e]],
  ])('%s is refused', (_, bytes) => {
    expect(() => parsePickle(Uint8Array.from(bytes))).toThrow();
  });

  it('ends in bounded depth', () => {
    expect(() => parsePickle(pickle([0x80, 2], ']'.repeat(100_000), 'a'.repeat(99_999), '.'))).toThrow('nested too deeply');
    expect(() => parsePickle(pickle([0x80, 2], ']', 'q', [0], 'h', [0], 'a.'))).toThrow('nested too deeply'); // a list that holds itself
  });
});
