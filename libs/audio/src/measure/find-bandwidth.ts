/** Bands of the averaged spectrum, hertz. */
const BAND_HZ = 125;
/** Real sound reaches this far below the strongest band; 16-bit rounding noise and good resamplers stay under it. */
const REACH_DB = 75;

/**
 * The upper edge of the highest 125 Hz band whose mean power is within 75 dB of the strongest band's.
 * Tells speech of 8 kHz telephones or of lossy codecs from its sample rate.
 * @param spectrum - Mean power spectrum from 0 to half the sample rate.
 * @returns Hertz, at most half the sample rate; NaN for silence.
 */
export function findBandwidth(spectrum: Float64Array, sampleRateHz: number): number {
  const binHz = sampleRateHz / 2 / (spectrum.length - 1);
  const perBand = Math.max(1, Math.round(BAND_HZ / binHz));
  const bands = Math.ceil(spectrum.length / perBand);
  const powers = new Float64Array(bands);
  for (let b = 0; b < bands; b++) {
    let sum = 0, count = 0;
    for (let k = Math.max(1, b * perBand); k < (b + 1) * perBand && k < spectrum.length; k++) { sum += spectrum[k]!; count += 1; }
    powers[b] = count === 0 ? 0 : sum / count;
  }
  const strongest = powers.reduce((most, power) => Math.max(most, power), 0);
  if (!(strongest > 0)) return NaN;
  let top = bands - 1;
  while (powers[top]! < strongest * 10 ** (-REACH_DB / 10)) top -= 1;
  return Math.min(sampleRateHz / 2, (top + 1) * perBand * binHz);
}
