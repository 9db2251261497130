/** One field of a protobuf message: its number, wire type, and value (a number for varints, else the bytes). */
export type Field = { readonly number: number; readonly wire: number; readonly value: number | Uint8Array };

/**
 * Splits a message into its fields, in order; what is inside bytes is left as it is.
 * Source: protobuf.dev, "Encoding" (wire types 0, 1, 2, 5; groups do not occur in ONNX).
 * @throws {RangeError} when it is no such message.
 */
export function readFields(message: Uint8Array): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0, scale = 1;
    for (;;) {
      const byte = message[at];
      if (byte === undefined) throw new RangeError('a protobuf message ends inside a number');
      at += 1;
      value += (byte & 127) * scale; // beyond 2⁵³ it loses bits: int64 values that large (−1) are kept as bytes by `raw`
      if (byte < 128) return value;
      scale *= 128;
    }
  };
  while (at < message.length) {
    const key = varint(), number = Math.floor(key / 8), wire = key % 8;
    const start = at;
    if (wire === 0) {
      const value = varint();
      fields.push({ number, wire, value: value > Number.MAX_SAFE_INTEGER ? message.subarray(start, at) : value });
      continue;
    }
    const length = wire === 2 ? varint() : wire === 5 ? 4 : wire === 1 ? 8 : Number.NaN;
    if (Number.isNaN(length) || at + length > message.length) throw new RangeError(`a protobuf message holds a field of wire type ${wire} that does not fit`);
    fields.push({ number, wire, value: message.subarray(at, at + length) });
    at += length;
  }
  return fields;
}

/** Joins fields to a message; the inverse of {@link readFields}. */
export function writeFields(fields: readonly Field[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const { number, wire, value } of fields) {
    parts.push(varintBytes(number * 8 + wire));
    if (typeof value === 'number') parts.push(varintBytes(value));
    else if (wire === 2) parts.push(varintBytes(value.length), value);
    else parts.push(value); // fixed size, or a varint kept as bytes
  }
  const message = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (message.set(part, at), at + part.length), 0);
  return message;
}

function varintBytes(value: number): Uint8Array {
  const out: number[] = [];
  let rest = value;
  while (rest >= 128) { out.push((rest % 128) | 128); rest = Math.floor(rest / 128); }
  return Uint8Array.of(...out, rest);
}

const decoder = new TextDecoder(), encoder = new TextEncoder();
export const textOf = (value: Field['value'] | undefined): string => (value instanceof Uint8Array ? decoder.decode(value) : '');
export const bytesOf = (value: Field['value'] | undefined): Uint8Array => (value instanceof Uint8Array ? value : new Uint8Array(0));
export const numberField = (number: number, value: number): Field => ({ number, wire: 0, value });
export const textField = (number: number, text: string): Field => ({ number, wire: 2, value: encoder.encode(text) });
export const messageField = (number: number, fields: readonly Field[] | Uint8Array): Field => ({ number, wire: 2, value: fields instanceof Uint8Array ? fields : writeFields(fields) });
/** Values of all fields of a number. */
export const valuesOf = (fields: readonly Field[], number: number): Field['value'][] => fields.filter((field) => field.number === number).map(({ value }) => value);
