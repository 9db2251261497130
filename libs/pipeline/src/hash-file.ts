import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { explainSystemError } from './errors.js';

/** Bytes read at a time: large enough to be fast, small enough for constant memory. Ours. */
const BLOCK_BYTES = 1 << 20;

/**
 * SHA-256 of a file's contents, 64 hex digits; memory does not grow with the file.
 * @throws {PipelineError} `PIPELINE_FILE_MISSING`, `PIPELINE_NOT_READABLE`.
 */
export async function hashFile(path: string, { signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<string> {
  try {
    const handle = await open(path, 'r');
    try {
      const hash = createHash('sha256');
      const block = Buffer.allocUnsafe(Math.min(BLOCK_BYTES, Math.max(1, (await handle.stat()).size)));
      for (;;) {
        signal?.throwIfAborted();
        const { bytesRead } = await handle.read(block, 0, block.length, null);
        if (bytesRead === 0) return hash.digest('hex');
        hash.update(block.subarray(0, bytesRead));
      }
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw explainSystemError(error, 'read', path);
  }
}
