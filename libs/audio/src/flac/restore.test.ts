import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noise } from '../../test/signals.js';
import { crc16 } from './crc.js';
import { restore } from './restore.js';

/** The definition, with integers of any size. */
function expected(samples: readonly number[], coefficients: readonly number[], shift: number): number[] {
  const out = samples.map(BigInt);
  for (let i = coefficients.length; i < out.length; i++) {
    let sum = 0n;
    coefficients.forEach((c, j) => { sum += BigInt(c) * out[i - 1 - j]!; });
    out[i] = out[i]! + (sum >> BigInt(shift));
  }
  return out.map(Number);
}
/** Residuals that lead to these samples: what an encoder writes. */
function residualsOf(samples: readonly number[], coefficients: readonly number[], shift: number): number[] {
  return samples.map((x, i) => {
    if (i < coefficients.length) return x;
    let sum = 0n;
    coefficients.forEach((c, j) => { sum += BigInt(c) * BigInt(samples[i - 1 - j]!); });
    return x - Number(sum >> BigInt(shift));
  });
}

describe('restore', () => {
  it.each([8, 16, 24])('gives back the samples of %d bits, any order, small and large coefficients', (bits) => {
    const sample = fc.integer({ min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 });
    fc.assert(fc.property(fc.array(sample, { minLength: 40, maxLength: 90 }), fc.array(fc.integer({ min: -16384, max: 16383 }), { minLength: 1, maxLength: 32 }), fc.integer({ min: 0, max: 15 }), fc.integer({ min: 0, max: 12 }), (samples, raw, shift, smaller) => {
      const coefficients = raw.map((c) => c >> smaller), residuals = residualsOf(samples, coefficients, shift);
      fc.pre(residuals.every((r) => Math.abs(r) < 2 ** 31));
      const out = Int32Array.from([...residuals, 0, 0]);
      restore(out, samples.length, Float64Array.from(coefficients), shift);
      expect([...out.subarray(0, samples.length)]).toEqual(samples);
    }), { numRuns: 300 });
  });
  it('sums beyond 32 bits are not taken for smaller ones', () => {
    // A loud, smooth signal: each sum is about 2^15 · 2^15 · 4, and the prediction fits.
    const samples = Array.from({ length: 200 }, (_, i) => Math.round(32000 * Math.sin(i / 30)));
    for (const coefficients of [[16383, 16383, -16384, 16383], [16383, 16383, 16383, 16383, -16384, -16384, 16383]]) {
      const residuals = residualsOf(samples, coefficients, 14), out = Int32Array.from(residuals);
      restore(out, samples.length, Float64Array.from(coefficients), 14);
      expect([...out]).toEqual(samples);
      expect([...out]).toEqual(expected(residuals, coefficients, 14));
    }
  });
});

describe('crc16', () => {
  it('of any stretch equals the sum bit by bit', () => {
    const bytes = Uint8Array.from(noise(60, 4), (x) => (x + 1) * 127);
    for (let from = 0; from < 9; from++) for (let to = from; to <= bytes.length; to++) {
      let crc = 0;
      for (let i = from; i < to; i++) { crc ^= bytes[i]! << 8; for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? ((crc << 1) ^ 0x8005) & 0xffff : (crc << 1) & 0xffff; }
      expect(crc16(bytes, from, to)).toBe(crc);
    }
  });
});
