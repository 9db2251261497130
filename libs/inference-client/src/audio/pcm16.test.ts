import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inspectSamples, soundingSec } from './inspect.js';
import { viewPcm16, withSamples } from './pcm16.js';
import { decodeSamples, encodePcm16 } from './wav.js';

const FORM = { bitsPerSample: 16, encoding: 'pcm' } as const;
const codeOf = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return (error as { code: unknown }).code;
  }
};

describe('integers in place', () => {
  const sounds = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: -40, max: 40 }), fc.integer({ min: -32_768, max: 32_767 })), { maxLength: 400 });

  it('are the decoded samples, at any alignment', () => {
    fc.assert(fc.property(sounds, fc.integer({ min: 0, max: 3 }), fc.boolean(), (values, offset, odd) => {
      const bytes = new Uint8Array(offset + values.length * 2 + (odd ? 1 : 0));
      bytes.set(new Uint8Array(Int16Array.from(values).buffer), offset);
      const own = bytes.subarray(offset);
      expect([...viewPcm16(own)]).toEqual(values);
      expect([...decodeSamples(own, FORM)].map((value) => value * 32_768)).toEqual(values);
    }));
  });

  it('are found silent, too short and sounding exactly where their decoded samples are', () => {
    fc.assert(fc.property(sounds, fc.constantFrom(1000, 16_000), fc.constantFrom(1, 2), (values, sampleRateHz, channels) => {
      const integers = Int16Array.from(values);
      const floats = decodeSamples(new Uint8Array(integers.buffer), FORM);
      expect(soundingSec(integers, sampleRateHz, channels)).toBe(soundingSec(floats, sampleRateHz, channels));
      const inspect = (samples: Int16Array | Float32Array): unknown => codeOf(() => inspectSamples({ samples, sampleRateHz, channels }, { text: 'hello', onTooShort: 'error' }));
      expect(inspect(integers)).toEqual(inspect(floats));
    }));
  });

  it('are not moved by a round trip through samples', () => {
    fc.assert(fc.property(sounds, (values) => {
      const bytes = new Uint8Array(Int16Array.from(values).buffer);
      expect([...encodePcm16(decodeSamples(bytes, FORM))]).toEqual([...bytes]);
    }));
  });
});

it('makes samples once, when they are read', () => {
  let made = 0;
  const audio = withSamples({ rate: 1 }, () => Float32Array.of((made += 1)));
  expect(made).toBe(0);
  expect([audio.samples[0], audio.samples[0], made]).toEqual([1, 1, 1]);
});
