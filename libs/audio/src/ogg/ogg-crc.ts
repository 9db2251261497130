/** Each byte's share of the checksum: polynomial 0x04c11db7, not reflected, starting from 0 (RFC 3533 §6, item 7). */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte << 24;
  for (let i = 0; i < 8; i++) value = value < 0 ? (value << 1) ^ 0x04c11db7 : value << 1;
  return value >>> 0;
});

/** Checksum of `[from, to)`, an Ogg page; its own four bytes at 22 count as zero. */
export function oggCrc(bytes: Uint8Array, from: number, to: number): number {
  let crc = 0;
  for (let i = from; i < to; i++) {
    const own = i - from - 22;
    crc = (crc << 8) ^ TABLE[(crc >>> 24) ^ (own >= 0 && own < 4 ? 0 : bytes[i]!)]!;
  }
  return crc >>> 0;
}
