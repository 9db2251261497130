// A port of resampy 0.2.2's `kaiser_best`, which the published DNSMOS scores were made with. It is kept with its quirks (a filter
// step cut to an integer, a clock that adds up rounding): the P.808 model hears the band near 8 kHz and moves by up to 0.27 without.
// resampy is ISC-licensed, copyright (c) 2016, Brian McFee: permission to use, copy, modify and/or distribute this software for any
// purpose with or without fee is granted, provided that this notice appears in all copies; it comes "as is", without warranty.

const ZERO_CROSSINGS = 64; // Source: resampy 0.2.2, data/kaiser_best.npz: 32 769 points
const TABLE_STEPS = 512; // Source: resampy 0.2.2, data/kaiser_best.npz, precision
const ROLLOFF = 0.9475937167399596; // Source: resampy 0.2.2, data/kaiser_best.npz, rolloff
const KAISER_BETA = 14.769656459379492; // Source: resampy 0.2.2, filters.py, docstring of kaiser_best

/**
 * Resamples one channel as librosa 0.8.1 does by default: `kaiser_best`, filled with zeros to `ceil(length · toHz / fromHz)`.
 * @param samples - Mono, −1…1.
 * @param fromHz - Above 0.
 * @param toHz - Above 0.
 * @throws {RangeError} when a rate is not a number above 0.
 */
export function resampleKaiserBest(samples: Float32Array, fromHz: number, toHz: number): Float32Array {
  for (const [name, rate] of Object.entries({ fromHz, toHz })) if (!(rate > 0) || !Number.isFinite(rate)) throw new RangeError(`${name} must be above 0, got ${rate}`);
  if (fromHz === toHz) return samples.slice();
  const ratio = toHz / fromHz;
  const scale = Math.min(1, ratio);
  const table = scaledWindow(scale);
  const points = table.length;
  const step = Math.trunc(scale * TABLE_STEPS);
  const increment = 1 / ratio;
  const computed = Math.trunc(samples.length * ratio);
  const output = new Float32Array(Math.ceil(samples.length * ratio));
  let clock = 0;
  for (let t = 0; t < computed; t += 1) {
    const n = Math.trunc(clock);
    let fraction = scale * (clock - n);
    let sum = 0;
    let at = fraction * TABLE_STEPS;
    let offset = Math.trunc(at);
    let eta = at - offset;
    const left = Math.min(n + 1, Math.trunc((points - offset) / step));
    for (let i = 0, p = offset; i < left; i += 1, p += step) {
      const weight = table[p]!;
      sum += (weight + eta * ((p + 1 < points ? table[p + 1]! : weight) - weight)) * samples[n - i]!;
    }
    fraction = scale - fraction;
    at = fraction * TABLE_STEPS;
    offset = Math.trunc(at);
    eta = at - offset;
    const right = Math.min(samples.length - n - 1, Math.trunc((points - offset) / step));
    for (let k = 0, p = offset; k < right; k += 1, p += step) {
      const weight = table[p]!;
      sum += (weight + eta * ((p + 1 < points ? table[p + 1]! : weight) - weight)) * samples[n + k + 1]!;
    }
    output[t] = sum;
    clock += increment;
  }
  return output;
}

/** The right half of the windowed sinc, times the gain of a lower rate. Source: resampy 0.2.2, filters.py, sinc_window. */
function scaledWindow(gain: number): Float64Array {
  const last = ZERO_CROSSINGS * TABLE_STEPS;
  const peak = besselI0(KAISER_BETA);
  return Float64Array.from({ length: last + 1 }, (_, i) => {
    const x = Math.PI * ROLLOFF * (i / TABLE_STEPS);
    const sinc = i === 0 ? 1 : Math.sin(x) / x;
    const taper = besselI0(KAISER_BETA * Math.sqrt(1 - (i / last) ** 2)) / peak;
    return taper * ROLLOFF * sinc * gain;
  });
}

/** Modified Bessel function of the first kind, order 0, by its power series. Source: Abramowitz and Stegun 9.6.12. */
function besselI0(x: number): number {
  const quarter = (x * x) / 4;
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-17; k += 1) {
    term *= quarter / (k * k);
    sum += term;
  }
  return sum;
}
