import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { join, noise, tone } from '../../test/signals.js';
import { createMeter } from './create-meter.js';
import { measureAudio } from './measure-audio.js';

/** 47 s at 8 kHz that no part finds alike: tones, noise, silence, clipping, values that are no numbers. */
const long = join(tone(180, 8000, 9.3, 0.4), noise(8000 * 5, 3, 0.01), new Float32Array(12_345), tone(110, 8000, 14, 1.2).map((x) => Math.max(-1, Math.min(1, x))),
  noise(8000 * 7, 8, 0.3), Float32Array.of(NaN, Infinity, -Infinity, 0.5), tone(240, 8000, 9, 0.2));
const blocked = (channels: readonly Float32Array[], rate: number, sizes: readonly number[]) => {
  const meter = createMeter({ sampleRateHz: rate, channels: channels.length });
  for (let at = 0, k = 0; at < channels[0]!.length; k++) {
    const size = sizes[k % sizes.length]!;
    meter.push(channels.map((channel) => channel.slice(at, at + size)));
    at += size;
  }
  return meter.end();
};

describe('createMeter', () => {
  it('gives the figures of the whole, however the sound is cut', { timeout: 120_000 }, () => {
    const whole = measureAudio(long, 8000);
    expect(whole.f0MedianHz).not.toBeNull();
    fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 200_000 }), { minLength: 1, maxLength: 6 }), (sizes) => {
      expect(blocked([long], 8000, sizes)).toEqual(whole);
    }), { numRuns: 6 });
    expect(blocked([long], 8000, [1, 7, 160_000])).toEqual(whole);
  });
  it('takes several channels: levels over all, loudness summed, the voice from their mean', () => {
    const left = tone(997, 16000, 3, 0.5), right = tone(997, 16000, 3, 0.25);
    const both = blocked([left, right], 16000, [999]), one = measureAudio(left, 16000);
    expect(both).toEqual(measureAudio([left, right], 16000));
    expect(both.peakDbfs).toBeCloseTo(one.peakDbfs!, 6);
    expect(both.loudnessLufs! - one.loudnessLufs!).toBeCloseTo(10 * Math.log10(1.25), 3);
    expect(both.rmsDbfs! - one.rmsDbfs!).toBeCloseTo(10 * Math.log10(1.25 / 2), 3);
  });
  it('finds a peak that lies across a seam of blocks', () => {
    const quarter = tone(4000, 16000, 41, 0.5, Math.PI / 4); // its peaks lie between its samples
    const around = (at: number): Float32Array => quarter.map((x, i) => x * Math.exp(-(((i - at) / 200) ** 2)));
    const inside = measureAudio(around(160_000), 16000).truePeakDbtp!;
    expect(measureAudio(around(320_000), 16000).truePeakDbtp!).toBeCloseTo(inside, 3); // 20 s: where two stretches meet
    expect(inside).toBeGreaterThan(-6.2);
  });
  it('refuses blocks that do not fit, and sound after the end', () => {
    const meter = createMeter({ sampleRateHz: 8000, channels: 2 });
    expect(() => meter.push([new Float32Array(3)])).toThrow('block must have 2 channels of equal length, got lengths [3]');
    expect(() => meter.push([new Float32Array(3), new Float32Array(4)])).toThrow('[3, 4]');
    meter.push([new Float32Array(0), new Float32Array(0)]);
    expect(meter.end().peakDbfs).toBeNull();
    expect(() => meter.push([new Float32Array(1), new Float32Array(1)])).toThrow('the meter has ended');
    expect(() => createMeter({ sampleRateHz: 8000, channels: 0 })).toThrow('channels must be a positive integer, got 0');
  });
});
