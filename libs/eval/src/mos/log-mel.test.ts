import { describe, expect, it } from 'vitest';
import golden from './dnsmos.golden.json' with { type: 'json' };
import { createPowerSpectrum321, DFT_BINS, DFT_POINTS } from './dft-321.js';
import { createLogMel } from './log-mel.js';
import { hzToMel, melFilters, melToHz } from './mel-filters.js';
import { mapP835 } from './polyfit.js';

/** The golden's signal: goldens/make-dnsmos-golden.py, `signal`. */
function goldenSignal(length = 4000): Float32Array {
  let state = 1n;
  return Float32Array.from({ length }, (_, n) => {
    state = (state * 1103515245n + 12345n) % 2n ** 31n;
    const t = n / 16_000;
    const tones = 0.3 * Math.sin(2 * Math.PI * (220 + 400 * t) * t) + 0.1 * Math.sin(2 * Math.PI * (3000 - 2000 * t) * t);
    return tones + 0.01 * (Number(state) / 2 ** 30 - 1);
  });
}

it('has the power spectrum of the defining sum', () => {
  const frame = Float64Array.from(goldenSignal(DFT_POINTS));
  const fast = new Float64Array(DFT_BINS);
  createPowerSpectrum321()(frame, fast, 0);
  for (let k = 0; k < DFT_BINS; k += 1) {
    let re = 0;
    let im = 0;
    for (let n = 0; n < DFT_POINTS; n += 1) {
      re += frame[n]! * Math.cos((2 * Math.PI * k * n) / DFT_POINTS);
      im -= frame[n]! * Math.sin((2 * Math.PI * k * n) / DFT_POINTS);
    }
    expect(fast[k]!, `bin ${k}`).toBeCloseTo(re * re + im * im, 8);
  }
});

describe.each(['librosa-0.8.1', 'librosa-0.11'] as const)('%s', (variant) => {
  it.each(Object.entries(golden[variant].filters))('has the golden mel filter %s', (band, expected) => {
    const filter = melFilters(variant)[Number(band)]!;
    expect(filter.firstBin).toBe(expected.firstBin);
    expect(filter.weights).toHaveLength(expected.weights.length);
    expected.weights.forEach((weight, i) => expect(filter.weights[i]! / weight).toBeCloseTo(1, 5)); // librosa computes them in float32
  });

  it('has the golden log mel', () => {
    const feature = createLogMel(variant)(goldenSignal());
    expect(feature).toHaveLength(golden[variant].shape[0]! * golden[variant].shape[1]!);
    for (const [row, values] of Object.entries(golden[variant].rows)) {
      values.forEach((value, band) => expect(Math.abs(feature[Number(row) * 120 + band]! - value), `row ${row} band ${band}`).toBeLessThan(2e-5)); // six decimals, float32 filters
    }
  });
});

it('undoes its own mel scale', () => {
  for (const hz of [0, 100, 999, 1000, 1001, 4000, 8000]) expect(melToHz(hzToMel(hz))).toBeCloseTo(hz, 8);
});

it.each(Object.entries(golden.polynomials).flatMap(([name, pairs]) => pairs.map(([raw, mapped]) => ({ name, raw: raw!, mapped: mapped! }))))('maps $name $raw as numpy.poly1d', ({ name, raw, mapped }) => {
  expect(mapP835(name as 'sig', raw)).toBeCloseTo(mapped, 12);
});

it('refuses a clip shorter than half a window', () => {
  expect(() => createLogMel('librosa-0.11')(new Float32Array(160))).toThrow('samples must be longer than 160, got 160');
});
