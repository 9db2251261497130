import { type Samples } from './filter-plain.js';
import { type Stage } from './plan-resample.js';
import { type ResampleKernel, runStage } from './run-stage.js';

/** Input samples gathered before a stage runs: short blocks would pay for each call. */
const WORTH_RUNNING = 8192;

/** One filter of one channel, fed piece by piece. Gives the samples that it would give for the whole signal, to the bit. */
export type StageStream = {
  /** Takes samples; gives those that no later sample can change. */
  push(samples: Samples): Samples;
  /** The input is complete: gives the rest, up to `outputEnd` samples after time 0. */
  end(outputEnd: number): Samples;
};

/**
 * @param inputLead - Samples before time 0 that the input begins with.
 * @param outputLead - Samples before time 0 that the output begins with; whole periods of the filter.
 * @param bits - Width of the output samples.
 */
export function createStageStream(kernel: ResampleKernel, stage: Stage, inputLead: number, outputLead: number, bits: 32 | 64): StageStream {
  const { up, down, table, pairs } = stage;
  const period = pairs?.up ?? 1; // outputs after which the filter is where it was
  const reach = (pairs?.taps ?? 2 * table.half) + 1;
  const FloatArray = bits === 32 ? Float32Array : Float64Array;
  let buffer: Samples = new Float32Array(0), kept = 0; // samples in the buffer
  let base = -inputLead; // time of buffer[0]
  let next = -outputLead; // the output to make next

  const run = (until: number): Samples => {
    const count = Math.max(0, until - next);
    const output = new FloatArray(count);
    if (count === 0) return output;
    const input = buffer.subarray(0, kept);
    // A rational filter counts from its own period, so time 0 moves with the output; the other counts from time 0.
    if (stage.between) runStage(kernel, stage, { input, inputLead: -base, output, outputLead: 0 }, next);
    else runStage(kernel, stage, { input, inputLead: (next / up) * down - base, output, outputLead: 0 });
    next = until;
    const unneeded = Math.min(kept, Math.floor((next * down) / up) - table.half - base);
    if (unneeded > 0) {
      buffer.copyWithin(0, unneeded, kept);
      [kept, base] = [kept - unneeded, base + unneeded];
    }
    return output;
  };
  return {
    push(samples) {
      if (kept + samples.length > buffer.length || (samples instanceof Float64Array && buffer instanceof Float32Array)) {
        const grown = new (samples instanceof Float64Array ? Float64Array : Float32Array)(Math.max(2 * WORTH_RUNNING + reach, kept + samples.length));
        grown.set(buffer.subarray(0, kept));
        buffer = grown;
      }
      buffer.set(samples, kept);
      kept += samples.length;
      // The last output whose taps all lie in the buffer, on a whole period.
      const ready = Math.floor(((base + kept - reach) * up) / down) - next;
      return kept < WORTH_RUNNING + reach || ready < period ? new FloatArray(0) : run(next + Math.floor(ready / period) * period);
    },
    end: (outputEnd) => run(outputEnd),
  };
}
