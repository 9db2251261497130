import { AudioError, type AudioWarning } from '../errors.js';
import { type PcmAudio } from '../pcm.js';
import { allotFresh } from '../file/audio-stream.js';
import { parseBytes } from '../file/byte-requests.js';
import { decodeAdpcm } from './adpcm.js';
import { decodableSamples, notNumbersWarning } from './stream-wav.js';
import { parseWavHeader } from './wav-header.js';
import { decodeWavBlocks } from './wav-samples.js';

/** Decoded audio and what was noticed on the way. */
export type DecodedAudio = PcmAudio & { readonly warnings: readonly AudioWarning[] };

/**
 * Decodes a WAV file held in memory: PCM of 8, 16, 24 and 32 bits, float of 32 and 64, μ-law, A-law, IMA and Microsoft ADPCM; RIFF, RF64, extensible.
 * Integers are scaled by 1/2^(bits−1), so −32768 becomes −1 and 32767 stays below 1.
 * @param bytes - The whole file; size fields that lie are lived with and named in `warnings`.
 * @returns Planar samples at the file's own rate.
 * @throws {AudioError} AUDIO_EMPTY, AUDIO_FORMAT_UNKNOWN, AUDIO_CORRUPT, AUDIO_TRUNCATED or AUDIO_CODEC_UNSUPPORTED.
 */
export function decodeWav(bytes: Uint8Array): DecodedAudio {
  if (bytes.length === 0) throw new AudioError('AUDIO_EMPTY', 'the WAV file has no bytes');
  const header = parseBytes(parseWavHeader(bytes.length), bytes);
  const channels = allotFresh(header.channels, null)(decodableSamples(header));
  const data = bytes.subarray(header.dataOffset, header.dataOffset + header.dataBytes);
  const warnings = [...header.warnings];
  if (header.adpcm !== null) decodeAdpcm(data, header.blockBytes, header.adpcm, channels);
  else {
    const { replaced, first } = decodeWavBlocks(data, header, channels, 0);
    if (replaced > 0) warnings.push(notNumbersWarning({ count: replaced, firstSample: first }, header.sampleRateHz));
  }
  return { sampleRateHz: header.sampleRateHz, channels, warnings };
}
