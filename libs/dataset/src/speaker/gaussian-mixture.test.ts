import { expect, it } from 'vitest';
import { cepstraOf } from './cepstra.js';
import { learnMixture, logDensities } from './gaussian-mixture.js';

/** Normal numbers by Box and Muller 1958 from a seeded generator. */
const normals = (count: number, seed: number): Float32Array => {
  let state = seed;
  const next = () => { state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0; return (state + 1) / 2 ** 32; };
  return Float32Array.from({ length: count }, () => Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next()));
};

it('of one Gaussian gives the density of the textbook', () => {
  const values = Float32Array.from([1, 3]);
  const mixture = learnMixture({ values, size: 1 }, [0, 1]);
  const [mean, variance] = [2, 1];
  const expected = [1, 3].map((x) => -0.5 * (Math.log(2 * Math.PI * variance) + (x - mean) ** 2 / variance));
  expect([...logDensities(mixture, { values, frames: 2 })]).toEqual(expected.map((value) => expect.closeTo(value, 5) as number));
});

it('learns two clouds, and gives a third frame away from both a lower density', () => {
  const values = normals(2000, 1).map((value, i) => value + (Math.floor(i / 2) % 2 === 0 ? -2.5 : 2.5));
  const mixture = learnMixture({ values, size: 2 }, Array.from({ length: 1000 }, (_, t) => t));
  const [near, other, away] = logDensities(mixture, { values: Float32Array.from([-2.5, -2.5, 2.5, 2.5, 0, 0]), frames: 3 });
  // Half the weight on a unit normal in two dimensions: log(1/2) − log(2π) = −2.53 at its middle; learnt from 500 frames each, in up to 32 pieces.
  expect([near, other]).toEqual([expect.closeTo(-2.53, 0), expect.closeTo(-2.53, 0)]);
  expect(away!).toBeLessThan(near! - 3);
});

it('hears the same voice in a louder line: a gain moves the level alone', () => {
  const samples = normals(8000, 2).map((value) => 0.05 * value);
  const [quiet, loud] = [cepstraOf(samples, 16_000), cepstraOf(samples.map((value) => 4 * value), 16_000)];
  expect(loud.values.every((value, i) => Math.abs(value - quiet.values[i]!) < 1e-3)).toBe(true);
  expect(loud.levels[10]! - quiet.levels[10]!).toBeCloseTo(Math.log(16), 3);
});
