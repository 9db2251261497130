import { type Kernel, loadKernel } from '../wasm/load-kernel.js';
import { SPECTRUM_WASM_BASE64 } from './spectrum-wasm.js';

/** kernel/spectrum.ts, compiled. All numbers are addresses or lengths. */
export type SpectrumKernel = Kernel<{
  readonly loadFrames: (a: number, b: number, c: number, d: number, means: number, window: number, width: number, size: number, work: number) => void;
  readonly mirror: (half: number, size: number, work: number) => void;
  readonly transform: (x: number, y: number, points: number, turns: number) => number;
  readonly halfSpectrum: (z: number, half: number, turns: number, powers: number, out: number) => void;
}>;

let kernel: SpectrumKernel | null | undefined;

/** The kernel, compiled at the first call; null where WebAssembly or its SIMD instructions are missing. */
export const loadSpectrumKernel = (): SpectrumKernel | null => (kernel === undefined ? (kernel = loadKernel(SPECTRUM_WASM_BASE64)) : kernel);
