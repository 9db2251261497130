import { createRealFft } from './real-fft.js';
import { loadSpectrumKernel, type SpectrumKernel } from './spectrum-kernel.js';

/** What is taken of each frame: `power` of the bins 0 … size / 2, or `autocorrelation` at the lags 0 … size / 2 (circular, times the size). */
export type SpectrumKind = 'power' | 'autocorrelation';

export type FrameSpectraOptions = {
  /** Points of the transform, a power of two from 16 on; frames are padded with zeros to it. */
  readonly size: number;
  /** Weights of a frame; at most `size`. */
  readonly window: Float64Array;
  readonly kind: SpectrumKind;
};

/** Takes the values of up to four frames: `values[4 · i + lane]` is value i of frame `first + lane`, for lanes below `count`. Valid until it returns. */
export type SpectrumVisitor = (values: Float32Array, first: number, count: number) => void;

/** Frames taken together: the lanes of a vector. */
const LANES = 4;
/** Samples in linear memory at a time. */
const CHUNK = 1 << 15;

/**
 * Makes a function that transforms many frames of a signal, four at a time by WebAssembly SIMD with float32 sums, else one by one.
 * @returns `(samples, starts, means, visit)`: frames begin at `starts`, whole numbers in ascending order; samples outside count as 0; `means` are taken off each frame first.
 */
export function createFrameSpectra(options: FrameSpectraOptions): (samples: Float32Array, starts: Float64Array, means: Float64Array | number, visit: SpectrumVisitor) => void {
  const kernel = loadSpectrumKernel();
  return kernel === null ? plainSpectra(options) : simdSpectra(kernel, options);
}

/** Without SIMD: the same, to rounding. */
export function plainSpectra({ size, window, kind }: FrameSpectraOptions): ReturnType<typeof createFrameSpectra> {
  const fft = createRealFft(size), signal = new Float64Array(size), re = new Float64Array(size / 2 + 1), im = new Float64Array(size / 2 + 1), values = new Float32Array(LANES * (size / 2 + 1));
  return (samples, starts, means, visit) => {
    for (let first = 0; first < starts.length; first += LANES) {
      const count = Math.min(LANES, starts.length - first);
      for (let lane = 0; lane < count; lane++) {
        const mean = typeof means === 'number' ? means : means[first + lane]!;
        for (let i = 0, at = starts[first + lane]!; i < window.length; i++, at++) signal[i] = ((at >= 0 && at < samples.length ? samples[at]! : 0) - mean) * window[i]!;
        signal.fill(0, window.length);
        fft.forward(signal, re, im);
        for (let k = 0; k < re.length; k++) re[k] = re[k]! * re[k]! + im[k]! * im[k]!;
        if (kind === 'autocorrelation') {
          for (let k = 0; k < size; k++) signal[k] = re[k <= size / 2 ? k : size - k]!;
          fft.forward(signal, re, im);
        }
        for (let k = 0; k < re.length; k++) values[LANES * k + lane] = re[k]!;
      }
      visit(values, first, count);
    }
  };
}

function simdSpectra(kernel: SpectrumKernel, { size, window, kind }: FrameSpectraOptions): ReturnType<typeof createFrameSpectra> {
  const half = size / 2, width = Math.ceil(window.length / LANES) * LANES;
  const { turns, ends } = tablesOf(size);
  const weights = new Float32Array(width);
  weights.set(window);
  // What lies where in linear memory, bytes.
  const meansAt = 0, turnsAt = 16, endsAt = align(turnsAt + turns.byteLength), windowAt = align(endsAt + ends.byteLength), workAt = align(windowAt + weights.byteLength);
  const otherAt = workAt + 16 * size, valuesAt = otherAt + 16 * size, chunkAt = align(valuesAt + 16 * (half + 1)), chunk = CHUNK + width;
  return (samples, starts, means, visit) => {
    const memory = kernel.memoryOf(chunkAt + 4 * chunk);
    new Float32Array(memory, turnsAt, turns.length).set(turns);
    new Float32Array(memory, endsAt, ends.length).set(ends);
    new Float32Array(memory, windowAt, width).set(weights);
    const offsets = new Float32Array(memory, meansAt, LANES), values = new Float32Array(memory, valuesAt, LANES * (half + 1)), held = new Float32Array(memory, chunkAt, chunk);
    let base = NaN;
    const needed = (from: number): number => Math.min(chunk, starts[starts.length - 1]! + width - from);
    for (let first = 0; first < starts.length;) {
      const start = starts[first]!;
      if (!(start >= base && start + width <= base + chunk)) load(held, samples, (base = start), needed(base));
      let count = 1;
      while (count < LANES && first + count < starts.length && starts[first + count]! + width <= base + chunk) count += 1;
      if (count < LANES && first + count < starts.length && start > base) { load(held, samples, (base = start), needed(base)); continue; }
      const at = (lane: number): number => chunkAt + 4 * (starts[first + Math.min(lane, count - 1)]! - base);
      for (let lane = 0; lane < LANES; lane++) offsets[lane] = typeof means === 'number' ? means : means[first + Math.min(lane, count - 1)]!;
      kernel.loadFrames(at(0), at(1), at(2), at(3), meansAt, windowAt, width, size, workAt);
      kernel.halfSpectrum(kernel.transform(workAt, otherAt, half, turnsAt), half, endsAt, 1, valuesAt);
      if (kind === 'autocorrelation') {
        kernel.mirror(valuesAt, size, workAt);
        kernel.halfSpectrum(kernel.transform(workAt, otherAt, half, turnsAt), half, endsAt, 0, valuesAt);
      }
      visit(values, first, count);
      first += count;
    }
  };
}

/** `count` samples from `from` on; 0 outside. */
function load(held: Float32Array, samples: Float32Array, from: number, count: number): void {
  const begin = Math.max(0, Math.min(samples.length, from)), end = Math.max(begin, Math.min(samples.length, from + count));
  held.fill(0, 0, Math.min(count, begin - from));
  if (end > begin) held.set(samples.subarray(begin, end), begin - from);
  held.fill(0, Math.min(count, end - from), count);
}

type Tables = { readonly turns: Float32Array; readonly ends: Float32Array };
/** Factors by size: clips come by the thousand, and each needs three sizes. */
const known = new Map<number, Tables>();
const MOST_KNOWN = 8;

function tablesOf(size: number): Tables {
  const before = known.get(size);
  if (before !== undefined) return before;
  const half = size / 2, ends = Float32Array.from({ length: 2 * (half + 1) }, (_, i) => (i % 2 === 0 ? Math.cos : negativeSin)((2 * Math.PI * Math.floor(i / 2)) / size));
  const tables = { turns: passTurns(half), ends };
  if (known.size < MOST_KNOWN) known.set(size, tables);
  return tables;
}

/** The factors of each pass of radix 4, `[m][3]` complex, one pass after another. */
function passTurns(points: number): Float32Array {
  const turns: number[] = [];
  for (let n = points; n >= 4; n /= 4) {
    for (let p = 0; p < n / 4; p++) for (let j = 1; j < 4; j++) { const angle = (2 * Math.PI * p * j) / n; turns.push(Math.cos(angle), negativeSin(angle)); }
  }
  return Float32Array.from(turns);
}

function negativeSin(angle: number): number { return -Math.sin(angle); }
function align(bytes: number): number { return Math.ceil(bytes / 64) * 64; }
