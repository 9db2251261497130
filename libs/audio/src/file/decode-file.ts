import { type AudioWarning } from '../errors.js';
import { FLAC_SAMPLES_A_BYTE } from '../flac/decode-flac.js';
import { MP3_SAMPLES_A_BYTE } from '../mp3/decode-mp3.js';
import { type AudioProbe, type PcmAudio } from '../pcm.js';
import { type DecodedAudio } from '../wav/decode-wav.js';
import { decodeWhole } from './audio-stream.js';
import { type FileSource, withFile } from './file-source.js';
import { lengthWarnings, openSource, withPath } from './open-source.js';
import { probeSource, sniffSource } from './probe-file.js';
import { type Container } from './sniff.js';

/** Options of decoding. */
export type DecodeOptions = {
  /** ffmpeg for M4A and everything but WAV, W64, MP3, FLAC, Ogg Opus and Ogg Vorbis: a path, `null` for none. @default `ffmpeg` on the PATH, then `@ffmpeg-installer/ffmpeg` */
  readonly ffmpegPath?: string | null | undefined;
  readonly signal?: AbortSignal | undefined;
};

/** Options of {@link decodeFile}. */
export type DecodeFileOptions = DecodeOptions & {
  /** Bytes that the decoded samples may take, four each; small files can hold very much silence. @default 4294967296 */
  readonly maxDecodedBytes?: number | undefined;
};

/** Decoded audio with what its headers said and what was lost or repaired. */
export type DecodedFile = PcmAudio & { readonly probe: AudioProbe; readonly warnings: readonly AudioWarning[] };

/** Samples that a byte may plausibly stand for when memory is asked for at once. */
const SAMPLES_A_BYTE: Partial<Record<Container, number>> = { flac: FLAC_SAMPLES_A_BYTE, mp3: MP3_SAMPLES_A_BYTE, ogg: 512, wav: 2, w64: 2 };

/**
 * Decodes an audio file whole, at its own rate and channels. Content decides, not the name.
 * @param path - Any file.
 * @returns Samples, headers, and warnings that say what a damaged file lost.
 * @throws {AudioError} AUDIO_UNREADABLE, AUDIO_EMPTY, AUDIO_FORMAT_UNKNOWN, AUDIO_TRUNCATED or AUDIO_CORRUPT when nothing can be decoded,
 * AUDIO_TOO_LONG beyond `maxDecodedBytes`, AUDIO_DECODER_MISSING or AUDIO_DECODER_FAILED from ffmpeg; or the signal's reason.
 */
export async function decodeFile(path: string, options: DecodeFileOptions = {}): Promise<DecodedFile> {
  options.signal?.throwIfAborted();
  try {
    return await withFile(path, async (source) => {
      const container = await sniffSource(source);
      const probe = await probeSource(source, container, options);
      const audio = await decodeSource(source, container, probe, options);
      return { sampleRateHz: audio.sampleRateHz, channels: audio.channels, probe, warnings: [...audio.warnings, ...lengthWarnings(probe, audio.channels[0]!.length / audio.sampleRateHz)] };
    });
  } catch (error) {
    throw withPath(error, path);
  }
}

function decodeSource(source: FileSource, container: Container, probe: AudioProbe, options: DecodeFileOptions): Promise<DecodedAudio> {
  return decodeWhole((allotFor) => openSource(source, container, probe, { ...options, allotFor }), source.bytes * (SAMPLES_A_BYTE[container] ?? 1), options.maxDecodedBytes);
}
