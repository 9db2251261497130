import { AudioError } from '../errors.js';
import { assertPositiveInteger } from '../pcm.js';
import { kaldiMelBank, type MelBank } from './mel.js';
import { createRealFft } from './real-fft.js';
import { makeWindow, type WindowShape } from './windows.js';

/** Options of Kaldi's compute-fbank-feats (feat/feature-fbank.h, feature-window.h, mel-computations.h); the defaults are Kaldi's but for 80 bins and no dither. */
export type KaldiFbankOptions = {
  /** @default 80 */
  readonly melBins?: number;
  /** Milliseconds. @default 25 */
  readonly frameLengthMs?: number;
  /** Milliseconds. @default 10 */
  readonly frameShiftMs?: number;
  /** @default 'povey' */
  readonly window?: WindowShape;
  /** First-order high-pass before the window, 0 for none. @default 0.97 */
  readonly preemphasis?: number;
  /** Takes each frame's mean away. @default true */
  readonly removeDcOffset?: boolean;
  /** Only frames that fit; false: `round(samples / shift)` frames, the ends mirrored. @default true */
  readonly snipEdges?: boolean;
  /** Standard deviation of the noise that is added, in units of the scaled samples; 0 for none. @default 0 */
  readonly dither?: number;
  /** Which noise; the same seed gives the same features. @default 1 */
  readonly ditherSeed?: number;
  /** Lowest frequency of the filters, hertz. @default 20 */
  readonly lowHz?: number;
  /** Highest, hertz; 0 or below counts from half the sample rate. @default 0 */
  readonly highHz?: number;
  /** Power, else magnitude. @default true */
  readonly usePower?: boolean;
  /** Natural logarithm, floored at float32's epsilon. @default true */
  readonly useLog?: boolean;
  /** Adds the log energy of each frame: first, or last with `htkCompat`. @default false */
  readonly useEnergy?: boolean;
  /** Energy before pre-emphasis and window. @default true */
  readonly rawEnergy?: boolean;
  /** Smallest energy; 0 for none. @default 0 */
  readonly energyFloor?: number;
  /** @default false */
  readonly htkCompat?: boolean;
  /** What samples are multiplied with: Kaldi counts in 16-bit steps. @default 32768 */
  readonly inputScale?: number;
};

/** Features in rows, one per frame. */
export type FeatureMatrix = {
  readonly frames: number;
  /** Values of a frame. */
  readonly size: number;
  /** Shape `[frames][size]`, row-major. */
  readonly values: Float32Array;
};

/** Float32's machine epsilon: Kaldi's floor below the logarithm. */
const LOG_FLOOR = 1.1920928955078125e-7;

/**
 * Kaldi's filter-bank features.
 * @param samples - One channel, nominal range −1…1.
 * @param sampleRateHz - A positive integer; 16000 for most models.
 * @throws {AudioError} AUDIO_OPTION_INVALID for senseless sizes or frequencies.
 */
