import { type DownmixMode } from '../mix/downmix.js';
import { LAYER3_WASM_BASE64 } from './layer3-wasm.js';
import { type Layer3Addresses, layer3Tables } from './layer3-tables.js';

/** A decoder of one stream of layer III frames. */
export type Layer3Decoder = {
  /**
   * Decodes whole frames.
   * @param bytes - The frames, one after another. @param lengths - Bytes of each.
   * @returns Pieces in order: one view a channel, which the next step overwrites, and granules in it that could not be decoded and are silent.
   */
  readonly decode: (bytes: Uint8Array, lengths: readonly number[]) => Iterable<{ readonly channels: readonly Float32Array[]; readonly lostGranules: number }>;
  readonly free: () => void;
};

/** What is used of WebAssembly; the library's types know neither a browser's nor Node's globals. */
type WebAssemblyLike = {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};
type Address = { readonly value: number };
type Exports = { readonly [name in keyof Layer3Addresses | 'INPUT' | 'INPUT_BYTES' | 'LENGTHS' | 'MEMORY_BYTES' | 'OUTPUT' | 'OUTPUT_BYTES']: Address } & {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly start: (channels: number, pick: number) => void;
  readonly decode: (frames: number) => number;
  readonly lostGranules: () => number;
};

const PAGE_BYTES = 65536;
/** Frames of a call (kernel/mp3/decode.ts). */
const MOST_FRAMES = 16;
const PICKS: readonly DownmixMode[] = ['mean', 'left', 'right'];

let compiled: { readonly make: () => Exports; readonly tables: Uint8Array } | null | undefined;

/** Compiles the kernel once; each stream gets an instance of its own. Null where WebAssembly or its SIMD instructions are missing. */
function compile(): typeof compiled {
  if (compiled !== undefined) return compiled;
  const api = (globalThis as { WebAssembly?: WebAssemblyLike }).WebAssembly;
  const bytes = Uint8Array.from(atob(LAYER3_WASM_BASE64), (character) => character.charCodeAt(0));
  if (api?.validate(bytes) !== true) return (compiled = null);
  const module = new api.Module(bytes);
  const make = (): Exports => new api.Instance(module).exports as Exports;
  const exports = make(), names = ['ALIAS', 'CODES', 'GAINS', 'HEADS', 'INTENSITY', 'MAPS', 'POWERS', 'QUADS', 'SECANTS', 'SIGNED_POWERS', 'SYNTHESIS', 'WIDTHS', 'WINDOW_12', 'WINDOWS_36'] as const;
  const addresses = Object.fromEntries(names.map((name) => [name, exports[name].value])) as Layer3Addresses;
  return (compiled = { make, tables: layer3Tables(addresses, exports.INPUT.value) });
}

/** True where the kernel can run. */
export const hasLayer3 = (): boolean => compile() !== null;

/**
 * Starts a decoder.
 * @param channels - Channels to make, whatever the frames have. @param pick - Of two channels to one; the mean is taken before the synthesis, which is linear.
 */
export function openLayer3(channels: 1 | 2, pick: DownmixMode = 'mean'): Layer3Decoder {
  const { make, tables } = compile()!, kernel = make(), { memory } = kernel;
  memory.grow(Math.ceil((kernel.MEMORY_BYTES.value - memory.buffer.byteLength) / PAGE_BYTES));
  new Uint8Array(memory.buffer).set(tables);
  kernel.start(channels, PICKS.indexOf(pick));
  const input = new Uint8Array(memory.buffer, kernel.INPUT.value, kernel.INPUT_BYTES.value), sizes = new Uint32Array(memory.buffer, kernel.LENGTHS.value, MOST_FRAMES);
  const outputs = [0, 1].slice(0, channels).map((c) => new Float32Array(memory.buffer, kernel.OUTPUT.value + c * kernel.OUTPUT_BYTES.value, kernel.OUTPUT_BYTES.value / 4));
  function* decode(bytes: Uint8Array, lengths: readonly number[]): ReturnType<Layer3Decoder['decode']> & Generator {
    for (let at = 0, frame = 0; frame < lengths.length;) {
      let count = 0, taken = 0;
      for (; count < MOST_FRAMES && frame + count < lengths.length && taken + lengths[frame + count]! <= input.length; count++) taken += sizes[count] = lengths[frame + count]!;
      input.set(bytes.subarray(at, at + taken));
      const samples = kernel.decode(count);
      yield { channels: outputs.map((output) => output.subarray(0, samples)), lostGranules: kernel.lostGranules() };
      at += taken;
      frame += count;
    }
  }
  return { decode, free: () => undefined };
}
