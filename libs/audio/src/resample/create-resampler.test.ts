import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { join, noise } from '../../test/signals.js';
import { createResampler, createResamplerBy } from './create-resampler.js';
import { resampleBy } from './resample.js';

const PAIRS = [[44100, 32000], [48000, 16000], [22050, 32000], [96000, 8000], [8000, 32000], [48000, 8000], [3, 1], [16000, 16000]] as const;

function inBlocks(kernel: 'auto' | 'plain', signal: readonly Float32Array[], from: number, to: number, quality: 'fast' | 'high' | 'best', sizes: readonly number[]): Float32Array[] {
  const resampler = createResamplerBy(kernel, { fromHz: from, toHz: to, channels: signal.length, quality });
  const parts = signal.map((): Float32Array[] => []);
  const total = signal[0]!.length;
  for (let at = 0, k = 0; at < total; k++) {
    const size = sizes[k % sizes.length]!;
    resampler.push(signal.map((channel) => channel.slice(at, at + size))).forEach((part, c) => parts[c]!.push(part));
    at += size;
  }
  resampler.end().forEach((part, c) => parts[c]!.push(part));
  return parts.map((list) => join(...list));
}
it('blocks never show where the ratio is interpolated, 44101 to 32000 Hz', () => {
  const samples = noise(12_000, 4);
  expect(differs(inBlocks('auto', [samples], 44101, 32000, 'fast', [997])[0]!, resampleBy('auto', samples, 44101, 32000, 'fast'))).toBe(-1);
});
const differs = (a: Float32Array, b: Float32Array): number => (a.length === b.length ? a.findIndex((x, i) => x !== b[i]) : -2);

/** Every pair with each quality would take a minute: the qualities take turns, so that each meets a halving, a plain ratio and a copy. */
const QUALITIES = ['fast', 'high', 'best'] as const;
const CASES = PAIRS.flatMap(([from, to], at) => [QUALITIES[at % 3]!, QUALITIES[(at + 1) % 3]!].map((quality) => [from, to, quality] as const));

describe.each(['auto', 'plain'] as const)('kernel %s', (kernel) => {
  it.each(kernel === 'auto' ? CASES : CASES.filter((_, at) => at % 4 === 0))('blocks never show, %d to %d Hz, %s', (from, to, quality) => {
    const signal = [noise(12_011, 1), noise(12_011, 2)];
    const whole = signal.map((channel) => resampleBy(kernel, channel, from, to, quality));
    for (const sizes of [[997, 4096, 13], [9_191]]) {
      inBlocks(kernel, signal, from, to, quality, sizes).forEach((channel, c) => { expect([sizes, c, differs(channel, whole[c]!)]).toEqual([sizes, c, -1]); });
    }
  });
  it('blocks of one sample', () => {
    const samples = noise(9_000, 3);
    expect(differs(inBlocks(kernel, [samples], 44100, 32000, 'fast', [1])[0]!, resampleBy(kernel, samples, 44100, 32000, 'fast'))).toBe(-1);
  });
  it('any lengths, any blocks, any rates', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 12_000 }), fc.array(fc.integer({ min: 1, max: 9000 }), { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }),
      fc.constantFrom('fast', 'high', 'best'), (count, sizes, from, to, quality) => {
        const samples = noise(count, count + 1);
        expect(differs(inBlocks(kernel, [samples], from, to, quality, count > 2000 ? sizes.map((size) => size + 50) : sizes)[0]!, resampleBy(kernel, samples, from, to, quality))).toBe(-1);
      }), { numRuns: kernel === 'auto' ? 10 : 5 });
  });
});

it('holds back a bounded number of samples, however long the signal', () => {
  const resampler = createResampler({ fromHz: 44100, toHz: 32000 });
  let given = 0, most = 0;
  for (let k = 1; k <= 300; k++) {
    given += resampler.push([noise(4096, k)])[0]!.length;
    most = Math.max(most, k * 4096 - (given * 44100) / 32000);
  }
  expect(most).toBeLessThan(20_000);
});

describe('refusals', () => {
  it('blocks of another shape', () => {
    const resampler = createResampler({ fromHz: 3, toHz: 2, channels: 2 });
    expect(() => resampler.push([new Float32Array(3)])).toThrow('a block needs 2 channels of one length, got lengths [3]');
    expect(() => resampler.push([new Float32Array(3), new Float32Array(2)])).toThrow('got lengths [3, 2]');
    expect(() => resampler.push(new Float32Array(44_100) as unknown as Float32Array[])).toThrow('a block needs 2 channels of one length, got one Float32Array, not an array of channels');
  });
  it('anything after the end', () => {
    const resampler = createResampler({ fromHz: 3, toHz: 2 });
    expect(resampler.end()).toEqual([new Float32Array(0)]);
    expect(() => resampler.push([new Float32Array(3)])).toThrow('no block after its end');
    expect(() => resampler.end()).toThrow('ends once');
  });
  it('no channels', () => { expect(() => createResampler({ fromHz: 3, toHz: 2, channels: 0 })).toThrow('channels must be a positive integer, got 0'); });
});
