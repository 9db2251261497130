/** A second-order section, its first denominator coefficient being 1. */
export type Biquad = { readonly b0: number; readonly b1: number; readonly b2: number; readonly a1: number; readonly a2: number };

/** High-pass section (R. Bristow-Johnson, "Cookbook formulae for audio EQ biquad filter coefficients", HPF): the bilinear transform of s² / (s² + s/Q + 1), exact at its cut-off. */
export function highPassSection(cutoffHz: number, q: number, sampleRateHz: number): Biquad {
  const w = (2 * Math.PI * cutoffHz) / sampleRateHz, alpha = Math.sin(w) / (2 * q), a0 = 1 + alpha, cos = Math.cos(w);
  return { b0: (1 + cos) / 2 / a0, b1: -(1 + cos) / a0, b2: (1 + cos) / 2 / a0, a1: (-2 * cos) / a0, a2: (1 - alpha) / a0 };
}

/** Notch section (the same, notch), with −3 dB `widthHz` apart: bandwidth by the tangent, so that it is exact after the bilinear transform. */
export function notchSection(frequencyHz: number, widthHz: number, sampleRateHz: number): Biquad {
  const alpha = Math.tan((Math.PI * widthHz) / sampleRateHz), a0 = 1 + alpha, cos = Math.cos((2 * Math.PI * frequencyHz) / sampleRateHz);
  return { b0: 1 / a0, b1: (-2 * cos) / a0, b2: 1 / a0, a1: (-2 * cos) / a0, a2: (1 - alpha) / a0 };
}

/** Runs samples through sections in turn, in double precision, from rest (transposed direct form II). */
export function filterThrough(samples: Float32Array, sections: readonly Biquad[]): Float32Array {
  const out = Float64Array.from(samples);
  for (const { b0, b1, b2, a1, a2 } of sections) {
    let s1 = 0, s2 = 0;
    for (let i = 0; i < out.length; i++) {
      const x = out[i]!, y = b0 * x + s1;
      s1 = b1 * x - a1 * y + s2;
      s2 = b2 * x - a2 * y;
      out[i] = y;
    }
  }
  return Float32Array.from(out);
}
