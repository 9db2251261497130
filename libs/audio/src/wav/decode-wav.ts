import { AudioError, type AudioWarning } from '../errors.js';
import { type PcmAudio } from '../pcm.js';
import { allotFresh } from '../file/audio-stream.js';
import { parseBytes, type ReadAt } from '../file/byte-requests.js';
import { decodeAdpcm } from './adpcm.js';
import { decodableSamples, notNumbersWarning, openWav } from './stream-wav.js';
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
  const channels = allotFresh(header.channels)(decodableSamples(header));
  const data = bytes.subarray(header.dataOffset, header.dataOffset + header.dataBytes);
  const warnings = [...header.warnings];
  if (header.adpcm !== null) decodeAdpcm(data, header.blockBytes, header.adpcm, channels);
  else {
    const { replaced, first } = decodeWavBlocks(data, header, channels, 0);
    if (replaced > 0) warnings.push(notNumbersWarning({ count: replaced, firstSample: first }, header.sampleRateHz));
  }
  return { sampleRateHz: header.sampleRateHz, channels, warnings };
}

/**
 * Decodes a WAV file piece by piece into arrays of its whole length, so that only the samples are held.
 * @param readAt - Reads bytes of the file.
 * @param fileBytes - Length of the file in bytes.
 * @throws {AudioError} As {@link decodeWav}; or the signal's reason.
 */
export async function decodeWavSource(readAt: ReadAt, fileBytes: number, signal?: AbortSignal): Promise<DecodedAudio> {
  let whole: Float32Array[] = [], at = 0;
  const source = await openWav(readAt, fileBytes, { signal, allotFor: (header, samples) => {
    whole = allotFresh(header.channels)(samples);
    return (count) => { const parts = whole.map((channel) => channel.subarray(at, at + count)); at += count; return parts; };
  } });
  for await (const block of source.blocks) void block;
  return { sampleRateHz: source.sampleRateHz, channels: at === whole[0]!.length ? whole : whole.map((channel) => channel.slice(0, at)), warnings: source.warnings };
}
