import { AudioError, type AudioWarning } from '../errors.js';
import { decodeWithFfmpeg } from '../ffmpeg/decode-ffmpeg.js';
import { decodeFlac } from '../flac/decode-flac.js';
import { decodeMp3 } from '../mp3/decode-mp3.js';
import { type AudioProbe, type PcmAudio } from '../pcm.js';
import { type DecodedAudio, decodeWavSource } from '../wav/decode-wav.js';
import { type FileSource, withFile } from './file-source.js';
import { probeSource, sniffSource } from './probe-file.js';
import { type Container } from './sniff.js';

/** Options of {@link decodeFile}. */
export type DecodeOptions = {
  /** ffmpeg for M4A and everything but WAV, MP3 and FLAC: a path, `null` for none. @default `ffmpeg` on the PATH, then `@ffmpeg-installer/ffmpeg` */
  readonly ffmpegPath?: string | null | undefined;
  readonly signal?: AbortSignal | undefined;
};

/** Decoded audio with what its headers said and what was lost or repaired. */
export type DecodedFile = PcmAudio & { readonly probe: AudioProbe; readonly warnings: readonly AudioWarning[] };

/** Seconds by which decoded audio may be shorter than its headers say before it counts as cut off (one AAC frame at 8 kHz is 0.13 s). */
const SHORTFALL_SEC = 0.15;

/**
 * Decodes an audio file whole, at its own rate and channels. Content decides, not the name.
 * WAV, FLAC and MP3 are decoded here; M4A and the rest by ffmpeg as a child process.
 * @param path - Any file.
 * @returns Samples, headers, and warnings that say what a damaged file lost.
 * @throws {AudioError} AUDIO_UNREADABLE, AUDIO_EMPTY, AUDIO_FORMAT_UNKNOWN, AUDIO_TRUNCATED or AUDIO_CORRUPT when nothing can be decoded,
 * AUDIO_DECODER_MISSING or AUDIO_DECODER_FAILED from ffmpeg; or the signal's reason.
 */
export async function decodeFile(path: string, options: DecodeOptions = {}): Promise<DecodedFile> {
  options.signal?.throwIfAborted();
  try {
    return await withFile(path, async (source) => {
      const container = await sniffSource(source);
      const probe = await probeSource(source, container, options);
      const audio = await decodeSource(source, container, probe, options);
      return { sampleRateHz: audio.sampleRateHz, channels: audio.channels, probe, warnings: [...audio.warnings, ...shortfall(probe, audio)] };
    });
  } catch (error) {
    if (!(error instanceof AudioError) || error.facts['path'] !== undefined) throw error;
    throw new AudioError(error.code, `${path}: ${error.message}`, { path, ...error.facts }, { cause: error });
  }
}

async function decodeSource(source: FileSource, container: Container, probe: AudioProbe, options: DecodeOptions): Promise<DecodedAudio> {
  const { signal } = options;
  if (container === 'wav' && !probe.codec.startsWith('wav_')) return decodeWavSource(source.readAt, source.bytes, signal);
  if (container === 'flac') return decodeFlac(await source.readAt(0, source.bytes), signal);
  if (container === 'mp3') return decodeMp3(await source.readAt(0, source.bytes), signal);
  return decodeWithFfmpeg(source.path, container, options);
}

/** Names what ffmpeg could not deliver; the decoders here count for themselves. */
function shortfall(probe: AudioProbe, audio: DecodedAudio): AudioWarning[] {
  if (probe.durationSec === null || !['m4a', 'ogg'].includes(probe.container)) return [];
  const decodedSec = audio.channels[0]!.length / audio.sampleRateHz;
  const missing = probe.durationSec - decodedSec;
  if (missing <= SHORTFALL_SEC) return [];
  return [{ code: 'AUDIO_TRUNCATED', message: `the file ends before its audio does: ${missing.toFixed(2)} of ${probe.durationSec.toFixed(2)} s are missing` }];
}
