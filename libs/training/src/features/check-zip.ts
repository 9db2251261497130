import { open } from 'node:fs/promises';

// PKWARE APPNOTE 4.3.7 (local header), 4.3.16 (end of central directory, 22 bytes and a comment of up to 65535).
const LOCAL_HEADER = 'PK\u0003\u0004';
const END_RECORD = Buffer.from([0x50, 0x4b, 0x05, 0x06]);
const END_RECORD_BYTES = 22;
const MAX_COMMENT_BYTES = 65_535;

/** Smallest file that can hold a tensor: torch's zip has some 700 bytes around an empty one. Ours. */
export const MIN_TENSOR_BYTES = 512;

/**
 * Whether a file is a whole zip archive, as torch writes: begins with a local header and ends with a central directory that lies inside it.
 * Nothing in it is unpacked or executed.
 * @param head - The two first bytes; Pro and LoRA weights carry a version there instead of `PK`. @default 'PK'
 * @returns Null when whole, else what is wrong.
 */
export async function checkZip(path: string, { head = 'PK', minBytes = MIN_TENSOR_BYTES }: { readonly head?: string; readonly minBytes?: number } = {}): Promise<string | null> {
  const handle = await open(path, 'r').catch(() => null);
  if (handle === null) return 'is not there';
  try {
    const { size } = await handle.stat();
    if (size < Math.max(minBytes, END_RECORD_BYTES)) return `has ${size} bytes only`;
    const first = Buffer.alloc(4);
    await handle.read(first, 0, 4, 0);
    const found = first.toString('latin1');
    if (found !== `${head}${LOCAL_HEADER.slice(2)}`) return `begins with ${JSON.stringify(found.slice(0, 2))} instead of ${JSON.stringify(head)}`;
    const tail = Buffer.alloc(Math.min(size, END_RECORD_BYTES + MAX_COMMENT_BYTES));
    await handle.read(tail, 0, tail.length, size - tail.length);
    const at = tail.lastIndexOf(END_RECORD);
    if (at === -1 || at + END_RECORD_BYTES > tail.length) return 'is cut short: it has no end of a zip archive';
    const directoryBytes = tail.readUInt32LE(at + 12);
    const directoryAt = tail.readUInt32LE(at + 16);
    const recordAt = size - tail.length + at;
    const big = directoryAt === 0xffffffff || directoryBytes === 0xffffffff; // zip64: the real offsets are in another record
    return big || directoryAt + directoryBytes <= recordAt ? null : 'is cut short: its directory lies outside it';
  } finally {
    await handle.close();
  }
}
