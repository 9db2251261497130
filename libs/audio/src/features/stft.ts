import { AudioError } from '../errors.js';
import { assertPositiveInteger } from '../pcm.js';
import { createRealFft } from './real-fft.js';
import { makeWindow, type WindowShape } from './windows.js';

export type StftOptions = {
  /** Samples of a frame and points of its FFT; even. @default 512 */
  readonly fftSize?: number;
  /** Samples between frames. @default a quarter of fftSize */
  readonly hopSamples?: number;
  /** @default 'hann' */
  readonly window?: WindowShape;
};

/** Half spectra of frames centred on every hop; the signal is padded with silence. */
export type Stft = {
  readonly frames: number;
  /** fftSize / 2 + 1. */
  readonly bins: number;
  /** Shape `[frames][bins]`, row-major. */
  readonly re: Float64Array;
  readonly im: Float64Array;
  /** Samples of the signal. */
  readonly samples: number;
};

/**
 * Short-time Fourier transform; frame f is centred on sample `f · hopSamples`, so that there are `floor(samples / hop) + 1 (+ 1 when the end needs one)` frames.
 * @throws {AudioError} AUDIO_OPTION_INVALID for senseless sizes.
 */
export function stft(samples: Float32Array | Float64Array, options: StftOptions = {}): Stft {
  const { size, hop, window } = layout(options);
  const frames = Math.ceil(samples.length / hop) + 1, bins = size / 2 + 1, fft = createRealFft(size), frame = new Float64Array(size);
  const re = new Float64Array(frames * bins), im = new Float64Array(frames * bins);
  for (let f = 0; f < frames; f++) {
    const from = f * hop - size / 2;
    for (let i = 0; i < size; i++) frame[i] = (samples[from + i] ?? 0) * window[i]!;
    fft.forward(frame, re.subarray(f * bins, (f + 1) * bins), im.subarray(f * bins, (f + 1) * bins));
  }
  return { frames, bins, re, im, samples: samples.length };
}

/**
 * The signal of an STFT: the weighted overlap-add that is nearest in least squares (D. Griffin and J. Lim, "Signal estimation from modified short-time Fourier transform", 1984, eq. 6).
 * @param options - Those of {@link stft}.
 * @returns Shape `[transform.samples]`; equals the signal to rounding when nothing was changed.
 * @throws {AudioError} AUDIO_OPTION_INVALID for other sizes than those of the transform, and where window and hop leave samples that no frame sees.
 */
export function istft(transform: Stft, options: StftOptions = {}): Float64Array {
  const { size, hop, window } = layout(options);
  const { frames, bins, re, im, samples } = transform;
  if (bins !== size / 2 + 1) throw new AudioError('AUDIO_OPTION_INVALID', `fftSize must be ${2 * (bins - 1)}, as the transform has it, got ${size}`, { fftSize: size });
  const fft = createRealFft(size), frame = new Float64Array(size), out = new Float64Array(samples), weight = new Float64Array(samples);
  for (let f = 0; f < frames; f++) {
    fft.inverse(re.subarray(f * bins, (f + 1) * bins), im.subarray(f * bins, (f + 1) * bins), frame);
    const from = f * hop - size / 2;
    for (let i = Math.max(0, -from), end = Math.min(size, samples - from); i < end; i++) {
      out[from + i]! += frame[i]! * window[i]!;
      weight[from + i]! += window[i]! * window[i]!;
    }
  }
  for (let i = 0; i < samples; i++) {
    if (!(weight[i]! > SEEN)) throw new AudioError('AUDIO_OPTION_INVALID', `hopSamples ${hop} leaves samples that no frame sees; a ${size}-sample window needs a smaller hop`, { hopSamples: hop });
    out[i]! /= weight[i]!;
  }
  return out;
}

/** Squared window weight below which a sample cannot be told from rounding. */
const SEEN = 1e-8;

function layout({ fftSize = 512, hopSamples = fftSize / 4, window = 'hann' }: StftOptions): { size: number; hop: number; window: Float64Array } {
  assertPositiveInteger(fftSize / 2, 'fftSize / 2');
  assertPositiveInteger(hopSamples, 'hopSamples');
  return { size: fftSize, hop: hopSamples, window: makeWindow(window, fftSize) };
}
