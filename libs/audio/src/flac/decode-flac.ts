import { decodeWhole } from '../file/audio-stream.js';
import { type DecodedAudio } from '../wav/decode-wav.js';
import { openFlac } from './stream-flac.js';

/** Samples that a byte of FLAC may plausibly stand for when memory is asked for at once; silence holds more. */
export const FLAC_SAMPLES_A_BYTE = 16;

/**
 * Decodes a FLAC file, bit-exact, each integer scaled by 1/2^(bits−1). Checksums are verified: a damaged frame becomes
 * silence of its length, so that times stay right, and is named in `warnings`.
 * @param file - The whole file.
 * @throws {AudioError} AUDIO_FORMAT_UNKNOWN, AUDIO_CORRUPT, AUDIO_TRUNCATED, AUDIO_EMPTY or, beyond 4 GiB of samples, AUDIO_TOO_LONG; or the signal's reason.
 */
export function decodeFlac(file: Uint8Array, signal?: AbortSignal): Promise<DecodedAudio> {
  return decodeWhole((allotFor) => openFlac((offset, length) => Promise.resolve(file.subarray(offset, offset + length)), file.length, { signal, allotFor }), file.length * FLAC_SAMPLES_A_BYTE);
}
