const table = (bits: 8 | 16, polynomial: number): Uint16Array =>
  Uint16Array.from({ length: 256 }, (_, byte) => {
    const top = 1 << (bits - 1);
    let value = byte << (bits - 8);
    for (let i = 0; i < 8; i++) value = value & top ? (value << 1) ^ polynomial : value << 1;
    return value & (top * 2 - 1);
  });

const TABLE_8 = table(8, 0x07);
const TABLE_16 = table(16, 0x8005);
/** A byte's share of the checksum one, two and three bytes later. */
const later = (earlier: Uint16Array): Uint16Array => earlier.map((crc) => ((crc << 8) & 0xffff) ^ TABLE_16[crc >> 8]!);
const TABLE_16_1 = later(TABLE_16), TABLE_16_2 = later(TABLE_16_1), TABLE_16_3 = later(TABLE_16_2);
/** For a byte 0 … 7 bytes before the end, one table after another, as kernel/flac.ts reads them. */
export const CRC_16_TABLES = ((): Uint16Array => {
  const tables = new Uint16Array(8 * 256);
  for (let k = 0, table = TABLE_16; k < 8; k++, table = later(table)) tables.set(table, k * 256);
  return tables;
})();

/** CRC-8 of `[from, to)`, polynomial 0x07 (FLAC frame headers, RFC 9639 §9.1.8). */
export function crc8(bytes: Uint8Array, from: number, to: number): number {
  let crc = 0;
  for (let i = from; i < to; i++) crc = TABLE_8[crc ^ bytes[i]!]!;
  return crc;
}

/** CRC-16 of `[from, to)`, polynomial 0x8005 (FLAC frames, RFC 9639 §9.3). */
export function crc16(bytes: Uint8Array, from: number, to: number): number {
  let crc = 0, i = from;
  for (; i + 4 <= to; i += 4) crc = TABLE_16_3[(crc >> 8) ^ bytes[i]!]! ^ TABLE_16_2[(crc & 0xff) ^ bytes[i + 1]!]! ^ TABLE_16_1[bytes[i + 2]!]! ^ TABLE_16[bytes[i + 3]!]!;
  for (; i < to; i++) crc = ((crc << 8) & 0xffff) ^ TABLE_16[(crc >> 8) ^ bytes[i]!]!;
  return crc;
}
