import fc from 'fast-check';
import { expect, it } from 'vitest';
import { noise } from '../../test/signals.js';
import { loadQuantizeKernel, quantize16 } from './quantize-16.js';
import { quantize } from './quantize.js';

const kernel = loadQuantizeKernel();
it('has SIMD here', () => expect(kernel).not.toBeNull());

/** Both ways give the same integers and counts. */
function compare(samples: Float32Array, from: number): void {
  const plain = new Int16Array(samples.length - from), counts = { clipped: 0, notNumbers: 0 }, simdCounts = { clipped: 0, notNumbers: 0 };
  quantize(samples, from, samples.length, 16, null, plain, counts);
  expect(Array.from(quantize16(samples, from, samples.length, simdCounts, kernel!))).toEqual(Array.from(plain));
  expect(simdCounts).toEqual(counts);
}

it('rounds as the plain loop does: next to every half, at the ends of the range, NaN and infinities', () => {
  const halves = [-32769, -32768, -32767, -1000, -3, -2, -1, 0, 1, 2, 3, 1000, 16383, 16384, 32766, 32767, 32768].flatMap((k) => [-0.5, 0, 0.5].map((h) => (k + h) / 32768));
  const bits = new Int32Array(1), float = new Float32Array(bits.buffer), near = (x: number): number[] => [-2, -1, 0, 1, 2].map((step) => { float[0] = x; bits[0]! += step; return float[0]!; });
  compare(Float32Array.from([...halves.flatMap(near), 1e-30, -1e-30, -0, 1e9, -1e9, 3e38, NaN, Infinity, -Infinity]), 0);
});

it('rounds any samples as the plain loop does, of any number', () => {
  fc.assert(fc.property(fc.float32Array({ maxLength: 40 }), fc.nat(5), (samples, from) => compare(samples, Math.min(from, samples.length))), { numRuns: 500 });
  compare(noise(100_003, 3, 1.1), 1);
});
