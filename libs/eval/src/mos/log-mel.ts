import { createPowerSpectrum321, DFT_BINS, DFT_POINTS } from './dft-321.js';
import { MEL_BANDS, melFilters, type MelVariant } from './mel-filters.js';

const HOP_SAMPLES = 160; // Source: microsoft/DNS-Challenge 591184a, DNSMOS/dnsmos_local.py, audio_melspec (n_fft = frame_size + 1 = 321)
const FLOOR_POWER = 1e-10; // Source: librosa power_to_db, amin
const RANGE_DB = 80; // Source: librosa power_to_db, top_db
/** hann(321), periodic. Source: librosa stft, window="hann" (fftbins=True). */
const WINDOW = Float64Array.from({ length: DFT_POINTS }, (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / DFT_POINTS));

/**
 * Makes the P.808 feature: log mel power relative to the clip's loudest cell, mapped to −1…1.
 * @returns `logMel(samples)`: samples at 16 kHz, at least 161 of them, to row-major `[ceil(samples / 160), 120]`. Its scratch space
 * is kept between calls.
 */
export function createLogMel(variant: MelVariant): (samples: Float32Array) => Float32Array {
  const filters = melFilters(variant);
  const powerSpectrum = createPowerSpectrum321();
  const frame = new Float64Array(DFT_POINTS);
  const power = new Float64Array(DFT_BINS);
  const half = (DFT_POINTS - 1) / 2;

  return (samples) => {
    const length = samples.length;
    if (length <= half) throw new RangeError(`samples must be longer than ${half}, got ${length}`);
    const mirrored = variant === 'librosa-0.8.1';
    const frames = Math.floor((length + 2 * half - DFT_POINTS) / HOP_SAMPLES) + 1;
    const feature = new Float32Array(frames * MEL_BANDS);
    const decibels = new Float64Array(frames * MEL_BANDS);
    let loudest = -Infinity;
    for (let row = 0; row < frames; row += 1) {
      const start = row * HOP_SAMPLES - half;
      for (let n = 0; n < DFT_POINTS; n += 1) {
        const at = start + n;
        const inside = at >= 0 && at < length;
        const sample = inside ? samples[at]! : mirrored ? samples[at < 0 ? -at : 2 * (length - 1) - at]! : 0;
        frame[n] = sample * WINDOW[n]!;
      }
      powerSpectrum(frame, power, 0);
      for (let band = 0; band < MEL_BANDS; band += 1) {
        const { firstBin, weights } = filters[band]!;
        let sum = 0;
        for (let i = 0; i < weights.length; i += 1) sum += weights[i]! * power[firstBin + i]!;
        const level = 10 * Math.log10(Math.max(FLOOR_POWER, sum));
        decibels[row * MEL_BANDS + band] = level;
        if (level > loudest) loudest = level;
      }
    }
    for (let i = 0; i < feature.length; i += 1) feature[i] = (Math.max(decibels[i]! - loudest, -RANGE_DB) + RANGE_DB / 2) / (RANGE_DB / 2);
    return feature;
  };
}
