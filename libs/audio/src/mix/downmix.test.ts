import fc from 'fast-check';
import { expect, it } from 'vitest';
import { downmix } from './downmix.js';

const left = Float32Array.of(1, 0.5, -1), right = Float32Array.of(1, -0.5, 0);
const audio = { sampleRateHz: 8000, channels: [left, right] };

it('takes the mean, or one channel', () => {
  expect(downmix(audio)).toEqual(Float32Array.of(1, 0, -0.5));
  expect(downmix(audio, 'left')).toEqual(left);
  expect(downmix(audio, 'right')).toEqual(right);
  expect(downmix({ sampleRateHz: 8000, channels: [left] }, 'right')).toEqual(left);
});
it('always gives a new array', () => {
  for (const mode of ['mean', 'left', 'right'] as const) expect(downmix({ sampleRateHz: 8000, channels: [left] }, mode).buffer).not.toBe(left.buffer);
});
it('never exceeds the loudest channel', () => {
  fc.assert(fc.property(fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 8 }), (values) => {
    const [mono] = downmix({ sampleRateHz: 1, channels: values.map((x) => Float32Array.of(x)) });
    expect(Math.abs(mono!)).toBeLessThanOrEqual(Math.max(...values.map(Math.abs)) + 1e-7);
  }));
});
it('refuses no channel and another mode', () => {
  expect(() => downmix({ sampleRateHz: 1, channels: [] })).toThrow('without channels');
  expect(() => downmix(audio, 'sum' as 'mean')).toThrow('mode must be mean, left or right, got sum');
});
