import { open } from 'node:fs/promises';
import { readTorchFile, type ReadTorchFileOptions, type TorchFile } from './torch-file.js';

/** Bytes looked at together: bounds memory, whatever the file's size. Ours. */
const BLOCK_BYTES = 1 << 20;

// IEEE 754 (float64, float32, float16) and bfloat16: all ones in the exponent is infinity or NaN. The mask covers the exponent in the last word of a number.
const EXPONENTS = { float64: 0x7ff00000, float32: 0x7f800000, float16: 0x7c00, bfloat16: 0x7f80 } as const;

/** Numbers of a block that are NaN or infinite. @param bytes - Whole numbers, little-endian, at an even offset. */
export function countNotFinite(bytes: Uint8Array, dtype: keyof typeof EXPONENTS): number {
  const mask = EXPONENTS[dtype];
  let count = 0;
  if (dtype === 'float16' || dtype === 'bfloat16') {
    const words = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1);
    for (let index = 0; index < words.length; index += 1) if ((words[index]! & mask) === mask) count += 1;
    return count;
  }
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
  const stride = dtype === 'float64' ? 2 : 1;
  for (let index = stride - 1; index < words.length; index += stride) if ((words[index]! & mask) === mask) count += 1;
  return count;
}

/** A file as {@link readTorchFile} gives it, and how many of its floating-point numbers are NaN or infinite. Storages that no tensor uses are not looked at. */
export type ScannedTorchFile = TorchFile & { readonly notFinite: number; readonly numbers: number };

/**
 * Reads a file and looks at each of its floating-point numbers, a megabyte at a time. Integers and booleans are always numbers.
 * @throws {TrainingError} `TRAINING_TENSOR_FILE_INVALID`; the signal's reason.
 */
export async function scanTorchFile(path: string, options: ReadTorchFileOptions & { readonly signal?: AbortSignal | undefined } = {}): Promise<ScannedTorchFile> {
  const file = await readTorchFile(path, options);
  const handle = await open(path, 'r');
  let notFinite = 0;
  let numbers = 0;
  try {
    const block = Buffer.from(new ArrayBuffer(BLOCK_BYTES));
    for (const { dtype, offset, bytes } of file.storages.values()) {
      if (!(dtype in EXPONENTS)) continue;
      const type = dtype as keyof typeof EXPONENTS;
      numbers += bytes / (type === 'float64' ? 8 : type === 'float32' ? 4 : 2);
      for (let done = 0; done < bytes;) {
        options.signal?.throwIfAborted();
        const wanted = Math.min(BLOCK_BYTES, bytes - done);
        let held = 0;
        while (held < wanted) {
          const { bytesRead } = await handle.read(block, held, wanted - held, offset + done + held);
          if (bytesRead === 0) throw new Error(`${path} became shorter while it was read`);
          held += bytesRead;
        }
        notFinite += countNotFinite(block.subarray(0, wanted), type);
        done += wanted;
      }
    }
  } finally {
    await handle.close();
  }
  return { ...file, notFinite, numbers };
}
