import { createFft } from '../../features/fft.js';

/**
 * Makes the inverse MDCT of Vorbis: `x[i] = Σ X[k]·cos(π/M·(i + 1/2 + M/2)(k + 1/2))`, M coefficients to 2M samples, by a DCT-IV on a complex FFT of M/2 points
 * (H. S. Malvar, "Signal Processing with Lapped Transforms", 1992, §2.5).
 */
export function createImdct(coefficients: number): (spectrum: Float64Array, out: Float64Array) => void {
  const m = coefficients, half = m / 2, fft = createFft(half), re = new Float64Array(half), im = new Float64Array(half), u = new Float64Array(m);
  const cos = Float64Array.from({ length: half }, (_, n) => Math.cos((Math.PI * (n + 1 / 8)) / m)), sin = Float64Array.from({ length: half }, (_, n) => Math.sin((Math.PI * (n + 1 / 8)) / m));
  return (spectrum, out) => {
    for (let n = 0; n < half; n++) {
      const a = spectrum[2 * n]!, b = spectrum[m - 1 - 2 * n]!;
      re[n] = a * cos[n]! + b * sin[n]!;
      im[n] = b * cos[n]! - a * sin[n]!;
    }
    fft.forward(re, im);
    for (let k = 0; k < half; k++) {
      u[2 * k] = re[k]! * cos[k]! + im[k]! * sin[k]!;
      u[m - 1 - 2 * k] = re[k]! * sin[k]! - im[k]! * cos[k]!;
    }
    for (let i = 0; i < half; i++) out[i] = u[i + half]!;
    for (let i = half; i < m + half; i++) out[i] = -u[m + half - 1 - i]!;
    for (let i = m + half; i < 2 * m; i++) out[i] = -u[i - m - half]!;
  };
}
