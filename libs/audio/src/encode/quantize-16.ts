import { type Kernel, loadKernel } from '../wasm/load-kernel.js';
import { type QuantizeCounts } from './quantize.js';
import { QUANTIZE_WASM_BASE64 } from './quantize-wasm.js';

type QuantizeKernel = Kernel<{ readonly quantize16: (samples: number, count: number, out: number, counts: number) => void }>;
let kernel: QuantizeKernel | null | undefined;

/** kernel/quantize.ts, compiled at the first call; null where WebAssembly or its SIMD instructions are missing. */
export const loadQuantizeKernel = (): QuantizeKernel | null => (kernel === undefined ? (kernel = loadKernel(QUANTIZE_WASM_BASE64)) : kernel);

/** What `quantize` gives for 16 bits without dither, by SIMD. @returns Valid until the next call. */
export function quantize16(samples: Float32Array, from: number, to: number, counts: QuantizeCounts, { memoryOf, quantize16: run }: QuantizeKernel): Int16Array {
  const count = to - from, outAt = 64 + 32 * Math.ceil(count / 8), memory = memoryOf(outAt + 16 * Math.ceil(count / 8)), found = new Int32Array(memory, 0, 2);
  found.fill(0);
  new Float32Array(memory, 64, count).set(samples.subarray(from, to));
  run(64, count, outAt, 0);
  counts.clipped += found[0]!;
  counts.notNumbers += found[1]!;
  return new Int16Array(memory, outAt, count);
}
