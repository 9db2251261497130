/** One scalar of a TensorBoard file. */
export type ScalarPoint = { readonly tag: string; readonly step: number; readonly value: number };

// Wire types of protocol buffers (protobuf.dev/programming-guides/encoding).
const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

type Field = { readonly number: number; readonly wire: number; readonly value: bigint; readonly bytes: Uint8Array };

function* fields(bytes: Uint8Array): Generator<Field> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n && at < bytes.length; shift += 7n) {
      const byte = bytes[at] ?? 0;
      at += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    return value;
  };
  const none = new Uint8Array();
  while (at < bytes.length) {
    const tag = Number(varint());
    const wire = tag & 7;
    const number = tag >> 3;
    if (wire === VARINT) yield { number, wire, value: varint(), bytes: none };
    else if (wire === FIXED64 && at + 8 <= bytes.length) {
      yield { number, wire, value: view.getBigUint64(at, true), bytes: bytes.subarray(at, at + 8) };
      at += 8;
    } else if (wire === FIXED32 && at + 4 <= bytes.length) {
      yield { number, wire, value: BigInt(view.getUint32(at, true)), bytes: bytes.subarray(at, at + 4) };
      at += 4;
    } else if (wire === BYTES) {
      const length = Number(varint());
      yield { number, wire, value: 0n, bytes: bytes.subarray(at, at + length) };
      at += length;
    } else return;
  }
}

const float32 = (bytes: Uint8Array): number => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getFloat32(0, true);

/** Scalars of one `Event` message (tensorflow/core/util/event.proto: step = 2, summary = 5; summary.proto: value = 1, tag = 1, simple_value = 2). */
function eventScalars(event: Uint8Array): readonly ScalarPoint[] {
  let step = 0;
  const points: { tag: string; value: number }[] = [];
  for (const field of fields(event)) {
    if (field.number === 2 && field.wire === VARINT) step = Number(BigInt.asIntN(64, field.value));
    if (field.number !== 5 || field.wire !== BYTES) continue;
    for (const entry of fields(field.bytes)) {
      if (entry.number !== 1 || entry.wire !== BYTES) continue;
      let tag = '';
      let value: number | null = null;
      for (const part of fields(entry.bytes)) {
        if (part.number === 1 && part.wire === BYTES) tag = new TextDecoder().decode(part.bytes);
        if (part.number === 2 && part.wire === FIXED32) value = float32(part.bytes);
      }
      if (value !== null) points.push({ tag, value });
    }
  }
  return points.map(({ tag, value }) => ({ tag, step, value }));
}

/**
 * The scalars of a TensorBoard event file, in file order. A file that is still being written, or cut short, gives what is whole.
 * Framing: length u64le, its crc, data, its crc (tensorflow/core/lib/io/record_writer.h); the checksums are not looked at.
 */
export function parseEventFile(file: Uint8Array): readonly ScalarPoint[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const points: ScalarPoint[] = [];
  let at = 0;
  while (at + 12 <= file.length) {
    const length = Number(view.getBigUint64(at, true));
    if (length > file.length || at + 12 + length + 4 > file.length) break;
    points.push(...eventScalars(file.subarray(at + 12, at + 12 + length)));
    at += 12 + length + 4;
  }
  return points;
}