export function kaldiFbank(samples: Float32Array, sampleRateHz: number, options: KaldiFbankOptions = {}): FeatureMatrix {
  const {
    melBins = 80, frameLengthMs = 25, frameShiftMs = 10, window = 'povey', preemphasis = 0.97, removeDcOffset = true, snipEdges = true, dither = 0, ditherSeed = 1,
    lowHz = 20, highHz = 0, usePower = true, useLog = true, useEnergy = false, rawEnergy = true, energyFloor = 0, htkCompat = false, inputScale = 32768,
  } = options;
  assertPositiveInteger(sampleRateHz, 'sampleRateHz');
  assertPositiveInteger(melBins, 'melBins');
  const length = Math.floor((sampleRateHz * frameLengthMs) / 1000), shift = Math.floor((sampleRateHz * frameShiftMs) / 1000);
  assertPositiveInteger(length, 'frameLengthMs in samples');
  assertPositiveInteger(shift, 'frameShiftMs in samples');
  const fftSize = Math.max(2, 2 ** Math.ceil(Math.log2(length))), nyquist = sampleRateHz / 2, top = highHz > 0 ? highHz : nyquist + highHz;
  if (!(lowHz >= 0 && lowHz < top && top <= nyquist)) throw new AudioError('AUDIO_OPTION_INVALID', `lowHz and highHz must lie in 0…${nyquist}, lowHz below highHz, got ${lowHz} and ${top}`, { lowHz, highHz: top });
  const bank = kaldiMelBank(melBins, fftSize, sampleRateHz, lowHz, top), shape = makeWindow(window, length, { periodic: false });
  const fft = createRealFft(fftSize), frame = new Float64Array(fftSize), re = new Float64Array(fftSize / 2 + 1), im = new Float64Array(fftSize / 2 + 1);
  const frames = snipEdges ? Math.max(0, Math.floor((samples.length - length) / shift) + 1) : samples.length === 0 ? 0 : Math.floor((samples.length + Math.floor(shift / 2)) / shift);
  const size = melBins + (useEnergy ? 1 : 0), values = new Float32Array(frames * size), gauss = dither > 0 ? gaussian(ditherSeed) : null;
  const firstMel = useEnergy && !htkCompat ? 1 : 0;
  for (let f = 0; f < frames; f++) {
    const from = snipEdges ? f * shift : f * shift + Math.floor(shift / 2) - Math.floor(length / 2);
    if (from >= 0 && from + length <= samples.length) for (let i = 0; i < length; i++) frame[i] = samples[from + i]! * inputScale;
    else for (let i = 0; i < length; i++) frame[i] = samples[mirrored(from + i, samples.length)]! * inputScale;
    if (gauss !== null) for (let i = 0; i < length; i++) frame[i]! += dither * gauss();
    if (removeDcOffset) subtractMean(frame, length);
    let power = useEnergy && rawEnergy ? energy(frame, length) : 0;
    let before = frame[0]!;
    for (let i = 0; i < length; i++) { const x = frame[i]!; frame[i] = (x - preemphasis * before) * shape[i]!; before = x; }
    if (useEnergy && !rawEnergy) power = energy(frame, length);
    frame.fill(0, length);
    fft.forward(frame, re, im);
    if (usePower) for (let k = 0; k < fftSize / 2; k++) re[k] = re[k]! * re[k]! + im[k]! * im[k]!;
    else for (let k = 0; k < fftSize / 2; k++) re[k] = Math.sqrt(re[k]! * re[k]! + im[k]! * im[k]!);
    writeMel(bank, re, values, f * size + firstMel, useLog);
    if (useEnergy) {
      const logEnergy = Math.log(Math.max(power, LOG_FLOOR));
      values[f * size + (htkCompat ? melBins : 0)] = energyFloor > 0 ? Math.max(logEnergy, Math.log(energyFloor)) : logEnergy;
    }
  }
  return { frames, size, values };
}

function writeMel({ first, weights }: MelBank, spectrum: Float64Array, values: Float32Array, at: number, useLog: boolean): void {
  for (let m = 0; m < weights.length; m++) {
    const row = weights[m]!, start = first[m]!;
    let sum = 0;
    for (let k = 0; k < row.length; k++) sum += row[k]! * spectrum[start + k]!;
    values[at + m] = useLog ? Math.log(Math.max(sum, LOG_FLOOR)) : sum;
  }
}

/** Index of a signal that goes on mirrored at both ends (feature-window.cc, ExtractWindow). */
function mirrored(index: number, length: number): number {
  let i = index;
  while (i < 0 || i >= length) i = i < 0 ? -i - 1 : 2 * length - 1 - i;
  return i;
}

function subtractMean(frame: Float64Array, length: number): void {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += frame[i]!;
  const mean = sum / length;
  for (let i = 0; i < length; i++) frame[i]! -= mean;
}

function energy(frame: Float64Array, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += frame[i]! * frame[i]!;
  return sum;
}

/** Normal numbers from a seed: mulberry32 (T. Ettinger, public domain) and the Box–Muller transform. */
function gaussian(seed: number): () => number {
  let state = seed >>> 0;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}
