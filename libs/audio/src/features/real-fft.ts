import { assertPositiveInteger } from '../pcm.js';
import { createFft } from './fft.js';

/** Transforms real signals of one even length; holds scratch, so one at a time. */
export type RealFft = {
  readonly size: number;
  /** The half spectrum of `signal` (shape `[size]`), bins 0 … size / 2, shape `[size / 2 + 1]` each. */
  forward(signal: Float64Array, re: Float64Array, im: Float64Array): void;
  /** The signal of a half spectrum; the imaginary parts of the first and the last bin are taken as 0. */
  inverse(re: Float64Array, im: Float64Array, signal: Float64Array): void;
};

/**
 * Makes an FFT for real signals, by a complex one of half the length.
 * @param size - Points; even.
 * @throws {AudioError} AUDIO_OPTION_INVALID when `size` is no positive even integer.
 */
export function createRealFft(size: number): RealFft {
  assertPositiveInteger(size / 2, 'size / 2');
  const half = size / 2, fft = createFft(half);
  const zr = new Float64Array(half), zi = new Float64Array(half);
  const cos = Float64Array.from({ length: half + 1 }, (_, k) => Math.cos((2 * Math.PI * k) / size));
  const sin = Float64Array.from({ length: half + 1 }, (_, k) => -Math.sin((2 * Math.PI * k) / size));
  return {
    size,
    forward(signal, re, im) {
      for (let i = 0; i < half; i++) { zr[i] = signal[2 * i]!; zi[i] = signal[2 * i + 1]!; }
      fft.forward(zr, zi);
      re[0] = zr[0]! + zi[0]!; im[0] = 0;
      re[half] = zr[0]! - zi[0]!; im[half] = 0;
      for (let k = 1; k < half; k++) {
        const ar = zr[k]!, ai = zi[k]!, br = zr[half - k]!, bi = -zi[half - k]!;
        const er = (ar + br) / 2, ei = (ai + bi) / 2, or = (ai - bi) / 2, oi = (br - ar) / 2; // even and odd samples
        re[k] = er + or * cos[k]! - oi * sin[k]!;
        im[k] = ei + or * sin[k]! + oi * cos[k]!;
      }
    },
    inverse(re, im, signal) {
      zr[0] = (re[0]! + re[half]!) / 2;
      zi[0] = (re[0]! - re[half]!) / 2;
      for (let k = 1; k < half; k++) {
        const ar = re[k]!, ai = im[k]!, br = re[half - k]!, bi = -im[half - k]!;
        const er = (ar + br) / 2, ei = (ai + bi) / 2, dr = (ar - br) / 2, di = (ai - bi) / 2;
        const or = dr * cos[k]! + di * sin[k]!, oi = di * cos[k]! - dr * sin[k]!; // times the conjugate turn
        zr[k] = er - oi;
        zi[k] = ei + or;
      }
      fft.inverse(zr, zi);
      for (let i = 0; i < half; i++) { signal[2 * i] = zr[i]!; signal[2 * i + 1] = zi[i]!; }
    },
  };
}
