import { AudioError } from '../errors.js';
import { type DownmixMode } from '../mix/downmix.js';
import { MPEG_WASM_BASE64 } from './mpeg-wasm.js';
import { type MpegAddresses, mpegTables } from './mpeg-tables.js';

/**
 * Decodes whole frames of one stream, in order.
 * @param bytes - The frames, one after another. @param lengths - Bytes of each.
 * @returns Pieces: one view a channel, which the next step overwrites, and samples of a channel in it that could not be decoded and are silent.
 */
type Decode = (bytes: Uint8Array, lengths: readonly number[]) => Iterable<{ readonly channels: readonly Float32Array[]; readonly lostSamples: number }>;

/** A decoder of one stream; `free` lends what it holds to the next one. */
export type MpegDecoder = { readonly decode: Decode; readonly free: () => void };

/** What is used of WebAssembly; the library's types know neither a browser's nor Node's globals. */
type WebAssemblyLike = {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};
type Address = { readonly value: number };
type Exports = { readonly [name in keyof MpegAddresses | 'INPUT' | 'INPUT_BYTES' | 'LENGTHS' | 'MEMORY_BYTES' | 'OUTPUT' | 'OUTPUT_BYTES' | 'TABLES_END']: Address } & {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly start: (channels: number, pick: number) => void;
  readonly decode: (frames: number) => number;
  readonly lostSamples: () => number;
};

const PAGE_BYTES = 65536;
/** Frames of a call (kernel/mp3/decode.ts). */
const MOST_FRAMES = 16;
/** Names of the tables' addresses. */
const TABLES = ['ALIAS', 'CODES', 'GAINS', 'HEADS', 'INTENSITY', 'LAYER2_CLASSES', 'LAYER2_FACTORS', 'LAYER2_KINDS', 'MAPS', 'POWERS', 'QUADS', 'SECANTS', 'SIGNED_POWERS', 'SYNTHESIS', 'WIDTHS', 'WINDOW_12', 'WINDOWS_36'] as const;
const PICKS: readonly DownmixMode[] = ['mean', 'left', 'right'];

/** Instances that no stream uses: each holds half a megabyte. */
const idle: Exports[] = [];
/** So many of them are kept. */
const MOST_IDLE = 4;

let compiled: { readonly make: () => Exports } | null | undefined;

/** Compiles the kernel once; each stream gets an instance of its own. Null where WebAssembly or its SIMD instructions are missing. */
function compile(): typeof compiled {
  if (compiled !== undefined) return compiled;
  const api = (globalThis as { WebAssembly?: WebAssemblyLike }).WebAssembly;
  const bytes = Uint8Array.from(atob(MPEG_WASM_BASE64), (character) => character.charCodeAt(0));
  if (api?.validate(bytes) !== true) return (compiled = null);
  const module = new api.Module(bytes);
  let tables: Uint8Array | undefined;
  const make = (): Exports => {
    const exports = new api.Instance(module).exports as Exports, { memory } = exports;
    memory.grow(Math.ceil((exports.MEMORY_BYTES.value - memory.buffer.byteLength) / PAGE_BYTES));
    tables ??= mpegTables(Object.fromEntries(TABLES.map((name) => [name, exports[name].value])) as MpegAddresses, exports.TABLES_END.value);
    new Uint8Array(memory.buffer).set(tables);
    return exports;
  };
  return (compiled = { make });
}

/** True where the kernel can run. */
export const hasMpegKernel = (): boolean => compile() !== null;

/**
 * Starts a decoder.
 * @param channels - Channels to make, whatever the frames have. @param pick - Of two channels to one; the mean is taken before the synthesis, which is linear.
 * @throws {AudioError} AUDIO_DECODER_MISSING without WebAssembly SIMD.
 */
export function openMpeg(channels: 1 | 2, pick: DownmixMode = 'mean'): MpegDecoder {
  const make = compile()?.make;
  if (make === undefined) throw new AudioError('AUDIO_DECODER_MISSING', 'MP3 in memory is decoded with WebAssembly SIMD, which is missing here; decodeFile takes ffmpeg instead');
  const kernel = idle.pop() ?? make(), { memory } = kernel;
  kernel.start(channels, PICKS.indexOf(pick));
  const input = new Uint8Array(memory.buffer, kernel.INPUT.value, kernel.INPUT_BYTES.value), sizes = new Uint32Array(memory.buffer, kernel.LENGTHS.value, MOST_FRAMES);
  const outputs = [0, 1].slice(0, channels).map((c) => new Float32Array(memory.buffer, kernel.OUTPUT.value + c * kernel.OUTPUT_BYTES.value, kernel.OUTPUT_BYTES.value / 4));
  const decode = function* (bytes: Uint8Array, lengths: readonly number[]): ReturnType<Decode> & Generator {
    for (let at = 0, frame = 0; frame < lengths.length;) {
      let count = 0, taken = 0;
      for (; count < MOST_FRAMES && frame + count < lengths.length && taken + lengths[frame + count]! <= input.length; count++) taken += sizes[count] = lengths[frame + count]!;
      input.set(bytes.subarray(at, at + taken));
      const samples = kernel.decode(count);
      yield { channels: outputs.map((output) => output.subarray(0, samples)), lostSamples: kernel.lostSamples() };
      at += taken;
      frame += count;
    }
  };
  return { decode, free: () => { if (idle.length < MOST_IDLE) idle.push(kernel); } };
}
