import { AudioError } from '../errors.js';
import { assertPositiveInteger } from '../pcm.js';
import { designPhases, type FilterSpec } from './design-filter.js';
import { filterBetween, filterPlain } from './filter-plain.js';
import { filterSimd, pairRows, type SumBits } from './filter-simd.js';

/**
 * How good, how slow:
 * `fast` keeps 80 % of the band, aliases below −95 dB; `high` (default) 91 %, below −130 dB, the class of soxr HQ;
 * `best` 91 %, below −150 dB, the class of soxr VHQ. All have linear phase and no delay.
 */
export type ResampleQuality = 'fast' | 'high' | 'best';

/** Which arithmetic filters; `auto` is SIMD where WebAssembly has it. */
export type ResampleKernel = 'auto' | 'plain';

const QUALITIES: Readonly<Record<ResampleQuality, Pick<FilterSpec, 'passband' | 'attenuationDb'> & { readonly bits: SumBits }>> = {
  fast: { passband: 0.8, attenuationDb: 100, bits: 32 },
  high: { passband: 0.913, attenuationDb: 138, bits: 32 }, // soxr HQ's band
  best: { passband: 0.913, attenuationDb: 165, bits: 64 },
};
/** Ratios with more phases than this interpolate between rows of the table: (π / 4096)² / 8 is −143 dB. */
const MOST_PHASES = 4096;

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
  const divisor = greatestCommonDivisor(fromHz, toHz);
  const up = toHz / divisor, down = fromHz / divisor;
  const output = new Float32Array(Math.ceil((samples.length * up) / down));
  if (up > MOST_PHASES) {
    filterBetween(samples, output, fromHz, toHz, designPhases({ fromHz, toHz, ...grade }, MOST_PHASES));
    return output;
  }
  const table = designPhases({ fromHz, toHz, ...grade }, up);
  if (kernel === 'plain' || !filterSimd(samples, output, pairRows(table, up, down, grade.bits))) filterPlain(samples, output, up, down, table);
  return output;
}

function greatestCommonDivisor(a: number, b: number): number {
  while (b > 0) [a, b] = [b, a % b];
  return a;
}
