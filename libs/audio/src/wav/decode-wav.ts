import { AudioError, type AudioWarning } from '../errors.js';
import { type PcmAudio } from '../pcm.js';
import { parseBytes, parseSource, type ReadAt } from '../file/byte-requests.js';
import { parseWavHeader, type WavHeader } from './wav-header.js';
import { decodeWavBlocks } from './wav-samples.js';

/** Bytes read at a time; a whole number of blocks near it. */
const READ_BYTES = 1 << 20;

/** Decoded audio and what was noticed on the way. */
export type DecodedAudio = PcmAudio & { readonly warnings: readonly AudioWarning[] };

/**
 * Decodes a WAV file held in memory: PCM of 8, 16, 24 and 32 bits, float of 32 and 64, μ-law and A-law; RIFF, RF64, extensible.
 * Integers are scaled by 1/2^(bits−1), so −32768 becomes −1 and 32767 stays below 1.
 * @param bytes - The whole file; size fields that lie are lived with and named in `warnings`.
 * @returns Planar samples at the file's own rate.
 * @throws {AudioError} AUDIO_EMPTY, AUDIO_FORMAT_UNKNOWN, AUDIO_CORRUPT, AUDIO_TRUNCATED or AUDIO_CODEC_UNSUPPORTED.
 */
export function decodeWav(bytes: Uint8Array): DecodedAudio {
  if (bytes.length === 0) throw new AudioError('AUDIO_EMPTY', 'the WAV file has no bytes');
  const header = parseBytes(parseWavHeader(bytes.length), bytes);
  const channels = allocate(header);
  const replaced = decodeWavBlocks(bytes.subarray(header.dataOffset, header.dataOffset + header.dataBytes), header, channels, 0);
  return conclude(header, channels, replaced);
}

/**
 * Decodes a WAV file piece by piece, so that only the samples are held.
 * @param readAt - Reads bytes of the file.
 * @param fileBytes - Length of the file in bytes.
 * @throws {AudioError} As {@link decodeWav}; or the signal's reason.
 */
export async function decodeWavSource(readAt: ReadAt, fileBytes: number, signal?: AbortSignal): Promise<DecodedAudio> {
  const header = await parseSource(parseWavHeader(fileBytes), readAt, signal);
  const channels = allocate(header);
  const step = Math.max(1, Math.floor(READ_BYTES / header.blockBytes)) * header.blockBytes;
  let replaced = 0;
  for (let done = 0; done < header.dataBytes; done += step) {
    signal?.throwIfAborted();
    const piece = await readAt(header.dataOffset + done, Math.min(step, header.dataBytes - done));
    replaced += decodeWavBlocks(piece, header, channels, done / header.blockBytes);
  }
  return conclude(header, channels, replaced);
}

function allocate(header: WavHeader): Float32Array[] {
  const { samples, codec } = header;
  if (samples === null) throw new AudioError('AUDIO_CODEC_UNSUPPORTED', `WAV codec ${codec} is not decoded here`, { codec });
  if (samples === 0) throw new AudioError('AUDIO_EMPTY', 'the WAV file has a header but no samples');
  return Array.from({ length: header.channels }, () => new Float32Array(samples));
}

function conclude(header: WavHeader, channels: readonly Float32Array[], replaced: number): DecodedAudio {
  const warnings = [...header.warnings];
  if (replaced > 0) warnings.push({ code: 'AUDIO_VALUES_REPLACED', message: `${replaced} samples were not finite numbers; they became 0` });
  return { sampleRateHz: header.sampleRateHz, channels, warnings };
}
