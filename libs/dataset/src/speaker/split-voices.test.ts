import fc from 'fast-check';
import { expect, it } from 'vitest';
import { splitVoices } from './split-voices.js';
import { toUnit } from './vectors.js';

const SIZE = 24;
/** Vectors about a common direction (the line) and one of their own (the voice), with a spread of a window's. */
function voices(counts: readonly number[], apart: number, seed: number): Float32Array[] {
  let state = seed;
  const random = (): number => { state = (Math.imul(state, 1664525) + 1013904223) >>> 0; return state / 2 ** 32; };
  const normal = (): number => Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random());
  const line = Float32Array.from({ length: SIZE }, normal);
  return counts.flatMap((count) => {
    const own = Float32Array.from({ length: SIZE }, normal);
    return Array.from({ length: count }, () => toUnit(line.map((value, d) => value + apart * own[d]! + 0.15 * normal())));
  });
}
const byVoice = (counts: readonly number[]) => { let at = 0; return counts.map((count) => Array.from({ length: count }, () => at++)); };
const sorted = (parts: readonly (readonly number[])[]) => parts.map((part) => [...part].sort((a, b) => a - b)).sort((a, b) => a[0]! - b[0]!);

it('parts two voices, and three, on a line that makes them alike', () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    expect(sorted(splitVoices(voices([40, 25], 0.6, seed), null))).toEqual(byVoice([40, 25]));
    expect(sorted(splitVoices(voices([40, 25, 30], 0.8, seed), null))).toEqual(byVoice([40, 25, 30]));
  }
});
it('leaves one voice whole', () => {
  for (let seed = 1; seed <= 20; seed += 1) expect(splitVoices(voices([50], 0.6, seed), null)).toHaveLength(1);
});
it('takes two voices that are nearly alike for one, unless the enrolment tells them apart', () => {
  let told = 0;
  for (let seed = 1; seed <= 20; seed += 1) {
    const units = voices([30, 30], 0.3, seed);
    if (splitVoices(units, null).length > 1) continue;
    const parts = splitVoices(units, units[0]!);
    if (parts.length === 1) continue;
    told += 1;
    expect(sorted(parts)).toEqual(byVoice([30, 30]));
  }
  expect(told).toBeGreaterThan(3);
});
it('loses no window, whatever they are', () => {
  fc.assert(fc.property(fc.array(fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 60 }), (rows) => {
    const units = rows.map((row) => toUnit(Float32Array.from(row, (value) => value + 1.5)));
    expect(splitVoices(units, null).flat().sort((a, b) => a - b)).toEqual(units.map((_, i) => i));
  }));
});
