import { parseSource } from '../file/byte-requests.js';
import { withFile } from '../file/file-source.js';
import { withPath } from '../file/open-source.js';
import { parseWavMetadata, type ReadWavMetadata } from './parse-wav-metadata.js';

/**
 * Reads what a WAV file says about its audio: texts, broadcast extension and cue points with their labels, before and after the samples.
 * @returns `info` and `cues` are empty where there are none; `warnings` name chunks that are cut off or not read whole (over 1 MiB).
 * @throws {AudioError} AUDIO_UNREADABLE, AUDIO_EMPTY, AUDIO_FORMAT_UNKNOWN; or the signal's reason.
 */
export async function readWavMetadata(path: string, { signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<ReadWavMetadata> {
  try {
    return await withFile(path, (source) => parseSource(parseWavMetadata(source.bytes), source.readAt, signal));
  } catch (error) {
    throw withPath(error, path);
  }
}
