import { collectBlocks } from '../file/audio-stream.js';
import { type DecodedAudio } from '../wav/decode-wav.js';
import { openFlac } from './stream-flac.js';

/** Samples that a byte of FLAC may plausibly stand for when memory is asked for at once. */
const SAMPLES_A_BYTE = 64;

/**
 * Decodes a FLAC file, bit-exact, each integer scaled by 1/2^(bits−1). Checksums are verified: a damaged frame becomes
 * silence of its length, so that times stay right, and is named in `warnings`.
 * @param file - The whole file.
 * @throws {AudioError} AUDIO_FORMAT_UNKNOWN, AUDIO_CORRUPT, AUDIO_TRUNCATED or AUDIO_EMPTY; or the signal's reason.
 */
export async function decodeFlac(file: Uint8Array, signal?: AbortSignal): Promise<DecodedAudio> {
  const source = await openFlac((offset, length) => Promise.resolve(file.subarray(offset, offset + length)), file.length, signal);
  const channels = await collectBlocks(source, file.length * SAMPLES_A_BYTE);
  return { sampleRateHz: source.sampleRateHz, channels, warnings: source.warnings };
}
