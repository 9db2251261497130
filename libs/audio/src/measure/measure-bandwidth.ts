import { makeFft } from './fft.js';

const FFT_SIZE = 2048;
/** Frames that are looked at, spread evenly: ten hours cost no more than three minutes. */
const MOST_FRAMES = 4096;
/** Bands of the averaged spectrum, hertz. */
const BAND_HZ = 125;
/** Real sound reaches this far below the strongest band; 16-bit rounding noise and good resamplers stay under it. */
const REACH_DB = 75;

/**
 * Effective bandwidth: the upper edge of the highest 125 Hz band whose mean power is within 75 dB of the strongest band's.
 * Tells speech of 8 kHz telephones or of lossy codecs from its sample rate.
 * @returns Hertz, at most half the sample rate; NaN for silence or less than one frame (2048 samples).
 */
export function measureBandwidth(samples: Float32Array, sampleRateHz: number): number {
  const spectrum = meanSpectrum(samples);
  if (spectrum === null) return NaN;
  const binHz = sampleRateHz / FFT_SIZE;
  const perBand = Math.max(1, Math.round(BAND_HZ / binHz));
  const bands = Math.ceil(spectrum.length / perBand);
  const powers = new Float64Array(bands);
  for (let b = 0; b < bands; b++) {
    let sum = 0, count = 0;
    for (let k = Math.max(1, b * perBand); k < (b + 1) * perBand && k < spectrum.length; k++) { sum += spectrum[k]!; count += 1; }
    powers[b] = count === 0 ? 0 : sum / count;
  }
  const strongest = powers.reduce((most, power) => Math.max(most, power), 0);
  if (strongest === 0) return NaN;
  let top = bands - 1;
  while (powers[top]! < strongest * 10 ** (-REACH_DB / 10)) top -= 1;
  return Math.min(sampleRateHz / 2, (top + 1) * perBand * binHz);
}

/** Mean power spectrum under a Blackman-Harris window (side lobes −92 dB); two real frames per transform. */
function meanSpectrum(samples: Float32Array): Float64Array | null {
  const frames = Math.floor(samples.length / FFT_SIZE);
  if (frames === 0) return null;
  const used = Math.min(frames, MOST_FRAMES);
  const fft = makeFft(FFT_SIZE);
  const window = Float64Array.from({ length: FFT_SIZE }, (_, i) => {
    const a = (2 * Math.PI * i) / FFT_SIZE;
    return 0.35875 - 0.48829 * Math.cos(a) + 0.14128 * Math.cos(2 * a) - 0.01168 * Math.cos(3 * a);
  });
  const re = new Float64Array(FFT_SIZE), im = new Float64Array(FFT_SIZE), power = new Float64Array(FFT_SIZE / 2 + 1);
  const load = (into: Float64Array, frame: number): void => {
    const from = Math.floor((frame * frames) / used) * FFT_SIZE;
    for (let i = 0; i < FFT_SIZE; i++) into[i] = frame < used ? samples[from + i]! * window[i]! : 0;
  };
  for (let frame = 0; frame < used; frame += 2) {
    load(re, frame);
    load(im, frame + 1);
    fft(re, im);
    // |A|² + |B|² of the two frames = (|Z[k]|² + |Z[N − k]|²) / 2
    for (let k = 0; k < power.length; k++) {
      const n = (FFT_SIZE - k) % FFT_SIZE;
      power[k]! += (re[k]! * re[k]! + im[k]! * im[k]! + re[n]! * re[n]! + im[n]! * im[n]!) / 2;
    }
  }
  return power;
}
