import { AudioError } from '../errors.js';
import { assertPositiveInteger } from '../pcm.js';
import { stft } from './stft.js';

/** Options of {@link spectralDescriptors}; the defaults are librosa's. */
export type SpectralOptions = {
  /** Samples of a frame; even. @default 2048 */
  readonly fftSize?: number | undefined;
  /** Samples between frames. @default 512 */
  readonly hopSamples?: number | undefined;
  /** Share of the magnitudes that lies below the roll-off, 0…1. @default 0.85 */
  readonly rolloffShare?: number | undefined;
};

/** One value a frame, shape `[frames]` each; frame f is centred on sample `f · hopSamples`. */
export type SpectralDescriptors = {
  readonly frames: number;
  /** Mean frequency, weighted by magnitude, hertz; 0 in digital silence. */
  readonly centroidHz: Float64Array;
  /** Standard deviation around it, hertz. */
  readonly spreadHz: Float64Array;
  /** Frequency below which the share of the magnitudes lies, hertz. */
  readonly rolloffHz: Float64Array;
  /** Geometric over arithmetic mean of the powers: 1 for a flat spectrum and for silence, near 0 for a tone. */
  readonly flatness: Float64Array;
};

/** Least power that counts (librosa 0.11, feature.spectral_flatness: amin). */
const LEAST_POWER = 1e-10;

/**
 * Where a spectrum lies, how wide and how flat it is, by the definitions of librosa 0.11 (`spectral_centroid`, `spectral_bandwidth`, `spectral_rolloff`, `spectral_flatness`), over Hann frames, the signal padded with silence.
 * @param samples - Nominal range −1…1.
 * @param sampleRateHz - A positive integer.
 * @throws {AudioError} AUDIO_OPTION_INVALID for senseless sizes, a share outside 0…1, or a sample that is no finite number.
 */
export function spectralDescriptors(samples: Float32Array, sampleRateHz: number, { fftSize = 2048, hopSamples = 512, rolloffShare = 0.85 }: SpectralOptions = {}): SpectralDescriptors {
  assertPositiveInteger(sampleRateHz, 'sampleRateHz');
  if (!(rolloffShare > 0 && rolloffShare < 1)) throw new AudioError('AUDIO_OPTION_INVALID', `rolloffShare must be between 0 and 1, got ${rolloffShare}`, { rolloffShare });
  const bad = samples.findIndex((x) => !Number.isFinite(x));
  if (bad >= 0) throw new AudioError('AUDIO_OPTION_INVALID', `sample ${bad} is ${samples[bad]!}, not a finite number`, { sample: bad });
  const { re, im, bins } = stft(samples, { fftSize, hopSamples }), frames = 1 + Math.floor(samples.length / hopSamples), binHz = sampleRateHz / fftSize;
  const [centroidHz, spreadHz, rolloffHz, flatness] = Array.from({ length: 4 }, () => new Float64Array(frames)) as [Float64Array, Float64Array, Float64Array, Float64Array];
  const magnitudes = new Float64Array(bins);
  for (let f = 0; f < frames; f++) {
    let sum = 0, moment = 0, logs = 0, power = 0;
    for (let k = 0; k < bins; k++) {
      const p = re[f * bins + k]! ** 2 + im[f * bins + k]! ** 2, m = Math.sqrt(p), kept = Math.max(LEAST_POWER, p);
      magnitudes[k] = m;
      sum += m;
      moment += k * m;
      logs += Math.log(kept);
      power += kept;
    }
    const centre = sum > 0 ? moment / sum : 0;
    let around = 0, below = 0, rolloff = 0;
    for (let k = 0; k < bins; k++) around += magnitudes[k]! * (k - centre) ** 2;
    while (rolloff < bins - 1 && (below += magnitudes[rolloff]!) < rolloffShare * sum) rolloff += 1;
    centroidHz[f] = centre * binHz;
    spreadHz[f] = sum > 0 ? Math.sqrt(around / sum) * binHz : 0;
    rolloffHz[f] = rolloff * binHz;
    flatness[f] = Math.exp(logs / bins) / (power / bins);
  }
  return { frames, centroidHz, spreadHz, rolloffHz, flatness };
}
