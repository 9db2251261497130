import { assertPositiveInteger } from '../pcm.js';

/** Shapes of analysis windows. `povey` is Kaldi's: a Hann window to the power 0.85. */
export type WindowShape = 'rectangular' | 'hann' | 'hamming' | 'blackman' | 'blackman-harris' | 'povey' | 'sine';

/** Sums of cosines: Hamming as Kaldi and numpy have it; Blackman–Harris from F. J. Harris, "On the use of windows", 1978, table 1. */
const COSINES: { readonly [shape in WindowShape]?: readonly number[] } = {
  rectangular: [1], hann: [0.5, -0.5], hamming: [0.54, -0.46], blackman: [0.42, -0.5, 0.08], 'blackman-harris': [0.35875, -0.48829, 0.14128, -0.01168], povey: [0.5, -0.5],
};
/** Kaldi, feat/feature-window.cc. */
const POVEY_POWER = 0.85;

/**
 * Values of a window.
 * @param shape - Which.
 * @param length - Samples; a positive integer.
 * @param options.periodic - True for spectral analysis with overlap (scipy's `sym=False`); false for symmetric ends. @default true
 * @returns Shape `[length]`, 0…1.
 * @throws {AudioError} AUDIO_OPTION_INVALID when `length` is no positive integer.
 */
export function makeWindow(shape: WindowShape, length: number, { periodic = true }: { readonly periodic?: boolean } = {}): Float64Array {
  assertPositiveInteger(length, 'length');
  const period = periodic ? length : Math.max(1, length - 1);
  return Float64Array.from({ length }, (_, i) => {
    if (shape === 'sine') return Math.sin((Math.PI * (i + 0.5)) / length);
    const value = COSINES[shape]!.reduce((sum, weight, k) => sum + weight * Math.cos((2 * Math.PI * k * i) / period), 0);
    return shape === 'povey' ? Math.max(0, value) ** POVEY_POWER : value;
  });
}
