import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** SHA-256 of a file's content, in hex; read as a stream. @throws the system's error where it cannot be read, the signal's reason on abort. */
export async function hashFile(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(path, signal === undefined ? {} : { signal })) hash.update(bytes as Uint8Array);
  return hash.digest('hex');
}
