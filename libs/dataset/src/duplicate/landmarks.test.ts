import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createLandmarks, landmarksOf } from './landmarks.js';

const RATE = 16_000;
let state = 1;
/** Noise, which has peaks everywhere: Numerical Recipes' generator. */
const sound = Float32Array.from({ length: 6 * RATE }, () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32 - 0.5);

it('is the same however the sound is cut into blocks', () => {
  const whole = landmarksOf(sound, RATE);
  expect(whole.hashes.length).toBeGreaterThan(50);
  fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 30_000 }), { minLength: 1, maxLength: 20 }), (sizes) => {
    const listener = createLandmarks(RATE);
    for (let at = 0, i = 0; at < sound.length; i += 1) {
      const size = 1 + sizes[i % sizes.length]!;
      listener.push(sound.subarray(at, at + size));
      at += size;
    }
    expect(listener.end()).toEqual(whole);
  }), { numRuns: 20 });
});
