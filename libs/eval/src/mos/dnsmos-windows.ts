import { type SampleRange } from './sample-range.js';

/** Rate of both DNSMOS models, Hz. Source: microsoft/DNS-Challenge 591184a, DNSMOS/dnsmos_local.py, SAMPLING_RATE. */
export const DNSMOS_RATE_HZ = 16_000;

/** Length of one segment, seconds. Source: microsoft/DNS-Challenge 591184a, DNSMOS/dnsmos_local.py, INPUT_LENGTH. */
const INPUT_LENGTH_SEC = 9.01;

/** Length of one segment, samples. Source: int(INPUT_LENGTH * SAMPLING_RATE) of the same file. */
export const SEGMENT_SAMPLES = 144_160;

/**
 * Appends a clip to itself until it fills one segment: 2, 4, 8 … times its length, never a part of it.
 * @param samples - At 16 kHz; at least one.
 * @returns The clip itself when it is long enough.
 * @throws {RangeError} when there is no sample to repeat.
 */
export function doubleToSegment(samples: Float32Array): Float32Array {
  if (samples.length === 0) throw new RangeError('samples must not be empty');
  let copies = 1;
  while (copies * samples.length < SEGMENT_SAMPLES) copies *= 2;
  if (copies === 1) return samples;
  const repeated = new Float32Array(copies * samples.length);
  for (let copy = 0; copy < copies; copy += 1) repeated.set(samples, copy * samples.length);
  return repeated;
}

/**
 * The segments dnsmos_local.py scores: one a second. Its bounds are floating-point products cut to integers, so the
 * eighth (and some later) comes out one sample short and is left out there; it is left out here too.
 * @param lengthSamples - Samples of the doubled clip, at 16 kHz.
 * @returns Half-open ranges of 144 160 samples, in order.
 */
export function planDnsmosSegments(lengthSamples: number): readonly SampleRange[] {
  const hops = Math.trunc(Math.floor(lengthSamples / DNSMOS_RATE_HZ) - INPUT_LENGTH_SEC) + 1;
  const segments: SampleRange[] = [];
  for (let hop = 0; hop < hops; hop += 1) {
    const start = hop * DNSMOS_RATE_HZ;
    const end = Math.min(lengthSamples, Math.trunc((hop + INPUT_LENGTH_SEC) * DNSMOS_RATE_HZ));
    if (end - start >= SEGMENT_SAMPLES) segments.push({ start, end: start + SEGMENT_SAMPLES });
  }
  return segments;
}
