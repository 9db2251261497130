import { describe, expect, it } from 'vitest';
import { join, tone } from '../../test/signals.js';
import { analyzeLoudness } from './measure-loudness.js';
import { measureTruePeak } from './measure-true-peak.js';

const RATE = 48000;
/** Stereo (or equal in every channel) 1 kHz sine whose peak level follows `[dBFS, seconds]` steps: the test signals of EBU Tech 3341 and 3342. */
const steps = (list: readonly (readonly [number, number])[], channels = 2): Float32Array[] => {
  const one = join(...list.map(([dbfs, seconds]) => tone(1000, RATE, seconds, 10 ** (dbfs / 20))));
  return Array.from({ length: channels }, () => one);
};

describe('EBU Tech 3341, table 1: minimum requirements test signals', () => {
  it.each([
    ['1: −23 dBFS', steps([[-23, 20]]), -23],
    ['2: −33 dBFS', steps([[-33, 20]]), -33],
    ['3: relative gate', steps([[-36, 10], [-23, 60], [-36, 10]]), -23],
    ['4: both gates', steps([[-72, 10], [-36, 10], [-23, 60], [-36, 10], [-72, 10]]), -23],
    ['5: −26/−20/−26', steps([[-26, 20], [-20, 20.1], [-26, 20]]), -23],
    ['6: 5.0 channels', [-28, -28, -24, -30, -30].map((dbfs) => tone(1000, RATE, 20, 10 ** (dbfs / 20))), -23],
  ] as const)('case %s', (_, channels, lufs) => {
    expect(Math.abs(analyzeLoudness(channels, RATE).integratedLufs - lufs)).toBeLessThanOrEqual(0.1);
  });
  it('case 1 holds for momentary and short-term loudness', () => {
    const { momentaryMaxLufs, shortTermMaxLufs } = analyzeLoudness(steps([[-23, 20]]), RATE);
    expect(Math.abs(momentaryMaxLufs + 23)).toBeLessThanOrEqual(0.1);
    expect(Math.abs(shortTermMaxLufs + 23)).toBeLessThanOrEqual(0.1);
  });
  // Cases 15 to 18: sines of a quarter of the rate (and its parts) at 0.5, phases as listed; −6.0 dBTP, +0.2 −0.4.
  it.each([[15, 4, 0], [16, 4, 45], [17, 6, 60], [18, 8, 67.5]])('case %d: true peak of fs/%d at %d°', (_, divisor, degrees) => {
    const ramp = 2400; // the sudden ends of a sine overshoot by themselves
    const sine = tone(RATE / divisor, RATE, 1, 0.5, (degrees * Math.PI) / 180).map((x, i) => x * Math.min(1, i / ramp, (RATE - 1 - i) / ramp));
    const dbtp = 20 * Math.log10(measureTruePeak(sine));
    expect(dbtp).toBeLessThanOrEqual(-5.8);
    expect(dbtp).toBeGreaterThanOrEqual(-6.4);
  });
});

describe('EBU Tech 3342, table 1: minimum requirements test signals', () => {
  it.each([
    ['1', [[-20, 20], [-30, 20]], 10],
    ['2', [[-20, 20], [-15, 20]], 5],
    ['3', [[-40, 20], [-20, 20]], 20],
    ['4', [[-50, 20], [-35, 20], [-20, 20], [-35, 20], [-50, 20]], 15],
  ] as const)('case %s', (_, list, lu) => {
    expect(Math.abs(analyzeLoudness(steps(list), RATE).rangeLu - lu)).toBeLessThanOrEqual(1);
  });
});
