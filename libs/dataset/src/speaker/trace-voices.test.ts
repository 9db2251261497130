import { expect, it } from 'vitest';
import { traceVoices, type Seed } from './trace-voices.js';

const RATE = 8000;
/** Two sounds that any model tells apart: rows of harmonics of 140 and 230 Hz, strong below and above 1 kHz; with a little noise, so that no two frames are the same. */
function voice(which: 0 | 1, i: number, noise: number): number {
  let sum = 0;
  for (let h = 1; h * [140, 230][which]! < 3600; h += 1) { const hz = h * [140, 230][which]!; sum += ((which === 0) === (hz < 1000) ? 1 : 0.1) * Math.sin((2 * Math.PI * hz * i) / RATE); }
  return 0.05 * sum + 0.01 * noise;
}
/** Who sounds at each sample: 0, 1, both, or nobody. */
function call(totalSec: number, who: (sec: number) => readonly (0 | 1)[]): Float32Array {
  let state = 7;
  const random = (): number => { state = (Math.imul(state, 1664525) + 1013904223) >>> 0; return state / 2 ** 31 - 1; };
  return Float32Array.from({ length: totalSec * RATE }, (_, i) => who(i / RATE).reduce((sum, which) => sum + voice(which, i, random()), 1e-4 * random()));
}
const seedsOf = (totalSec: number, who: (sec: number) => readonly (0 | 1)[], known: (sec: number) => boolean): Seed[] => Array.from({ length: totalSec * 100 }, (_, t) => {
  const speaking = who((t + 0.5) / 100);
  return known(t / 100) && speaking.length === 1 ? (speaking[0] === 0 ? 'speaker' : 'other') : null;
});
const keptAt = (spans: readonly { startSec: number; endSec: number }[] | null, sec: number): boolean => spans!.some(({ startSec, endSec }) => startSec <= sec && endSec > sec);

it('drops what both say at once', () => {
  const totalSec = 24;
  const who = (sec: number): readonly (0 | 1)[] => (sec % 12 > 11 ? [] : sec < 12 ? (sec > 5 && sec < 7 ? [0, 1] : [0]) : [1]);
  const kept = traceVoices(call(totalSec, who), RATE, seedsOf(totalSec, who, (sec) => sec < 4 || sec > 8), new Float32Array(totalSec * 100).fill(0.5));
  expect([2, 9, 15].map((sec) => keptAt(kept, sec))).toEqual([true, true, false]);
  expect([5.3, 6, 6.7].map((sec) => keptAt(kept, sec))).toEqual([false, false, false]);
});
it('takes a margin off where another follows after the shortest of pauses, and none where they wait', () => {
  const totalSec = 24;
  for (const [pauseSec, margin] of [[0.05, true], [0.5, false]] as const) {
    const who = (sec: number): readonly (0 | 1)[] => (sec < 11 ? [0] : sec < 11 + pauseSec ? [] : [1]);
    const kept = traceVoices(call(totalSec, who), RATE, seedsOf(totalSec, who, (sec) => sec < 9 || sec > 13), new Float32Array(totalSec * 100).fill(0.5));
    expect([keptAt(kept, 10.8), keptAt(kept, 10.2), keptAt(kept, 12)]).toEqual([!margin, true, false]);
  }
});
it('says that it cannot learn a voice from less than a second', () => {
  const who = (sec: number): readonly (0 | 1)[] => (sec < 5 ? [0] : [1]);
  expect(traceVoices(call(10, who), RATE, seedsOf(10, who, (sec) => sec < 5.5), new Float32Array(1000).fill(0.5))).toBeNull();
});
