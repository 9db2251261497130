import { AudioError } from '../errors.js';
import { probeWithFfmpeg } from '../ffmpeg/probe-ffmpeg.js';
import { parseFlacHeader } from '../flac/flac-header.js';
import { parseMp3Header } from '../mp3/probe-mp3.js';
import { parseMp4Header } from '../mp4/mp4-header.js';
import { parseOggHeader } from '../ogg/ogg-header.js';
import { type AudioProbe } from '../pcm.js';
import { parseWavHeader } from '../wav/wav-header.js';
import { type ByteParser, parseSource } from './byte-requests.js';
import { type FileSource, withFile } from './file-source.js';
import { type Container, SNIFF_BYTES, sniffContainer } from './sniff.js';

/** Options of {@link probeFile}. */
export type ProbeOptions = {
  /** ffmpeg for the rarer containers (AIFF, WebM, WMA …): a path, `null` for none. @default `ffmpeg` on the PATH, then `@ffmpeg-installer/ffmpeg` */
  readonly ffmpegPath?: string | null | undefined;
  readonly signal?: AbortSignal | undefined;
};

/**
 * Reads the headers of an audio file and nothing more. Content decides, not the name.
 * @param path - Any file.
 * @throws {AudioError} AUDIO_UNREADABLE, AUDIO_EMPTY, AUDIO_FORMAT_UNKNOWN, AUDIO_CORRUPT, AUDIO_TRUNCATED; AUDIO_DECODER_MISSING for
 * the rarer containers without ffmpeg; or the signal's reason.
 */
export async function probeFile(path: string, options: ProbeOptions = {}): Promise<AudioProbe> {
  options.signal?.throwIfAborted();
  return withFile(path, async (source) => probeSource(source, await sniffSource(source), options));
}

/** Tells the container of an open file. @throws {AudioError} AUDIO_FORMAT_UNKNOWN. */
export async function sniffSource(source: FileSource): Promise<Container> {
  for (let offset = 0; offset < source.bytes;) {
    const found = sniffContainer(await source.readAt(offset, SNIFF_BYTES));
    if (typeof found === 'string') return found;
    if (found === null) {
      if (offset > 0) return 'mp3'; // only MP3 carries ID3 tags so long that what follows is unsure
      throw new AudioError('AUDIO_FORMAT_UNKNOWN', `${source.path} is not audio of a known format`, { path: source.path });
    }
    offset += found.skip;
  }
  throw new AudioError('AUDIO_EMPTY', `${source.path} holds a tag but no audio`, { path: source.path });
}

/** Reads the headers of an open file whose container is known. */
export async function probeSource(source: FileSource, container: Container, { ffmpegPath, signal }: ProbeOptions): Promise<AudioProbe> {
  const parse = <T>(parser: ByteParser<T>): Promise<T> => parseSource(parser, source.readAt, signal);
  switch (container) {
    case 'wav':
    case 'w64': {
      const header = await parse(parseWavHeader(source.bytes));
      const { codec, sampleRateHz, channels, samples, encoding } = header;
      const lossless = encoding === 'pcm' || encoding === 'float';
      return { container, codec, sampleRateHz, channels, durationSec: samples === null ? null : samples / sampleRateHz, bitsPerSample: lossless ? header.containerBits : null };
    }
    case 'flac': {
      const { sampleRateHz, channels, bitsPerSample, samples } = await parse(parseFlacHeader(source.bytes));
      return { container, codec: 'flac', sampleRateHz, channels, durationSec: samples === null ? null : samples / sampleRateHz, bitsPerSample };
    }
    case 'mp3': return parse(parseMp3Header(source.bytes));
    case 'm4a': return parse(parseMp4Header(source.bytes));
    case 'ogg': return parse(parseOggHeader(source.bytes));
    default: return probeWithFfmpeg(source.path, container, { ffmpegPath, signal });
  }
}
