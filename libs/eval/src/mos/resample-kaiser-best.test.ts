import { expect, it } from 'vitest';
import golden from './resample-kaiser-best.golden.json' with { type: 'json' };
import { resampleKaiserBest } from './resample-kaiser-best.js';

const input = Float32Array.from({ length: 3001 }, (_, n) => 0.5 * Math.sin(n * 0.05 + n * n * 0.0003) + 0.2 * Math.sin(n * 1.7));

it.each(golden.cases)('agrees with resampy from $fromHz Hz', ({ fromHz, length, samples }) => {
  const output = resampleKaiserBest(input, fromHz, 16_000);
  expect(output).toHaveLength(Math.ceil((3001 * 16_000) / fromHz));
  expect([...output.subarray(length)].every((sample) => sample === 0)).toBe(true); // librosa's fill
  for (const [index, value] of samples) expect(Math.abs(output[index!]! - value!), `sample ${index}`).toBeLessThan(1e-7); // float32 output
});

it('leaves a clip at its rate alone', () => {
  expect(resampleKaiserBest(input, 16_000, 16_000)).toEqual(input);
});

it('refuses a rate of 0', () => {
  expect(() => resampleKaiserBest(input, 0, 16_000)).toThrow('fromHz must be above 0, got 0');
});
