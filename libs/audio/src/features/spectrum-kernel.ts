import { SPECTRUM_WASM_BASE64 } from './spectrum-wasm.js';

/** kernel/spectrum.ts, compiled. All numbers are addresses or lengths. */
export type SpectrumKernel = {
  readonly loadFrames: (a: number, b: number, c: number, d: number, means: number, window: number, width: number, size: number, work: number) => void;
  readonly mirror: (half: number, size: number, work: number) => void;
  readonly transform: (x: number, y: number, points: number, turns: number) => number;
  readonly halfSpectrum: (z: number, half: number, turns: number, powers: number, out: number) => void;
  /** Linear memory of at least so many bytes. Everyone uses it from 0 on: what lies there is anyone's after a call. */
  readonly memoryOf: (bytes: number) => ArrayBuffer;
};

/** What is used of WebAssembly; the library's types know neither a browser's nor Node's globals. */
type WebAssemblyLike = {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};
type Exports = Omit<SpectrumKernel, 'memoryOf'> & { readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number } };

const PAGE_BYTES = 65536;
let kernel: SpectrumKernel | null | undefined;

/** The kernel, compiled at the first call; null where WebAssembly or its SIMD instructions are missing. */
export function loadSpectrumKernel(): SpectrumKernel | null {
  if (kernel !== undefined) return kernel;
  const api = (globalThis as { WebAssembly?: WebAssemblyLike }).WebAssembly;
  const bytes = Uint8Array.from(atob(SPECTRUM_WASM_BASE64), (character) => character.charCodeAt(0));
  if (api?.validate(bytes) !== true) return (kernel = null);
  const { memory, ...functions } = new api.Instance(new api.Module(bytes)).exports as Exports;
  return (kernel = { ...functions, memoryOf: (bytes) => {
    const missing = bytes - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
    return memory.buffer;
  } });
}
