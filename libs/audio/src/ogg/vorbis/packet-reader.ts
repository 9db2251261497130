/** Reads the bit fields of a Vorbis packet, lowest bit first (Vorbis I §2). Past the end all bits are 0, and {@link ended} says so. */
export class PacketReader {
  readonly #bytes: Uint8Array;
  #bit = 0;

  constructor(bytes: Uint8Array) { this.#bytes = bytes; }

  /** More was read than there is. */
  get ended(): boolean { return this.#bit > this.#bytes.length * 8; }

  /** 0…32 bits, unsigned. */
  read(bits: number): number {
    if (bits > 24) { const low = this.read(16); return low + this.read(bits - 16) * 65536; }
    const value = this.peek(bits);
    this.#bit += bits;
    return value;
  }

  /** The next 0…24 bits, not taken. */
  peek(bits: number): number {
    const bytes = this.#bytes, at = this.#bit >> 3;
    const word = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
    return (word >>> (this.#bit & 7)) & ((1 << bits) - 1);
  }

  skip(bits: number): void { this.#bit += bits; }
}

/** Bits that a number takes; 0 for 0 (Vorbis I §9.2.1). */
export const bitLength = (value: number): number => 32 - Math.clz32(value);
