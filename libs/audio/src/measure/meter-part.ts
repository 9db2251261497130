/** A figure that is built up block by block. The meter always hands over the same blocks, however the caller cut them. */
export type MeterPart<Result> = {
  /** Takes the next samples of every channel, all finite, shape `[channels][samples]`. */
  push(block: readonly Float32Array[]): void;
  /** The figure over everything pushed. */
  end(): Result;
};

/** The mean of the channels; the channel itself when there is one. */
export function meanChannel(block: readonly Float32Array[]): Float32Array {
  const first = block[0];
  if (first === undefined || block.length === 1) return first ?? new Float32Array(0);
  const mean = new Float32Array(first.length);
  for (const channel of block) for (let i = 0; i < mean.length; i++) mean[i]! += channel[i]! / block.length;
  return mean;
}

/** A list of numbers that grows by doubling; 8 bytes a number. */
export class NumberList {
  #values = new Float64Array(256);
  length = 0;

  push(value: number): void {
    if (this.length === this.#values.length) {
      const longer = new Float64Array(this.length * 2);
      longer.set(this.#values);
      this.#values = longer;
    }
    this.#values[this.length++] = value;
  }

  /** What was pushed; a view, valid until the next push. */
  view(): Float64Array { return this.#values.subarray(0, this.length); }
}
