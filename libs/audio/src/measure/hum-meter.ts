import { createRealFft, type RealFft } from '../features/real-fft.js';
import { powerToDb } from '../units.js';
import { type MeterPart } from './meter-part.js';
import { createRuns } from './run-sums.js';

/** NaN where there is none. */
export type Hum = { readonly humHz: number; readonly humDbfs: number };

const MAINS_HZ = [50, 60] as const;
/** The fundamental and what rectifiers add; speech is strong above. */
const HARMONICS = 6;
/** Work rate at least, and the length of a frame: lines 2 Hz apart are told apart. */
const WORK_RATE_HZ = 2000;
const FRAME_SEC = 1;
/** Mains frequency wanders by up to 0.2 Hz, in other grids 0.5 (EN 50160). */
const NEAR_HZ = 1.5;
/** A line is hum when it stands this far above what lies 4 to 9 Hz beside it; of the harmonics, two must. */
const STANDS_OUT = 10;
const FEWEST_LINES = 2;
/** Fewer frames than this cannot tell hum from a held note. */
const FEWEST_FRAMES = 3;

/** Mains hum of the mean channel, by lines that are there in every frame: each bin keeps its smallest power. */
export function createHumMeter(sampleRateHz: number): MeterPart<Hum> {
  const by = Math.max(1, Math.floor(sampleRateHz / WORK_RATE_HZ)), rate = sampleRateHz / by, size = 2 * Math.max(8, Math.round((FRAME_SEC * rate) / 2));
  const held = new Float64Array(size), least = new Float64Array(size / 2 + 1).fill(Infinity);
  const sums = createRuns('sums', by);
  let filled = 0, frames = 0;
  const take = (): void => {
    const { fft, window, signal, re, im } = workOf(size);
    for (let i = 0; i < size; i++) signal[i] = held[i]! * window[i]!;
    fft.forward(signal, re, im);
    for (let k = 0; k < least.length; k++) { const power = re[k]! * re[k]! + im[k]! * im[k]!; if (power < least[k]!) least[k] = power; }
    frames += 1;
  };
  return {
    push([samples]) {
      const found = sums.push(samples!);
      for (let i = 0; i < found.length;) {
        const count = Math.min(size - filled, found.length - i);
        for (let k = 0; k < count; k++) held[filled + k] = found[i + k]! / by; // a mean is enough of a low-pass below 360 Hz
        i += count;
        filled += count;
        if (filled === size) { take(); filled = 0; }
      }
    },
    end() {
      if (frames < FEWEST_FRAMES) return { humHz: NaN, humDbfs: NaN };
      const found = MAINS_HZ.map((mains) => ({ mains, ...linesOf(least, mains, rate / size) })).filter(({ lines }) => lines >= FEWEST_LINES).sort((a, b) => b.power - a.power)[0];
      return found === undefined ? { humHz: NaN, humDbfs: NaN } : { humHz: found.mains, humDbfs: powerToDb((found.power * 2) / (0.375 * size * size)) };
    },
  };
}

type Work = { readonly fft: RealFft; readonly window: Float64Array; readonly signal: Float64Array; readonly re: Float64Array; readonly im: Float64Array };
let work: Work | undefined;

/** Tables and scratch of one size, kept for the next clip. */
function workOf(size: number): Work {
  if (work?.fft.size === size) return work;
  const window = Float64Array.from({ length: size }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / size));
  return (work = { fft: createRealFft(size), window, signal: new Float64Array(size), re: new Float64Array(size / 2 + 1), im: new Float64Array(size / 2 + 1) });
}

/** Power and number of the lines at multiples of a mains frequency. */
function linesOf(least: Float64Array, mainsHz: number, binHz: number): { readonly lines: number; readonly power: number } {
  let lines = 0, power = 0;
  for (let h = 1; h <= HARMONICS; h++) {
    const at = h * mainsHz, end = least.length * binHz;
    if (at + 9 >= end) break;
    const line = between(least, (at - NEAR_HZ) / binHz, (at + NEAR_HZ) / binHz), beside = [between(least, (at - 9) / binHz, (at - 4) / binHz), between(least, (at + 4) / binHz, (at + 9) / binHz)];
    const floor = Math.max(...beside.map(({ sum, count }) => sum / count));
    if (!(line.sum > 0 && line.most > floor * STANDS_OUT)) continue;
    lines += 1;
    power += line.sum;
  }
  return { lines, power };
}

function between(least: Float64Array, from: number, to: number): { readonly sum: number; readonly most: number; readonly count: number } {
  let sum = 0, most = 0, count = 0;
  for (let k = Math.max(0, Math.ceil(from)); k <= to && k < least.length; k++) { sum += least[k]!; most = Math.max(most, least[k]!); count += 1; }
  return { sum, most, count };
}
