import { describe, expect, it } from 'vitest';
import { noise, tone } from '../../test/signals.js';
import { createTruePeakMeter } from './true-peak-meter.js';
import { measureTruePeak } from './measure-true-peak.js';

const decibels = (ratio: number): number => 20 * Math.log10(ratio);

describe('true peak of sound that is near its peak everywhere', () => {
  it.each([997, 3000, 11_025, 17_000])('a steady tone of %d Hz: 0.5, to 0.1 dB', (hz) => {
    const steady = tone(hz, 44_100, 3, 0.5, 1).map((x, i) => x * Math.min(1, i / 4000, (132_299 - i) / 4000)); // no sudden ends
    expect(Math.abs(decibels(measureTruePeak(steady) / 0.5))).toBeLessThan(0.1);
  });
  it('points made one by one and all at once agree to 0.1 dB', () => {
    // Half-band noise: two neighbours' mean takes the edge of the band away, where the two filters differ.
    const raw = noise(150_000, 3, 0.7), loud = raw.map((x, i) => 0.25 * (x + 2 * (raw[i - 1] ?? 0) + (raw[i - 2] ?? 0)));
    const inParts = createTruePeakMeter(1);
    for (let at = 0; at < loud.length; at += 500) inParts.push([loud.subarray(at, at + 500)]); // blocks too short for the second way
    expect(Math.abs(decibels(measureTruePeak(loud) / inParts.end()))).toBeLessThan(0.1);
  });
});
