import { type Kernel, loadKernel } from '../wasm/load-kernel.js';
import { CRC_16_TABLES } from './crc.js';
import { FLAC_WASM_BASE64 } from './flac-wasm.js';

type Functions = Kernel<{
  readonly reverse: (from: number, count: number, to: number) => void;
  readonly crc16: (reversed: number, count: number, from: number, to: number) => number;
  readonly decode: (reversed: number, count: number, at: number, channels: number, samples: number, bits: number, assignment: number, scale: number, planes: number, stride: number) => number;
}>;

/** Bits of a sample that the kernel decodes. */
const MOST_BITS = 24;
/** Where the kernel reads from, bytes: it has coefficients and tables below. */
const TABLES_AT = 256, REVERSED_AT = TABLES_AT + 8 * 512;

/** Decodes the inside of frames in a piece of a file. */
export type FlacKernel = {
  /** What follows happens in these bytes, which have {@link WINDOW_PADDING} zeros behind them; they must not change before the next call. */
  open(padded: Uint8Array): void;
  /**
   * The channels of a frame, nominally −1…1, valid until the next call; and the byte after them.
   * @param at - The byte where the first subframe starts. @param bits - Of a sample. @param assignment - Code of the channel assignment.
   * @returns null when they are damaged or cut off.
   */
  decode(at: number, channels: number, samples: number, bits: number, assignment: number): { readonly planes: readonly Float32Array[]; readonly end: number } | null;
  /** CRC-16 of the bytes `[from, to)`. */
  crc16(from: number, to: number): number;
};

let functions: Functions | null | undefined;
/** Whose bytes lie in linear memory: streams take turns. */
let loaded: FlacKernel | null = null;

/** kernel/flac.ts for one stream; null where WebAssembly or its SIMD instructions are missing, or for more bits than it knows. */
export function openFlacKernel(bitsPerSample: number): FlacKernel | null {
  if (functions === undefined) functions = loadKernel<Functions>(FLAC_WASM_BASE64);
  if (functions === null || bitsPerSample > MOST_BITS) return null;
  const { memoryOf, reverse, crc16, decode } = functions;
  let bytes: Uint8Array = new Uint8Array(0), count = 0;
  const load = (): void => {
    if (loaded === own) return;
    loaded = own;
    const memory = memoryOf(REVERSED_AT + 2 * count), staged = new Uint8Array(memory, REVERSED_AT + count, count);
    new Uint16Array(memory, TABLES_AT, 8 * 256).set(CRC_16_TABLES);
    staged.set(bytes);
    staged.fill(0, bytes.length);
    reverse(REVERSED_AT + count, count, REVERSED_AT);
  };
  const own: FlacKernel = {
    open(padded) {
      bytes = padded;
      count = 16 * Math.ceil(padded.length / 16);
      if (loaded === own) loaded = null;
    },
    decode(at, channels, samples, bits, assignment) {
      load();
      const planesAt = REVERSED_AT + count, stride = 16 * Math.ceil(samples / 4), memory = memoryOf(planesAt + channels * stride);
      const end = decode(REVERSED_AT, count, 8 * at, channels, samples, bits, assignment, 2 ** -(bits - 1), planesAt, stride);
      return end < 0 ? null : { planes: Array.from({ length: channels }, (_, c) => new Float32Array(memory, planesAt + c * stride, samples)), end: (end + 7) >> 3 };
    },
    crc16(from, to) {
      load();
      return crc16(REVERSED_AT, count, from, to);
    },
  };
  return own;
}
