import { type Kernel, loadKernel } from '../wasm/load-kernel.js';
import { MEASURE_WASM_BASE64 } from './measure-wasm.js';

/** kernel/measure.ts, compiled. Numbers are addresses and lengths unless said there. */
export type MeasureKernel = Kernel<{
  readonly levels: (at: number, count: number, out: number) => void;
  readonly energies: (at: number, length: number, runs: number, out: number) => void;
  readonly sums: (at: number, length: number, runs: number, out: number) => void;
  readonly moments: (at: number, corners: number, pieces: number, out: number) => void;
  readonly logarithms: (at: number, count: number, least: number, out: number) => void;
  readonly weigh: (at: number, count: number, filter: number) => number;
  readonly frameLevels: (at: number, middles: number, frames: number, period: number, window: number, reach: number, out: number) => void;
  readonly findPeaks: (values: number, lags: number, correction: number, shortest: number, longest: number, threshold: number, sinc: number, steps: number, depth: number, r: number, counts: number, out: number, most: number) => void;
  readonly bandSums: (values: number, edges: number, bands: number, out: number) => void;
  readonly truePeak: (samples: number, spots: number, half: number, middle: number, rows: number, near: number, refine: number, finish: number, best: number) => number;
}>;

let kernel: MeasureKernel | null | undefined;

/** The kernel, compiled at the first call; null where WebAssembly or its SIMD instructions are missing. */
export const loadMeasureKernel = (): MeasureKernel | null => (kernel === undefined ? (kernel = loadKernel(MEASURE_WASM_BASE64)) : kernel);

/** Samples in linear memory at a time: they stay in the cache. */
export const CHUNK = 1 << 14;
