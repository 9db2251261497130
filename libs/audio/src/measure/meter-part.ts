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
  if (block.length === 2) {
    const second = block[1]!;
    for (let i = 0; i < mean.length; i++) mean[i] = Math.fround(first[i]! / 2) + second[i]! / 2;
    return mean;
  }
  for (const channel of block) for (let i = 0; i < mean.length; i++) mean[i]! += channel[i]! / block.length;
  return mean;
}

/** The samples, or a copy with 0 in place of NaN and infinities. */
export function finiteSamples(samples: Float32Array): Float32Array {
  return countNonFinite(samples) > 0 ? samples.map((x) => (Number.isFinite(x) ? x : 0)) : samples;
}

/** How many samples are NaN or infinite. */
export function countNonFinite(samples: Float32Array): number {
  let n0 = 0, n1 = 0, n2 = 0, n3 = 0, i = 0; // 0 · x is 0 for every number but those; four sums do not wait for each other
  for (const end = samples.length - 3; i < end; i += 4) { n0 += 0 * samples[i]!; n1 += 0 * samples[i + 1]!; n2 += 0 * samples[i + 2]!; n3 += 0 * samples[i + 3]!; }
  for (; i < samples.length; i++) n0 += 0 * samples[i]!;
  if (n0 + n1 + n2 + n3 === 0) return 0;
  let count = 0;
  for (i = 0; i < samples.length; i++) if (!Number.isFinite(samples[i]!)) count += 1;
  return count;
}

/** Counts of values in equal steps: percentiles to half a step, however many there are. */
export class Histogram {
  readonly #counts: Uint32Array;
  readonly #low: number;
  readonly #step: number;
  total = 0;

  constructor({ low, high, step }: { readonly low: number; readonly high: number; readonly step: number }) {
    this.#counts = new Uint32Array(Math.ceil((high - low) / step));
    this.#low = low;
    this.#step = step;
  }

  /** Values outside the range count at its ends. */
  add(value: number): void {
    this.#counts[Math.max(0, Math.min(this.#counts.length - 1, Math.floor((value - this.#low) / this.#step)))]! += 1;
    this.total += 1;
  }

  /** The middle of the step below whose end the given share lies; NaN for none. */
  percentile(share: number): number {
    if (this.total === 0) return NaN;
    let below = 0, at = 0;
    while (below + this.#counts[at]! < this.total * share) below += this.#counts[at++]!;
    return this.#low + (at + 0.5) * this.#step;
  }
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
