/** A parser's wish for bytes: `length` of them at `offset` (fewer come at the end of the file). */
export type ByteRequest = { readonly offset: number; readonly length: number };

/** A pure parser that asks for the bytes it needs, so that one parser serves memory and files alike. */
export type ByteParser<T> = Generator<ByteRequest, T, Uint8Array>;

/** Reads up to `length` bytes at `offset`; into `scratch`, when given, where that saves an allocation. */
export type ReadAt = (offset: number, length: number, scratch?: Uint8Array) => Promise<Uint8Array>;

/** Asks for bytes inside a {@link ByteParser}. */
export function* take(offset: number, length: number): ByteParser<DataView> {
  const bytes = yield { offset, length };
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Runs a parser over bytes in memory. */
export function parseBytes<T>(parser: ByteParser<T>, bytes: Uint8Array): T {
  let step = parser.next();
  while (!step.done) step = parser.next(bytes.subarray(step.value.offset, step.value.offset + step.value.length));
  return step.value;
}

/** Runs a parser over a file. */
export async function parseSource<T>(parser: ByteParser<T>, readAt: ReadAt, signal?: AbortSignal): Promise<T> {
  let step = parser.next();
  while (!step.done) {
    signal?.throwIfAborted();
    step = parser.next(await readAt(step.value.offset, step.value.length));
  }
  return step.value;
}

/** Four characters at a byte offset, Latin-1. */
export const fourCharacters = (data: DataView, at: number): string =>
  at + 4 > data.byteLength ? '' : String.fromCharCode(data.getUint8(at), data.getUint8(at + 1), data.getUint8(at + 2), data.getUint8(at + 3));
