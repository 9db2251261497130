import { createFrameSpectra } from '../features/frame-spectra.js';
import { powerToDb } from '../units.js';
import { createBandSums } from './band-sums.js';
import { levelSums } from './level-sums.js';

/** Frames of at least this length, half overlapped. */
const FRAME_SEC = 0.03;
/** Below this no voice speaks: what is there is noise. */
const VOICE_FROM_HZ = 60;
/** Bands of a third of an octave above it, at least two bins wide. */
const BAND_RATIO = 2 ** (1 / 3);
/** Frames quieter than this are digital silence: they tell nothing of the noise (16-bit rounding noise is at −98 dBFS). */
const DIGITAL_SILENCE_POWER = 10 ** -9.4;
/** The share of a band's frames that pauses between sounds surely fill. */
const FLOOR_SHARE = 0.1;
/** Normal deviates of that share, and of the share of the noise (0.69) whose mean refines the floor, in so many rounds: the settings that came closest at known noise. */
const FLOOR_Z = -1.2816;
const TOP_Z = 0.5;
const ROUNDS = 3;
/** Where the pauses are digital silence, the quietest frames left are noise only if they are alike: this far apart at most. */
const STEADY_DB = 6;
/** Fewer frames than this give no estimate (0.2 s). */
const FEWEST_FRAMES = 12;
/** Speech this far below the noise or lower cannot be told from it. */
const LOWEST_SNR_DB = -10;

/** Linear mean powers. */
export type NoiseEstimate = { readonly speech: number; readonly noise: number };

/**
 * Estimates the noise under speech from the minima of each band (after R. Martin, "Noise power spectral density estimation based on optimal smoothing and minimum statistics", 2001), and
 * the speech as all power less the noise, pauses included. Right for steady noise; reverberation and music count as speech or noise as they come.
 * @returns Null where speech and noise cannot be told apart: silence, steady tones or noise, pauses of digital silence, under about a third of a second.
 */
export function estimateNoise(samples: Float32Array, sampleRateHz: number): NoiseEstimate | null {
  const bands = bandPowers(samples, sampleRateHz);
  if (bands === null) return null;
  let noise = 0, total = 0;
  for (const { powers, shape, voice } of bands) {
    const mean = meanOf(powers);
    total += mean;
    noise += voice ? Math.min(mean, noiseFloor(powers, shape)) : mean;
  }
  return total > noise && powerToDb((total - noise) / noise) > LOWEST_SNR_DB ? { speech: total - noise, noise } : null;
}

type Band = {
  /** Power of each frame. */
  readonly powers: Float64Array;
  /** Degrees of freedom / 2 of noise in this band: the shape of its gamma distribution. */
  readonly shape: number;
  readonly voice: boolean;
};

function bandPowers(samples: Float32Array, sampleRateHz: number): readonly Band[] | null {
  const size = 2 ** Math.max(4, Math.ceil(Math.log2(FRAME_SEC * sampleRateHz))), hop = size / 2;
  const frames = Math.floor((samples.length - size) / hop) + 1;
  if (frames < FEWEST_FRAMES) return null;
  const edges = bandEdges(size, sampleRateHz), count = edges.length - 1;
  const window = hannOf(size);
  const scale = 2 / (0.375 * size * size), offset = levelSums(samples).sum / samples.length; // one-sided, by the window's power
  const powers = Array.from({ length: count }, () => new Float64Array(frames)), totals = new Float64Array(frames);
  const starts = Float64Array.from({ length: frames }, (_, f) => f * hop), sumBands = createBandSums(edges);
  let sounding = 0;
  createFrameSpectra({ size, window, kind: 'power' })(samples, starts, offset, (values, _, lanes) => {
    for (let lane = 0; lane < 4; lane++) { values[lane]! /= 2; values[4 * hop + lane]! /= 2; } // these bins have no twin
    const sums = sumBands(values);
    for (let lane = 0; lane < lanes; lane++) {
      let total = 0;
      for (let b = 0; b < count; b++) { const power = sums[4 * b + lane]! * scale; powers[b]![sounding] = power; total += power; }
      if (total <= DIGITAL_SILENCE_POWER) continue;
      totals[sounding++] = total;
    }
  });
  if (sounding < FEWEST_FRAMES) return null;
  if (frames - sounding >= frames * FLOOR_SHARE) {
    const sorted = totals.slice(0, sounding).sort();
    if (sorted[Math.floor(sounding * FLOOR_SHARE)]! > sorted[Math.floor(sounding * FLOOR_SHARE * 0.25)]! * 10 ** (STEADY_DB / 10)) return null;
  }
  return powers.map((values, b) => {
    return { powers: values.slice(0, sounding), shape: shapeOf(edges[b + 1]! - edges[b]!), voice: b > 0 };
  });
}

