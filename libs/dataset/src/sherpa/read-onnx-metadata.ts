import { open, type FileHandle } from 'node:fs/promises';

/** Fields of ModelProto, and of its StringStringEntryProto (onnx 1.23.2, onnx.proto). */
const GRAPH = 7;
const METADATA = 14;
const [KEY, VALUE] = [1, 2] as const;
/** Wire types of protocol buffers: a number, eight bytes, so many bytes, four bytes. */
const [VARINT, FIXED64, LENGTH, FIXED32] = [0, 1, 2, 5] as const;

/** What an ONNX file says of itself; its network is stepped over, not read. @returns Keys and values; null where the file is no ONNX model. */
export async function readOnnxMetadata(path: string): Promise<ReadonlyMap<string, string> | null> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const metadata = new Map<string, string>();
    let hasGraph = false;
    for (let at = 0; at < size;) {
      const head = await bytesAt(file, at, 20); // a tag and a length, ten bytes each at most
      const tag = varint(head, 0);
      if (tag === null) return null;
      const [field, wire] = [tag.value >> 3, tag.value & 7];
      const number = wire === VARINT || wire === LENGTH ? varint(head, tag.end) : { value: wire === FIXED64 ? 8 : wire === FIXED32 ? 4 : -1, end: tag.end };
      if (field < 1 || number === null || number.value < 0) return null;
      const [start, end] = [at + number.end, at + number.end + (wire === VARINT ? 0 : number.value)];
      if (end > size) return null;
      if (field === GRAPH && wire === LENGTH) hasGraph = true;
      if (field === METADATA && wire === LENGTH) {
        const entry = parseEntry(await bytesAt(file, start, end - start));
        if (entry === null) return null;
        metadata.set(...entry);
      }
      at = end;
    }
    return hasGraph ? metadata : null;
  } finally {
    await file.close();
  }
}

async function bytesAt(file: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  const { bytesRead } = await file.read(bytes, 0, length, position);
  return bytes.subarray(0, bytesRead);
}

function parseEntry(bytes: Uint8Array): [key: string, value: string] | null {
  const entry = new Map<number, string>();
  for (let at = 0; at < bytes.length;) {
    const tag = varint(bytes, at);
    const length = tag === null || (tag.value & 7) !== LENGTH ? null : varint(bytes, tag.end);
    if (tag === null || length === null || length.end + length.value > bytes.length) return null;
    entry.set(tag.value >> 3, new TextDecoder().decode(bytes.subarray(length.end, length.end + length.value)));
    at = length.end + length.value;
  }
  return [entry.get(KEY) ?? '', entry.get(VALUE) ?? ''];
}

/** A number of seven bits a byte, least first. @returns Null where it does not end. */
function varint(bytes: Uint8Array, at: number): { readonly value: number; readonly end: number } | null {
  let value = 0;
  for (let i = at; i < bytes.length && i < at + 10; i += 1) {
    value += (bytes[i]! & 0x7f) * 2 ** (7 * (i - at));
    if (bytes[i]! < 0x80) return { value, end: i + 1 };
  }
  return null;
}
