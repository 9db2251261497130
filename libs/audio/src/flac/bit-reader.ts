/** Reads big-endian bit fields of one frame. The bytes need 8 bytes of padding after their true end. */
export class BitReader {
  readonly #data: DataView;
  #base = 0;
  #bit = 0;

  constructor(padded: Uint8Array) {
    this.#data = new DataView(padded.buffer, padded.byteOffset, padded.byteLength);
  }

  /** Continues at a byte offset. */
  seek(byte: number): void { this.#base = byte; this.#bit = 0; }

  /** Byte offset of the next unread bit, rounded up. */
  get byte(): number { return this.#base + ((this.#bit + 7) >> 3); }

  /** Reads 0…32 bits as an unsigned number. @throws {RangeError} past the padding. */
  unsigned(bits: number): number {
    if (bits > 24) { const high = this.unsigned(bits - 16); return high * 65536 + this.unsigned(16); }
    if (bits === 0) return 0;
    const value = (this.#data.getUint32(this.#base + (this.#bit >> 3)) << (this.#bit & 7)) >>> (32 - bits);
    this.#bit += bits;
    return value;
  }

  /** Reads 1…33 bits as a two's complement number. */
  signed(bits: number): number {
    const value = bits > 32 ? this.unsigned(1) * 2 ** 32 + this.unsigned(32) : this.unsigned(bits);
    return value >= 2 ** (bits - 1) ? value - 2 ** bits : value;
  }

  /** Counts zero bits up to the next one bit, which is read too. */
  unary(): number {
    let count = 0;
    for (;;) {
      const offset = this.#bit & 7;
      const word = this.#data.getUint32(this.#base + (this.#bit >> 3)) << offset;
      const zeros = Math.clz32(word);
      if (zeros < 32 - offset) { this.#bit += zeros + 1; return count + zeros; }
      count += 32 - offset;
      this.#bit += 32 - offset;
    }
  }

  /** Reads `to − from` Rice-coded residuals with parameter `bits` (0…30) into `out`. */
  rice(out: Int32Array | Float64Array, from: number, to: number, bits: number): void {
    const data = this.#data, base = this.#base;
    let bit = this.#bit;
    if (bits > 24) {
      for (let i = from; i < to; i++) { const high = this.unary(); const folded = high * 2 ** bits + this.unsigned(bits); out[i] = folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2; }
      return;
    }
    const shift = 32 - bits;
    for (let i = from; i < to; i++) {
      let offset = bit & 7;
      const word = data.getUint32(base + (bit >> 3)) << offset;
      let high = Math.clz32(word);
      if (bits > 0 && high + 1 + bits <= 32 - offset) { // all of it in the word
        bit += high + 1 + bits;
        const folded = (high << bits) | ((word << (high + 1)) >>> shift);
        out[i] = (folded >>> 1) ^ -(folded & 1);
        continue;
      }
      if (high >= 32 - offset) { this.#bit = bit; high = this.unary(); bit = this.#bit; } else bit += high + 1;
      let folded = high;
      if (bits > 0) {
        offset = bit & 7;
        folded = high * (1 << bits) + ((data.getUint32(base + (bit >> 3)) << offset) >>> shift);
        bit += bits;
      }
      out[i] = folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2;
    }
    this.#bit = bit;
  }
}
