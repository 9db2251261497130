import type { Cepstra } from './cepstra.js';

/** Gaussians of a voice (Reynolds and Rose 1995 use 16 to 64 for speaker models), each with so many frames to learn from at least. */
const MOST_GAUSSIANS = 32;
const FRAMES_A_GAUSSIAN = 30;
/** Frames learnt from, spread over all that are given: more change little. Source: ours. */
const MOST_FRAMES = 6000;
/** Rounds of expectation and maximisation (Dempster et al. 1977). Source: ours; the likelihood settles. */
const ROUNDS = 8;
/** No variance is below this share of that of all frames: variance limiting of Reynolds and Rose 1995; the share is ours. */
const VARIANCE_FLOOR = 0.1;
const LEAST_VARIANCE = 1e-4;

/** A mixture of Gaussians with diagonal covariances. */
export type GaussianMixture = { readonly size: number; readonly means: readonly Float64Array[]; readonly precisions: readonly Float64Array[]; readonly constants: readonly number[] };

/** Learns how the frames `chosen` sound. The same frames give the same mixture. @param chosen - At least one place in `cepstra`. */
export function learnMixture({ values, size }: Pick<Cepstra, 'values' | 'size'>, chosen: readonly number[]): GaussianMixture {
  const step = Math.max(1, chosen.length / MOST_FRAMES);
  const used = Array.from({ length: Math.min(chosen.length, MOST_FRAMES) }, (_, i) => chosen[Math.floor(i * step)]!);
  const count = Math.max(1, Math.min(MOST_GAUSSIANS, Math.floor(used.length / FRAMES_A_GAUSSIAN)));
  const mean = new Float64Array(size);
  const spread = new Float64Array(size);
  for (const t of used) for (let k = 0; k < size; k += 1) mean[k]! += values[t * size + k]! / used.length;
  for (const t of used) for (let k = 0; k < size; k += 1) spread[k]! += (values[t * size + k]! - mean[k]!) ** 2 / used.length;
  const floor = spread.map((value) => Math.max(LEAST_VARIANCE, VARIANCE_FLOOR * value));
  const means = Array.from({ length: count }, (_, c) => { const t = used[Math.floor(((c + 0.5) * used.length) / count)]!; return Float64Array.from(values.subarray(t * size, (t + 1) * size)); });
  const variances = means.map(() => spread.map((value, k) => Math.max(floor[k]!, value)));
  const weights = means.map(() => 1 / count);
  const scores = new Float64Array(count);
  let mixture = withConstants(size, means, variances, weights);
  for (let round = 0; round < ROUNDS; round += 1) {
    const mass = new Float64Array(count);
    const sums = means.map(() => new Float64Array(size));
    const squares = means.map(() => new Float64Array(size));
    for (const t of used) {
      const total = scoreFrame(mixture, values, t, scores);
      for (let c = 0; c < count; c += 1) {
        const share = Math.exp(scores[c]! - total);
        if (share < 1e-4) continue;
        mass[c]! += share;
        const [sum, square] = [sums[c]!, squares[c]!];
        for (let k = 0; k < size; k += 1) { const value = values[t * size + k]!; sum[k]! += share * value; square[k]! += share * value * value; }
      }
    }
    for (let c = 0; c < count; c += 1) {
      if (mass[c]! < 1) continue; // hardly a frame is left to it: it stays as it was
      weights[c] = mass[c]! / used.length;
      for (let k = 0; k < size; k += 1) {
        means[c]![k] = sums[c]![k]! / mass[c]!;
        variances[c]![k] = Math.max(floor[k]!, squares[c]![k]! / mass[c]! - means[c]![k]! ** 2);
      }
    }
    mixture = withConstants(size, means, variances, weights);
  }
  return mixture;
}

function withConstants(size: number, means: readonly Float64Array[], variances: readonly Float64Array[], weights: readonly number[]): GaussianMixture {
  return {
    size, means: means.map((one) => one.slice()), precisions: variances.map((one) => one.map((value) => 1 / value)),
    constants: variances.map((one, c) => Math.log(weights[c]! + 1e-9) - 0.5 * one.reduce((sum, value) => sum + Math.log(2 * Math.PI * value), 0)),
  };
}

/** The logarithm of a frame's density; `scores` receives that of each Gaussian with its weight. */
function scoreFrame({ size, means, precisions, constants }: GaussianMixture, values: Float32Array, frame: number, scores: Float64Array): number {
  const at = frame * size;
  let most = -Infinity;
  for (let c = 0; c < means.length; c += 1) {
    const [mean, precision] = [means[c]!, precisions[c]!];
    let sum = 0;
    for (let k = 0; k < size; k += 1) { const away = values[at + k]! - mean[k]!; sum += away * away * precision[k]!; }
    const score = constants[c]! - 0.5 * sum;
    scores[c] = score;
    if (score > most) most = score;
  }
  let total = 0;
  for (let c = 0; c < means.length; c += 1) total += Math.exp(scores[c]! - most);
  return most + Math.log(total);
}

/** Natural logarithm of each frame's density; shape `[frames]`. */
export function logDensities(mixture: GaussianMixture, { values, frames }: Pick<Cepstra, 'values' | 'frames'>): Float32Array {
  const scores = new Float64Array(mixture.means.length);
  return Float32Array.from({ length: frames }, (_, t) => scoreFrame(mixture, values, t, scores));
}
