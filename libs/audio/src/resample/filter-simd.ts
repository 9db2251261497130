import { type PhaseTable } from './design-filter.js';
import { loadPadded, originOf, type Samples, type Span } from './filter-plain.js';
import { KERNEL_WASM_BASE64 } from './kernel-wasm.js';

/** Bits of a sum: 32 for speed (about 140 dB), 64 for the last decibels. */
export type SumBits = 32 | 64;

type Filter = (rows: number, input: number, output: number, taps: number, up: number, down: number, groups: number) => void;
type Kernel = { readonly filter32: Filter; readonly filter64: Filter; readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number } };
/** What is used of WebAssembly; the library's types know neither a browser's nor Node's globals. */
type WebAssemblyLike = {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

/** Periods filtered together by the kernel. */
const LANES = 4;
const PAGE_BYTES = 65536;
/** Input samples of a block: enough to be worth the copies, few enough for the cache. */
const BLOCK_SAMPLES = 8192;

let kernel: Kernel | null | undefined;
/** The table that lies in linear memory: streams filter block by block, and copying it each time would cost as much as a short block. */
let loadedRows: Samples | undefined;

/** The kernel, compiled at the first call; null where WebAssembly or its SIMD instructions are missing. */
function loadKernel(): Kernel | null {
  if (kernel !== undefined) return kernel;
  const api = (globalThis as { WebAssembly?: WebAssemblyLike }).WebAssembly;
  const bytes = Uint8Array.from(atob(KERNEL_WASM_BASE64), (character) => character.charCodeAt(0));
  kernel = api?.validate(bytes) === true ? (new api.Instance(new api.Module(bytes)).exports as Kernel) : null;
  return kernel;
}

/** True where the kernel can run. */
export const hasSimd = (): boolean => loadKernel() !== null;
/** What the kernel holds of memory, bytes. */
export const linearMemoryBytes = (): number => loadKernel()?.memory.buffer.byteLength ?? 0;

/** Coefficients as the kernel reads them, for one ratio. */
export type PairTable = { readonly bits: SumBits; readonly up: number; readonly down: number; readonly half: number; readonly taps: number; readonly rows: Samples };

/**
 * Lays the rows out for the kernel: phases in the order of the output, two by two, both rows of a pair shifted to begin at the same input sample.
 * An odd `up` is doubled, so that pairs come out even.
 */
export function pairRows({ half, rows }: PhaseTable, reducedUp: number, reducedDown: number, bits: SumBits): PairTable {
  const double = reducedUp % 2 === 0 ? 1 : 2;
  const up = reducedUp * double, down = reducedDown * double;
  const lanes = 128 / bits, own = 2 * half;
  const taps = Math.ceil((own + Math.ceil(down / up)) / lanes) * lanes;
  const pairs = new (bits === 32 ? Float32Array : Float64Array)(up * taps);
  for (let phase = 0; phase < up; phase++) {
    const even = phase - (phase % 2);
    const shift = Math.floor((phase * down) / up) - Math.floor((even * down) / up);
    const row = (((phase * down) % up) / double) * own;
    for (let tap = 0; tap < own; tap++) {
      const at = tap + shift;
      pairs[even * taps + (at - (at % lanes)) * 2 + (phase - even) * lanes + (at % lanes)] = rows[row + tap]!;
    }
  }
  return { bits, up, down, half, taps, rows: pairs };
}

/** The rational filter by WebAssembly SIMD; fills `span.output`. False, and nothing done, where that is missing. */
export function filterSimd(span: Span, { bits, up, down, half, taps, rows }: PairTable): boolean {
  const loaded = loadKernel();
  if (loaded === null) return false;
  const { input, output } = span, origin = originOf(span, up, down) - half + 1;
  const groups = Math.max(1, Math.min(Math.ceil(output.length / (LANES * up)), Math.floor(BLOCK_SAMPLES / (LANES * down))));
  const inSamples = LANES * groups * down + taps, outSamples = LANES * groups * up;
  const inputAt = align(rows.byteLength), outputAt = align(inputAt + (inSamples * bits) / 8), end = outputAt + (outSamples * bits) / 8;
  const missing = end - loaded.memory.buffer.byteLength;
  if (missing > 0) loaded.memory.grow(Math.ceil(missing / PAGE_BYTES));
  const { buffer } = loaded.memory;
  const FloatArray = bits === 32 ? Float32Array : Float64Array;
  const scratch = new FloatArray(buffer, inputAt, inSamples), out = new FloatArray(buffer, outputAt, outSamples);
  if (loadedRows !== rows) new FloatArray(buffer, 0, rows.length).set((loadedRows = rows));
  const filter = bits === 32 ? loaded.filter32 : loaded.filter64;
  for (let first = 0, n = 0; n < output.length; first += LANES * groups, n += outSamples) {
    loadPadded(input, origin + first * down, scratch);
    filter(0, inputAt, outputAt, taps, up, down, groups);
    output.set(n + outSamples <= output.length ? out : out.subarray(0, output.length - n), n);
  }
  return true;
}

const align = (bytes: number): number => Math.ceil(bytes / 64) * 64;
