import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { ModelsError, systemCode } from './errors.js';

/**
 * SHA-256 of a file's contents, 64 hex digits; memory does not grow with the file.
 * @throws {ModelsError} `MODELS_FILE_MISSING`, `MODELS_NOT_READABLE`.
 */
export async function hashModelFile(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const block of createReadStream(path, { highWaterMark: 1 << 20, ...(signal === undefined ? {} : { signal }) })) hash.update(block as Buffer);
  } catch (error) {
    throw explainReadError(error, path);
  }
  return hash.digest('hex');
}

/** A Node system error while reading, as a {@link ModelsError}; other errors come back unchanged. */
export function explainReadError(error: unknown, path: string): unknown {
  const code = systemCode(error);
  if (code === null) return error;
  if (code === 'ENOENT') return new ModelsError('MODELS_FILE_MISSING', `There is no file ${path}.`, { path }, { cause: error });
  return new ModelsError('MODELS_NOT_READABLE', `Cannot read ${path} (${code}).`, { path, systemCode: code }, { cause: error });
}
