import { AudioError } from '../errors.js';
import { assertPositiveInteger } from '../pcm.js';
import { designPhases, type FilterSpec, type PhaseTable } from './design-filter.js';

/**
 * How good, how slow:
 * `fast` keeps 80 % of the band, aliases below −95 dB; `high` (default) 91 %, below −130 dB, the class of soxr HQ;
 * `best` 91 %, below −150 dB, the class of soxr VHQ. All have linear phase and no delay.
 */
export type ResampleQuality = 'fast' | 'high' | 'best';

const QUALITIES: Readonly<Record<ResampleQuality, Pick<FilterSpec, 'passband' | 'attenuationDb'>>> = {
  fast: { passband: 0.8, attenuationDb: 100 },
  high: { passband: 0.913, attenuationDb: 138 }, // soxr HQ's band
  best: { passband: 0.913, attenuationDb: 165 },
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
  assertPositiveInteger(fromHz, 'fromHz');
  assertPositiveInteger(toHz, 'toHz');
  const grade = QUALITIES[quality] as (typeof QUALITIES)[ResampleQuality] | undefined;
  if (grade === undefined) throw new AudioError('AUDIO_OPTION_INVALID', `quality must be fast, high or best, got ${String(quality)}`);
  if (fromHz === toHz) return samples.slice();
  const divisor = greatestCommonDivisor(fromHz, toHz);
  const up = toHz / divisor, down = fromHz / divisor;
  const output = new Float32Array(Math.ceil((samples.length * up) / down));
  if (up <= MOST_PHASES) filterExact(samples, output, up, down, designPhases({ fromHz, toHz, ...grade }, up));
  else filterBetween(samples, output, fromHz, toHz, designPhases({ fromHz, toHz, ...grade }, MOST_PHASES));
  return output;
}

/** Periods (up samples out, down samples in) filtered together: they share each coefficient. */
const LANES = 4;

function filterExact(input: Float32Array, output: Float32Array, up: number, down: number, { half, rows }: PhaseTable): void {
  const taps = 2 * half;
  // Enough groups of periods at a time to be worth the copy, few enough to stay in the cache.
  const groups = Math.max(1, Math.floor(16384 / (LANES * down)));
  const scratch = new Float64Array((LANES * groups) * down + taps);
  for (let first = 0; first * up < output.length; first += LANES * groups) {
    loadPadded(input, first * down - half + 1, scratch);
    for (let phase = 0; phase < up; phase++) {
      const position = phase * down;
      const row = (position % up) * taps, at = Math.floor(position / up);
      for (let group = 0; group < groups; group++) {
        const n = (first + LANES * group) * up + phase;
        if (n >= output.length) break;
        let p = LANES * group * down + at;
        let a = 0, b = 0, c = 0, d = 0;
        for (let j = row, end = row + taps; j < end; j += 2, p += 2) {
          const w = rows[j]!, v = rows[j + 1]!;
          a += w * scratch[p]! + v * scratch[p + 1]!;
          b += w * scratch[p + down]! + v * scratch[p + down + 1]!;
          c += w * scratch[p + 2 * down]! + v * scratch[p + 2 * down + 1]!;
          d += w * scratch[p + 3 * down]! + v * scratch[p + 3 * down + 1]!;
        }
        output[n] = a; // writes past the end of a typed array are ignored
        output[n + up] = b;
        output[n + 2 * up] = c;
        output[n + 3 * up] = d;
      }
    }
  }
}

function filterBetween(input: Float32Array, output: Float32Array, fromHz: number, toHz: number, { half, phases, rows }: PhaseTable): void {
  const taps = 2 * half, block = 16384;
  const scratch = new Float64Array(block + taps + 1);
  let loadedFrom = -1;
  for (let n = 0; n < output.length; n++) {
    const whole = Math.floor((n * fromHz) / toHz);
    const fraction = (((n * fromHz) % toHz) / toHz) * phases;
    if (loadedFrom < 0 || whole - loadedFrom >= block) loadPadded(input, (loadedFrom = whole) - half + 1, scratch);
    const r = Math.floor(fraction), blend = fraction - r;
    let near = 0, far = 0;
    for (let j = 0, p = whole - loadedFrom, w = r * taps; j < taps; j++, p++, w++) {
      near += rows[w]! * scratch[p]!;
      far += rows[w + taps]! * scratch[p]!;
    }
    output[n] = near + (far - near) * blend;
  }
}

/** Fills `scratch` from `input[from…]`, with zeros outside. */
function loadPadded(input: Float32Array, from: number, scratch: Float64Array): void {
  const begin = Math.max(0, -from);
  scratch.fill(0, 0, Math.min(begin, scratch.length));
  const part = input.subarray(Math.max(0, from), Math.max(0, from + scratch.length));
  if (begin < scratch.length) scratch.set(part, begin);
  scratch.fill(0, Math.min(scratch.length, begin + part.length));
}

function greatestCommonDivisor(a: number, b: number): number {
  while (b > 0) [a, b] = [b, a % b];
  return a;
}
