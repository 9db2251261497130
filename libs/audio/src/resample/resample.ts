import { AudioError } from '../errors.js';
import { assertPositiveInteger } from '../pcm.js';
import { filterBetween, filterPlain, type Samples, type Span } from './filter-plain.js';
import { filterSimd } from './filter-simd.js';
import { type Grade, planFor, ringSamples, type Stage } from './plan-resample.js';

/**
 * How good, how slow:
 * `fast` keeps 80 % of the band, aliases below −95 dB; `high` (default) 91 %, below −130 dB, the class of soxr HQ;
 * `best` 91 %, below −150 dB, the class of soxr VHQ. All have linear phase and no delay.
 */
export type ResampleQuality = 'fast' | 'high' | 'best';

/** Which arithmetic filters; `auto` is SIMD where WebAssembly has it. */
export type ResampleKernel = 'auto' | 'plain';

const QUALITIES: Readonly<Record<ResampleQuality, Grade>> = {
  fast: { passband: 0.8, attenuationDb: 100, bits: 32 },
  high: { passband: 0.913, attenuationDb: 138, bits: 32 }, // soxr HQ's band
  best: { passband: 0.913, attenuationDb: 165, bits: 64 },
};
/**
 * Changes the sample rate of one channel with a Kaiser-windowed polyphase filter.
 * @param samples - One channel; samples outside it count as 0.
 * @param fromHz - Its rate, hertz; a positive integer.
 * @param toHz - The rate wanted, hertz; a positive integer.
 * @returns A new array of `ceil(samples.length · toHz / fromHz)` samples; sample n is at time n / toHz, without delay.
 * @throws {AudioError} AUDIO_OPTION_INVALID for rates that are no positive integers or an unknown quality.
 */
export function resample(samples: Float32Array, fromHz: number, toHz: number, { quality = 'high' }: { readonly quality?: ResampleQuality } = {}): Float32Array {
  return resampleBy('auto', samples, fromHz, toHz, quality);
}

/** `resample` with the arithmetic chosen. */
export function resampleBy(kernel: ResampleKernel, samples: Float32Array, fromHz: number, toHz: number, quality: ResampleQuality): Float32Array {
  assertPositiveInteger(fromHz, 'fromHz');
  assertPositiveInteger(toHz, 'toHz');
  const grade = QUALITIES[quality] as (typeof QUALITIES)[ResampleQuality] | undefined;
  if (grade === undefined) throw new AudioError('AUDIO_OPTION_INVALID', `quality must be fast, high or best, got ${String(quality)}`);
  if (fromHz === toHz) return samples.slice();
  let input: Samples = samples, lead = 0;
  const stages = planFor(fromHz, toHz, grade);
  stages.forEach((stage, at) => {
    if (at === stages.length - 1) return;
    const outputLead = ringSamples(lead, stage.table);
    const output: Samples = new (grade.bits === 32 ? Float32Array : Float64Array)(Math.ceil((input.length - 2 * lead) / 2) + 2 * outputLead);
    runStage(kernel, stage, { input, inputLead: lead, output, outputLead });
    [input, lead] = [output, outputLead];
  });
  const output = new Float32Array(Math.ceil((samples.length * toHz) / fromHz));
  runStage(kernel, stages.at(-1)!, { input, inputLead: lead, output, outputLead: 0 });
  return output;
}

function runStage(kernel: ResampleKernel, { up, down, between, table, pairs }: Stage, span: Span): void {
  if (between || pairs === null) filterBetween(span, down, up, table);
  else if (kernel === 'plain' || !filterSimd(span, pairs)) filterPlain(span, up, down, table);
}
