/**
 * A picture of palette indices as PNG, without compression: a spectrogram of a few hundred columns needs none.
 * Source: PNG specification (W3C, 2003), §11; RFC 1950 and 1951 for stored blocks.
 * @param indices - Row-major, shape `[height][width]`, each an index into the palette.
 * @param palette - Up to 256 colours of three bytes.
 */
export function encodePng(indices: Uint8Array, width: number, height: number, palette: readonly (readonly [number, number, number])[]): Uint8Array {
  const raw = new Uint8Array((width + 1) * height);
  for (let row = 0; row < height; row += 1) raw.set(indices.subarray(row * width, (row + 1) * width), row * (width + 1) + 1); // each row begins with its filter, 0
  const header = [...bigEndian(width), ...bigEndian(height), 8, 3, 0, 0, 0];
  return Uint8Array.from([137, 80, 78, 71, 13, 10, 26, 10, ...chunk('IHDR', header), ...chunk('PLTE', palette.flat()), ...chunk('IDAT', stored(raw)), ...chunk('IEND', [])]);
}

const LARGEST_BLOCK = 65_535; // Source: RFC 1951 §3.2.4
const ADLER_PRIME = 65_521; // Source: RFC 1950 §9
const CRC_POLYNOMIAL = 0xedb88320; // Source: PNG specification, annex D

function stored(raw: Uint8Array): number[] {
  const out = [0x78, 1];
  for (let at = 0; at < raw.length; at += LARGEST_BLOCK) {
    const block = raw.subarray(at, at + LARGEST_BLOCK), { length } = block;
    out.push(at + length === raw.length ? 1 : 0, length & 255, length >> 8, ~length & 255, (~length >> 8) & 255);
    for (const byte of block) out.push(byte);
  }
  let a = 1, b = 0;
  for (const byte of raw) { a = (a + byte) % ADLER_PRIME; b = (b + a) % ADLER_PRIME; }
  out.push(...bigEndian(((b << 16) | a) >>> 0));
  return out;
}

function chunk(type: string, data: readonly number[]): number[] {
  const body = [...type].map((character) => character.charCodeAt(0));
  for (const byte of data) body.push(byte);
  return [...bigEndian(data.length), ...body, ...bigEndian(crc(body))];
}

function crc(bytes: readonly number[]): number {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ CRC_POLYNOMIAL : value >>> 1;
  }
  return ~value >>> 0;
}

const bigEndian = (value: number): number[] => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
