import { AudioError } from '../errors.js';
import { type AudioProbe } from '../pcm.js';
import { ffmpegInput, type FfmpegOptions, runFfmpeg } from './run-ffmpeg.js';

const LAYOUTS: Readonly<Record<string, number>> = { mono: 1, stereo: 2, '2.1': 3, '3.0': 3, quad: 4, '4.0': 4, '5.0': 5, '5.1': 6, '6.1': 7, '7.1': 8 };

/** Asks ffmpeg for the headers of a file. @throws {AudioError} AUDIO_EMPTY without an audio stream, AUDIO_CORRUPT when it cannot be opened. */
export async function probeWithFfmpeg(path: string, container: string, options: FfmpegOptions): Promise<AudioProbe> {
  const { stderr } = await runFfmpeg(['-hide_banner', '-nostdin', ...ffmpegInput(path)], `reading the headers of ${container} files`, options);
  return parseFfmpegHeaders(stderr, container);
}

/** Reads the stream lines that `ffmpeg -i` prints. */
export function parseFfmpegHeaders(stderr: string, container: string): AudioProbe {
  const stream = /Stream #\d+:\d+.*?: Audio: (\w+)[^\n]*?, (\d+) Hz, ([^,\n]+)/.exec(stderr);
  if (stream === null) {
    throw stderr.includes('Input #0')
      ? new AudioError('AUDIO_EMPTY', `the ${container} file has no audio stream`)
      : new AudioError('AUDIO_CORRUPT', `the ${container} file cannot be opened: ${lastLine(stderr)}`);
  }
  const layout = stream[3]!.trim();
  const duration = /Duration: (\d+):(\d+):(\d+(?:\.\d+)?)/.exec(stderr);
  const bits = /^pcm_[a-z]+(\d+)/.exec(stream[1]!)?.[1];
  return {
    container, codec: stream[1]!, sampleRateHz: Number(stream[2]),
    channels: LAYOUTS[layout.replace(/\(.*/, '')] ?? (Number.parseInt(layout, 10) || 1),
    durationSec: duration === null ? null : Number(duration[1]) * 3600 + Number(duration[2]) * 60 + Number(duration[3]),
    bitsPerSample: bits === undefined ? null : Number(bits),
  };
}

/** The last line that ffmpeg printed, without the file's own path or a memory address before it. */
export const lastLine = (stderr: string): string =>
  stderr.split('\n').at(-1)?.replace(/^file:.*?: /, '').replace(/^\[(\S+) @ 0x[0-9a-f]+\]/, '$1:').trim() || 'ffmpeg gave no reason';
