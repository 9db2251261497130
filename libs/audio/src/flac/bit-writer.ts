/** Writes big-endian bit fields; grows as it needs. */
export class BitWriter {
  #bytes: Uint8Array;
  #at = 0;
  /** Bits that are not in a byte yet, the newest lowest; fewer than 8 between calls. */
  #held = 0;
  #count = 0;

  constructor(bytes = 1 << 16) { this.#bytes = new Uint8Array(bytes); }

  /** Starts again from nothing. */
  clear(): void { this.#at = 0; this.#held = 0; this.#count = 0; }

  /** Whole bytes so far; a view, valid until the next write. */
  bytes(): Uint8Array { return this.#bytes.subarray(0, this.#at); }

  /** Writes the lowest `bits` (0…32) of a value. */
  write(value: number, bits: number): void {
    if (bits > 16) { this.write(value >>> 16, bits - 16); this.write(value & 0xffff, 16); return; }
    this.#held = (this.#held << bits) | (value & ((1 << bits) - 1));
    this.#count += bits;
    while (this.#count >= 8) this.#push(this.#held >>> (this.#count -= 8));
    this.#held &= 0xff;
  }

  /** Writes a number of 1…53 bits in two's complement. */
  signed(value: number, bits: number): void {
    if (bits > 32) { this.write(Math.floor(value / 2 ** 32), bits - 32); this.write(value % 2 ** 32, 32); } else this.write(value, bits);
  }

  /** Fills the last byte with zeros. */
  align(): void { if (this.#count > 0) this.write(0, 8 - this.#count); }

  /** Rice-codes `values[from…to−1]` with parameter `bits` (0…30): quotients in unary, ended by a one, then the rest. */
  rice(values: Int32Array, from: number, to: number, bits: number): void {
    const mask = bits < 31 ? (1 << bits) - 1 : 0x7fffffff;
    for (let i = from; i < to; i++) {
      const value = values[i]!, folded = ((value << 1) ^ (value >> 31)) >>> 0, quotient = folded >>> bits;
      if (quotient + 1 + bits <= 24) { this.#three((1 << bits) | (folded & mask), quotient + 1 + bits); continue; }
      for (let zeros = quotient; zeros > 0; zeros -= 16) this.write(0, Math.min(16, zeros));
      this.write(1, 1);
      this.write(folded & mask, bits);
    }
  }

  /** {@link write} for at most 24 bits at once: with the 7 held that is less than 32. */
  #three(value: number, bits: number): void {
    const held = (this.#held << bits) | value;
    let count = this.#count + bits;
    if (this.#at + 4 > this.#bytes.length) this.#grow();
    while (count >= 8) this.#bytes[this.#at++] = held >>> (count -= 8);
    this.#held = held & 0xff;
    this.#count = count;
  }

  #push(byte: number): void {
    if (this.#at === this.#bytes.length) this.#grow();
    this.#bytes[this.#at++] = byte;
  }

  #grow(): void {
    const larger = new Uint8Array(this.#bytes.length * 2);
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}
