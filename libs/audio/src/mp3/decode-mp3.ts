import { decodeWhole } from '../file/audio-stream.js';
import { type DecodedAudio } from '../wav/decode-wav.js';
import { openMp3 } from './stream-mp3.js';

/** Samples that a byte of MP3 may stand for: 1152 in the 104 bytes of a frame at 32 kbit/s and 44.1 kHz, 576 in 24 at 8 kbit/s. */
export const MP3_SAMPLES_A_BYTE = 24;

/**
 * Decodes an MP3 file, sample-exact: encoder delay and padding that a LAME tag names are left out.
 * @param bytes - The whole file.
 * @returns One channel for mono files; `warnings` name lost ends, stray bytes and what could not be decoded and is silent.
 * @throws {AudioError} AUDIO_FORMAT_UNKNOWN without a frame, AUDIO_CORRUPT when frames do not decode, AUDIO_DECODER_MISSING without WebAssembly SIMD; or the signal's reason.
 */
export function decodeMp3(bytes: Uint8Array, signal?: AbortSignal): Promise<DecodedAudio> {
  return decodeWhole((allotFor) => openMp3((offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)), bytes.length, { signal, allotFor }), bytes.length * MP3_SAMPLES_A_BYTE);
}
