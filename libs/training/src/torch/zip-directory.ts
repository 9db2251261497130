import type { FileHandle } from 'node:fs/promises';
import { TrainingError } from '../errors.js';

/** One entry of a zip archive whose bytes lie in the file as they are (method "stored", which is all that torch writes). */
export type StoredEntry = { readonly name: string; /** Of the entry's data in the file, bytes. */ readonly offset: number; readonly bytes: number };

// PKWARE APPNOTE 6.3.10: 4.3.12 (central header, 46 bytes), 4.3.7 (local header, 30 bytes), 4.3.16 (end record), 4.3.14 and 4.3.15 (zip64), 4.5.3 (zip64 extra).
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END = 0x06054b50;
const END64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;
const ALL_ONES_32 = 0xffffffff;

/** Bytes of a central directory that are read; a checkpoint of a million storages needs less. Ours. */
const MAX_DIRECTORY_BYTES = 256 * 2 ** 20;

const broken = (path: string, why: string): TrainingError => new TrainingError('TRAINING_TENSOR_FILE_INVALID', `${path} is not a file that torch wrote: ${why}.`, { path });

/** Reads exactly `length` bytes at `at`. @throws {TrainingError} `TRAINING_TENSOR_FILE_INVALID` when the file is shorter. */
export async function readExactly(handle: FileHandle, path: string, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  for (let done = 0; done < length;) {
    const { bytesRead } = await handle.read(bytes, done, length - done, at + done);
    if (bytesRead === 0) throw broken(path, `it ends before byte ${at + length}`);
    done += bytesRead;
  }
  return bytes;
}

const safe = (value: bigint, path: string): number => {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw broken(path, 'an offset in its directory is absurd');
  return Number(value);
};

/** The real size and place of an entry or directory, where zip64 says them in an extra field (4.5.3: in this order, only those that are all ones). */
function zip64(extra: Buffer, size: number, packed: number, offset: number, path: string): { readonly size: number; readonly packed: number; readonly offset: number } {
  const values = [size, packed, offset];
  for (let at = 0; at + 4 <= extra.length;) {
    const length = extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === 1) {
      let next = at + 4;
      for (const [index, value] of values.entries()) {
        if (value !== ALL_ONES_32) continue;
        if (next + 8 > Math.min(at + 4 + length, extra.length)) throw broken(path, 'a zip64 field is cut short');
        values[index] = safe(extra.readBigUInt64LE(next), path);
        next += 8;
      }
    }
    at += 4 + length;
  }
  return { size: values[0] ?? 0, packed: values[1] ?? 0, offset: values[2] ?? 0 };
}

/**
 * The entries of a zip archive, by its central directory; every one must lie inside the file and before the directory, stored and not encrypted.
 * @param size - Of the file, bytes.
 * @param head - The first two bytes of the file, in place of `PK`.
 * @throws {TrainingError} `TRAINING_TENSOR_FILE_INVALID`.
 */
export async function readStoredEntries(handle: FileHandle, path: string, size: number, head: string): Promise<readonly StoredEntry[]> {
  if (size < 22) throw broken(path, `it has ${size} bytes only`);
  const first = (await readExactly(handle, path, 0, 4)).toString('latin1');
  if (first !== `${head}\u0003\u0004`) throw broken(path, `it begins with ${JSON.stringify(first.slice(0, 2))} instead of ${JSON.stringify(head)}`);
  const tailAt = Math.max(0, size - 22 - 65_535);
  const tail = await readExactly(handle, path, tailAt, size - tailAt);
  let end = -1;
  for (let at = tail.length - 22; at >= 0 && end === -1; at -= 1) if (tail.readUInt32LE(at) === END && at + 22 + tail.readUInt16LE(at + 20) === tail.length) end = at;
  if (end === -1) throw broken(path, 'it is cut short: it has no end of a zip archive');
  let count = tail.readUInt16LE(end + 10);
  let directoryBytes = tail.readUInt32LE(end + 12);
  let directoryAt = tail.readUInt32LE(end + 16);
  let directoryEnd = tailAt + end;
  if (end >= 20 && tail.readUInt32LE(end - 20) === LOCATOR64) {
    const at = safe(tail.readBigUInt64LE(end - 12), path);
    if (at + 56 > directoryEnd) throw broken(path, 'its zip64 end record lies outside it');
    const record = await readExactly(handle, path, at, 56);
    if (record.readUInt32LE(0) !== END64) throw broken(path, 'its zip64 end record is broken');
    [count, directoryBytes, directoryAt, directoryEnd] = [safe(record.readBigUInt64LE(32), path), safe(record.readBigUInt64LE(40), path), safe(record.readBigUInt64LE(48), path), at];
  }
  if (directoryAt + directoryBytes > directoryEnd || directoryBytes > MAX_DIRECTORY_BYTES) throw broken(path, 'it is cut short: its directory lies outside it');
  const directory = await readExactly(handle, path, directoryAt, directoryBytes);
  const entries: StoredEntry[] = [];
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== CENTRAL) throw broken(path, 'its directory is broken');
    const [nameBytes, extraBytes, commentBytes] = [directory.readUInt16LE(at + 28), directory.readUInt16LE(at + 30), directory.readUInt16LE(at + 32)];
    const nameAt = at + 46;
    if (nameAt + nameBytes + extraBytes + commentBytes > directory.length) throw broken(path, 'its directory is broken');
    const name = directory.toString('utf8', nameAt, nameAt + nameBytes);
    const found = zip64(directory.subarray(nameAt + nameBytes, nameAt + nameBytes + extraBytes), directory.readUInt32LE(at + 24), directory.readUInt32LE(at + 20), directory.readUInt32LE(at + 42), path);
    if (directory.readUInt16LE(at + 10) !== 0 || found.size !== found.packed || (directory.readUInt16LE(at + 8) & 1) !== 0) throw broken(path, `its entry ${JSON.stringify(name)} is packed or encrypted, which torch does not do`);
    if (found.offset + 30 > directoryAt) throw broken(path, `its entry ${JSON.stringify(name)} lies outside it`);
    const local = await readExactly(handle, path, found.offset, 30);
    if (found.offset !== 0 && local.readUInt32LE(0) !== LOCAL) throw broken(path, `its entry ${JSON.stringify(name)} is broken`);
    const offset = found.offset + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
    if (offset + found.size > directoryAt) throw broken(path, `its entry ${JSON.stringify(name)} lies outside it`);
    entries.push({ name, offset, bytes: found.size });
    at = nameAt + nameBytes + extraBytes + commentBytes;
  }
  return entries;
}
