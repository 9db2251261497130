import { CHUNK, loadMeasureKernel } from './measure-kernel.js';

/** What is taken of each run of samples: `energies` is Σ x², `sums` Σ x. */
export type RunKind = 'energies' | 'sums';

/** Sums of runs of samples of one length, one after another, however the samples are cut into blocks. */
export type Runs = {
  /** Takes samples; gives the values of the runs that they complete, valid until the next call. */
  push(samples: Float32Array): Float64Array;
  /** Samples of the run under way, and its value so far. */
  rest(): { readonly samples: number; readonly value: number };
};

/** With and without SIMD the same to the bit: sample i of a run goes to lane i mod 4. @param length - Samples in a run; a positive integer. */
export function createRuns(kind: RunKind, length: number, kernel = loadMeasureKernel()): Runs {
  const lanes = new Float64Array(4), squared = kind === 'energies';
  let filled = 0, values = new Float64Array(16);
  const value = (): number => lanes[0]! + lanes[1]! + (lanes[2]! + lanes[3]!);
  /** One by one, into the run under way; false while it is not complete. */
  const add = (samples: Float32Array, from: number, to: number): boolean => {
    let at = filled;
    for (let i = from; i < to; i++, at++) { const x = samples[i]!; lanes[at & 3]! += squared ? x * x : x; }
    filled = at;
    return filled === length;
  };
  const close = (): number => { const sum = value(); lanes.fill(0); filled = 0; return sum; };
  return {
    push(samples) {
      const most = Math.floor((filled + samples.length) / length);
      if (values.length < most) values = new Float64Array(2 * most);
      let at = 0, count = 0;
      if (filled > 0) {
        at = Math.min(length - filled, samples.length);
        if (add(samples, 0, at)) values[count++] = close();
      }
      const whole = at === samples.length ? 0 : Math.floor((samples.length - at) / length);
      if (kernel !== null) {
        const group = Math.max(1, Math.floor(CHUNK / length)), samplesAt = Math.ceil(group / 8) * 64, memory = kernel.memoryOf(samplesAt + 4 * group * length);
        for (let done = 0; done < whole; done += group) {
          const runs = Math.min(group, whole - done), from = at + done * length;
          new Float32Array(memory, samplesAt, runs * length).set(samples.subarray(from, from + runs * length));
          kernel[kind](samplesAt, length, runs, 0);
          values.set(new Float64Array(memory, 0, runs), count + done);
        }
        count += whole;
      } else {
        for (let run = 0; run < whole; run++) { add(samples, at + run * length, at + (run + 1) * length); values[count++] = close(); }
      }
      add(samples, at + whole * length, samples.length);
      return values.subarray(0, count);
    },
    rest: () => ({ samples: filled, value: value() }),
  };
}
