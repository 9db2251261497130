import { assertPositiveInteger } from '../pcm.js';
import { createBluestein } from './fft-bluestein.js';
import { createMixedRadix, LARGEST_RADIX } from './fft-mixed-radix.js';

/** A complex transform of one length, in place; holds its tables and scratch, so one at a time. */
export type Fft = {
  readonly size: number;
  /** `X[k] = Σ x[n]·exp(−2πi·kn/size)`; shape `[size]` each. */
  forward(re: Float64Array, im: Float64Array): void;
  /** The inverse, divided by the size: `inverse(forward(x)) = x`. */
  inverse(re: Float64Array, im: Float64Array): void;
};

/**
 * Makes a complex FFT of any length: mixed radix where the length has small prime factors, Bluestein's chirp elsewhere.
 * @param size - Points; a positive integer.
 * @throws {AudioError} AUDIO_OPTION_INVALID when `size` is no positive integer.
 */
export function createFft(size: number): Fft {
  assertPositiveInteger(size, 'size');
  const transform = largestFactor(size) <= LARGEST_RADIX ? createMixedRadix(size) : createBluestein(size, createMixedRadix);
  const check = (re: Float64Array, im: Float64Array): void => {
    if (re.length !== size || im.length !== size) throw new RangeError(`re and im must have ${size} values, got ${re.length} and ${im.length}`);
  };
  return {
    size,
    forward(re, im) { check(re, im); transform(re, im); },
    inverse(re, im) {
      check(re, im);
      transform(im, re); // exchanging the parts conjugates twice
      for (let i = 0; i < size; i++) { re[i]! /= size; im[i]! /= size; }
    },
  };
}

function largestFactor(size: number): number {
  let rest = size, largest = 1;
  for (let p = 2; p * p <= rest; p++) while (rest % p === 0) { largest = p; rest /= p; }
  return rest > 1 ? Math.max(largest, rest) : largest;
}
