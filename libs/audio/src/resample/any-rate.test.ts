import { describe, expect, it } from 'vitest';
import { fitTone, tone } from '../../test/signals.js';
import { createResampler } from './create-resampler.js';
import { resample } from './resample.js';

describe('rates that share no factor', () => {
  // The bars of the README: level within 0.01 dB, SNR above 135 dB (high) and 148 dB (best).
  it.each([['high', 44100, 44099, 135], ['best', 44100, 44099, 148], ['high', 44099, 48000, 135], ['best', 22051, 32003, 148], ['high', 96001, 88200, 135]] as const)('%s, %d to %d Hz: tones keep level and %d dB', (quality, from, to, snrDb) => {
    for (const share of [0.1, 0.5, 0.88]) {
      const hz = share * Math.min(from, to) / 2, out = resample(tone(hz, from, 0.5), from, to, { quality }), middle = out.subarray(2000, out.length - 2000), fit = fitTone(middle, hz, to);
      expect(Math.abs(20 * Math.log10(fit.amplitude / 0.5))).toBeLessThan(0.01);
      expect(fit.snrDb).toBeGreaterThan(snrDb);
    }
  });
  it('blocks never show', () => {
    const input = tone(997, 44100, 0.4), resampler = createResampler({ fromHz: 44100, toHz: 44099, quality: 'best' }), parts: number[] = [];
    for (let at = 0; at < input.length; at += 1013) parts.push(...resampler.push([input.subarray(at, at + 1013)])[0]!);
    parts.push(...resampler.end()[0]!);
    expect(Float32Array.from(parts)).toEqual(resample(input, 44100, 44099, { quality: 'best' }));
  });
  it('a rate that is not whole, and a table beyond bounds, are refused with the way out', () => {
    expect(() => resample(new Float32Array(9), 48000.5, 44100)).toThrow('fromHz must be a positive integer, got 48000.5; only the ratio counts, so multiply both rates until they are whole');
    expect(() => resample(new Float32Array(9), 767_999, 4001)).toThrow(/go by way of a rate between them, such as 8002 Hz/);
    expect(resample(new Float32Array(767_999), 767_999, 64_000).length).toBe(64_000);
  });
});
