import { describe, expect, it } from 'vitest';
import { noise } from '../../test/signals.js';
import { createFrameSpectra, type FrameSpectraOptions, plainSpectra } from './frame-spectra.js';
import { loadSpectrumKernel } from './spectrum-kernel.js';

const collect = (run: ReturnType<typeof createFrameSpectra>, samples: Float32Array, starts: Float64Array, means: Float64Array | number): number[][] => {
  const frames: number[][] = [];
  run(samples, starts, means, (values, first, count) => {
    expect(first).toBe(frames.length);
    for (let lane = 0; lane < count; lane++) frames.push(Array.from({ length: values.length / 4 }, (_, k) => values[4 * k + lane]!));
  });
  return frames;
};

describe('spectra of frames', () => {
  it('has SIMD here', () => expect(loadSpectrumKernel()).not.toBeNull());
  it.each([16, 32, 128, 512, 1024])('SIMD gives the numbers of the plain transform at %i points, ends and pauses between frames included', (size) => {
    const samples = noise(90_000, 5, 0.5), window = Float64Array.from({ length: size - 3 }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 1)) / (size - 2)));
    const starts = Float64Array.of(-size, -5, 0, 1, 1, 7, 500, 40_000, 40_100, 70_000, 89_990, 90_000, 95_000), means = starts.map((_, i) => 0.01 * i);
    for (const kind of ['power', 'autocorrelation'] as const) {
      const options: FrameSpectraOptions = { size, window, kind };
      const simd = collect(createFrameSpectra(options), samples, starts, means), plain = collect(plainSpectra(options), samples, starts, means);
      expect(simd.length).toBe(starts.length);
      plain.forEach((frame, f) => {
        const top = Math.max(...frame.map(Math.abs));
        expect(Math.max(...frame.map((x, k) => Math.abs(x - simd[f]![k]!))) <= 2e-6 * top).toBe(true);
      });
    }
  });
  it('an autocorrelation is the sum of products, times the size', () => {
    const samples = noise(200, 2, 0.5), window = new Float64Array(64).fill(1), size = 128;
    const [frame] = collect(createFrameSpectra({ size, window, kind: 'autocorrelation' }), samples, Float64Array.of(10), 0.1);
    const x = Array.from({ length: 64 }, (_, i) => samples[10 + i]! - 0.1);
    for (const lag of [0, 1, 30, 63, 64]) expect(frame![lag]! / size).toBeCloseTo(x.reduce((sum, v, i) => sum + v * (x[i + lag] ?? 0), 0), 5);
  });
});