/** The last Hann window: clips come by the thousand. */
let hann = new Float64Array(0);
const hannOf = (size: number): Float64Array => (hann.length === size ? hann : (hann = Float64Array.from({ length: size }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / size))));

/** First bins of the bands, and the end of the last; the first band is what lies below the voice. */
function bandEdges(size: number, sampleRateHz: number): readonly number[] {
  const last = size / 2, edges = [0, Math.min(last, Math.max(1, Math.ceil((VOICE_FROM_HZ * size) / sampleRateHz)))];
  while (edges.at(-1)! <= last) {
    const from = edges.at(-1)!, to = Math.max(from + 2, Math.round(from * BAND_RATIO));
    edges.push(to + 2 > last ? last + 1 : to);
  }
  return edges;
}

/** Neighbouring bins of a Hann window are correlated: 4/9 and 1/36 of the power (F. J. Harris 1978, §IV). */
const shapeOf = (bins: number): number => (bins * bins) / (bins + (2 * (bins - 1) * 4) / 9 + (2 * Math.max(0, bins - 2)) / 36);

/** Mean of the noise among powers of which some hold speech; reorders them. */
function noiseFloor(powers: Float64Array, shape: number): number {
  let noise = nthSmallest(powers, Math.floor(powers.length * FLOOR_SHARE)) / gammaQuantile(shape, FLOOR_Z);
  const top = gammaQuantile(shape, TOP_Z);
  for (let round = 0; round < ROUNDS; round++) {
    let sum = 0, count = 0;
    const limit = noise * top;
    for (let i = 0; i < powers.length; i++) { const power = powers[i]!; if (power <= limit) { sum += power; count += 1; } }
    if (count === 0) break;
    noise = sum / count / truncatedMean(shape);
  }
  return noise;
}

/** The value that `rank` values lie before in ascending order (C. A. R. Hoare, "Algorithm 65: Find", 1961); reorders them. */
export function nthSmallest(values: Float64Array, rank: number): number {
  for (let low = 0, high = values.length - 1; low < high;) {
    const pivot = values[(low + high) >> 1]!;
    let i = low, j = high;
    while (i <= j) {
      while (values[i]! < pivot) i += 1;
      while (values[j]! > pivot) j -= 1;
      if (i > j) break;
      const x = values[i]!;
      values[i++] = values[j]!;
      values[j--] = x;
    }
    if (rank <= j) high = j; else if (rank >= i) low = i; else break;
  }
  return values[rank]!;
}

/** The value that a gamma variable of mean 1 stays below, by the normal deviate of the share (Wilson and Hilferty 1931). */
const gammaQuantile = (shape: number, z: number): number => (1 - 1 / (9 * shape) + z / (3 * Math.sqrt(shape))) ** 3;

/** What was integrated before: bands of one width have one shape, and clips come by the thousand. */
const truncatedMeans = new Map<number, number>();
const MOST_KNOWN = 1000;

/** Mean of a gamma variable of mean 1 below its quantile at {@link TOP_Z}. */
function truncatedMean(shape: number): number {
  const known = truncatedMeans.get(shape);
  if (known !== undefined) return known;
  const mean = integrateBelow(shape, TOP_Z);
  if (truncatedMeans.size < MOST_KNOWN) truncatedMeans.set(shape, mean);
  return mean;
}

function integrateBelow(shape: number, z: number): number {
  let sum = 0, weight = 0;
  for (let i = 0; i < 200; i++) {
    const at = -3.5 + ((z + 3.5) * (i + 0.5)) / 200, w = Math.exp((-at * at) / 2);
    sum += w * Math.max(0, gammaQuantile(shape, at));
    weight += w;
  }
  return sum / weight;
}

function meanOf(values: Float64Array): number {
  let s0 = 0, s1 = 0, s2 = 0, s3 = 0, i = 0; // sums that do not wait for each other
  for (const end = values.length - 3; i < end; i += 4) { s0 += values[i]!; s1 += values[i + 1]!; s2 += values[i + 2]!; s3 += values[i + 3]!; }
  for (; i < values.length; i++) s0 += values[i]!;
  return values.length === 0 ? 0 : (s0 + s1 + s2 + s3) / values.length;
}
