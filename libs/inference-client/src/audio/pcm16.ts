const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/**
 * 16-bit little-endian samples as numbers: a view of the same memory where that is possible, else a copy.
 * @param bytes - An incomplete last sample is left out.
 */
export function viewPcm16(bytes: Uint8Array): Int16Array {
  const count = bytes.length >> 1;
  if (LITTLE_ENDIAN && bytes.byteOffset % 2 === 0) return new Int16Array(bytes.buffer, bytes.byteOffset, count);
  if (LITTLE_ENDIAN) return new Int16Array(bytes.slice(0, count * 2).buffer);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Int16Array.from({ length: count }, (_, i) => view.getInt16(i * 2, true));
}

/** Adds `samples` to an object; they are made when first read, since who passes bytes on needs none. */
export function withSamples<T extends object>(facts: T, decode: () => Float32Array): T & { readonly samples: Float32Array } {
  let samples: Float32Array | undefined;
  return Object.defineProperty(facts, 'samples', { enumerable: true, get: () => (samples ??= decode()) }) as T & { readonly samples: Float32Array };
}
