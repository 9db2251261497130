import { open } from 'node:fs/promises';
import { TrainingError } from '../errors.js';
import { PickleRefused, TENSOR_TYPES, parsePickle, type PickleTensor, type PickleValue, type TensorType } from './pickle.js';
import { readExactly, readStoredEntries, type StoredEntry } from './zip-directory.js';

/** A tensor of a file: what it is, and where its numbers lie. */
export type TensorInfo = {
  /** Keys from the top, joined by `/`; empty when the file is one tensor. */
  readonly name: string;
  readonly dtype: TensorType;
  readonly shape: readonly number[];
  /** In elements. */
  readonly strides: readonly number[];
  readonly storageKey: string;
  /** First element in its storage. */
  readonly storageOffset: number;
};

/** What a file of torch holds, read without executing any of it. */
export type TorchFile = { readonly value: PickleValue; readonly tensors: readonly TensorInfo[]; readonly storages: ReadonlyMap<string, { readonly dtype: TensorType; readonly offset: number; readonly bytes: number }> };

export type ReadTorchFileOptions = {
  /** The first two bytes; Pro and LoRA weights carry their version there. @default 'PK' */
  readonly head?: string | undefined;
};

/** A pickle's bytes; one of a full SoVITS state has some 100 kB. Ours. */
const MAX_PICKLE_BYTES = 64 * 2 ** 20;

const broken = (path: string, why: string, cause?: unknown): TrainingError => new TrainingError('TRAINING_TENSOR_FILE_INVALID', `${path} is not a file that torch wrote: ${why}.`, { path }, cause === undefined ? undefined : { cause });

function collect(value: PickleValue, name: string, into: { name: string; tensor: PickleTensor }[], seen: Set<unknown>): void {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return;
  if (Array.isArray(value)) {
    if (seen.has(value)) return;
    seen.add(value);
    (value as readonly PickleValue[]).forEach((each, index) => collect(each, name === '' ? String(index) : `${name}/${index}`, into, seen));
    return;
  }
  const single = value as Exclude<typeof value, readonly PickleValue[]>;
  if (single.kind === 'tensor') into.push({ name, tensor: single });
  else if (single.kind === 'map') {
    if (seen.has(single)) return;
    seen.add(single);
    for (const [key, each] of single.entries) collect(each, name === '' ? key : `${name}/${key}`, into, seen);
  } else if (single.kind === 'object') collect(single.state, name, into, seen);
}

/**
 * Reads what a `.pt`, `.pth` or `.ckpt` of torch (zip format, 1.6 and later) holds: shapes, types, strides and where the numbers lie; the numbers stay on
 * disk. The pickle inside is read as data: no module is imported and nothing is called.
 * @throws {TrainingError} `TRAINING_TENSOR_FILE_INVALID` for anything else, such as a cut file, torch's older format, or a pickle that names a foreign callable.
 */
export async function readTorchFile(path: string, { head = 'PK' }: ReadTorchFileOptions = {}): Promise<TorchFile> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    throw broken(path, 'it cannot be opened', error);
  });
  try {
    const { size } = await handle.stat();
    const entries = await readStoredEntries(handle, path, size, head);
    const pickles = entries.filter(({ name }) => /^[^/]+\/data\.pkl$/.test(name));
    const [pickle] = pickles;
    if (pickle === undefined || pickles.length > 1) throw broken(path, 'it has no data.pkl, or several');
    if (pickle.bytes > MAX_PICKLE_BYTES) throw broken(path, `its data.pkl has ${pickle.bytes} bytes`);
    const folder = pickle.name.slice(0, -'data.pkl'.length);
    const order = entries.find(({ name }) => name === `${folder}byteorder`);
    if (order !== undefined && (await readExactly(handle, path, order.offset, Math.min(order.bytes, 16))).toString('latin1') !== 'little') throw broken(path, 'its numbers are not little-endian');
    let value: PickleValue;
    try {
      value = parsePickle(await readExactly(handle, path, pickle.offset, pickle.bytes));
    } catch (error) {
      throw error instanceof PickleRefused ? broken(path, error.message, error) : error;
    }
    const byName = new Map<string, StoredEntry>(entries.map((entry) => [entry.name, entry]));
    const found: { name: string; tensor: PickleTensor }[] = [];
    collect(value, '', found, new Set());
    const storages = new Map<string, { dtype: TensorType; offset: number; bytes: number }>();
    for (const { name, tensor: { storage } } of found) {
      const entry = byName.get(`${folder}data/${storage.key}`);
      if (entry === undefined || entry.bytes !== storage.elements * TENSOR_TYPES[storage.dtype]) throw broken(path, `the numbers of ${name === '' ? 'its tensor' : name} are not all there`);
      const known = storages.get(storage.key);
      if (known !== undefined && known.dtype !== storage.dtype) throw broken(path, `storage ${storage.key} has two types`);
      storages.set(storage.key, { dtype: storage.dtype, offset: entry.offset, bytes: entry.bytes });
    }
    return {
      value, storages,
      tensors: found.map(({ name, tensor: { storage, offset, shape, strides } }) => ({ name, dtype: storage.dtype, shape, strides, storageKey: storage.key, storageOffset: offset })),
    };
  } finally {
    await handle.close();
  }
}
