import { AudioError, type AudioWarning } from '../errors.js';
import { type BlockSource } from '../file/audio-stream.js';
import { parseBytes } from '../file/byte-requests.js';
import { parseWavHeader, type WavHeader } from '../wav/wav-header.js';
import { decodeWavBlocks } from '../wav/wav-samples.js';
import { lastLine } from './probe-ffmpeg.js';
import { ffmpegInput, type FfmpegOptions, startFfmpeg } from './run-ffmpeg.js';

/** Bytes in which ffmpeg's WAV header surely ends. */
const HEADER_BYTES = 4096;

/**
 * Decodes the first audio stream of a file with ffmpeg, at the file's own rate and channels, as it comes. The child ends with the blocks.
 * @param path - Any file that ffmpeg reads.
 * @param container - Its container, for messages.
 * @throws {AudioError} AUDIO_DECODER_MISSING, AUDIO_DECODER_FAILED or AUDIO_EMPTY; or the signal's reason.
 */
export async function openWithFfmpeg(path: string, container: string, options: FfmpegOptions): Promise<BlockSource> {
  const args = ['-hide_banner', '-nostdin', '-v', 'error', ...ffmpegInput(path), '-map', '0:a:0', '-vn', '-sn', '-dn', '-c:a', 'pcm_f32le', '-f', 'wav', '-'];
  const child = await startFfmpeg(args, `decoding ${container} files`, options);
  const pieces = child.output[Symbol.asyncIterator]();
  const warnings: AudioWarning[] = [];
  try {
    let waiting: Uint8Array = new Uint8Array(0), more = true;
    while (more && waiting.length < HEADER_BYTES) {
      const { done, value } = await pieces.next();
      if (done === true) more = false; else waiting = joined(waiting, value);
    }
    if (waiting.length < 44) throw await failure(child.ended, container);
    const header = parseBytes(parseWavHeader(waiting.length), waiting);
    return { sampleRateHz: header.sampleRateHz, channels: header.channels, lengthSamples: null, warnings, blocks: blocks(waiting.slice(header.dataOffset), header, more) };
  } catch (error) {
    await child.stop();
    throw error;
  }

  async function* blocks(start: Uint8Array, header: WavHeader, more: boolean): AsyncGenerator<Float32Array[], void, undefined> {
    let waiting = start, samples = 0;
    try {
      for (;;) {
        const count = Math.floor(waiting.length / header.blockBytes);
        if (count > 0) {
          const block = Array.from({ length: header.channels }, () => new Float32Array(count));
          const { replaced } = decodeWavBlocks(waiting.subarray(0, count * header.blockBytes), header, block, 0);
          if (replaced > 0) warnings.push({ code: 'AUDIO_VALUES_REPLACED', message: `${replaced} samples from sample ${samples} on were not finite numbers; they became 0` });
          waiting = waiting.slice(count * header.blockBytes);
          samples += count;
          yield block;
        }
        if (!more) break;
        const { done, value } = await pieces.next();
        if (done === true) more = false; else waiting = joined(waiting, value);
      }
      const { exitCode, stderr } = await child.ended;
      if (samples === 0) throw await failure(child.ended, container);
      if (exitCode !== 0 || stderr !== '') warnings.push({ code: 'AUDIO_CORRUPT', message: `ffmpeg met damage in the ${container} file: ${lastLine(stderr)}` });
    } finally {
      await child.stop();
    }
  }
}

async function failure(ended: Promise<{ exitCode: number; stderr: string }>, container: string): Promise<AudioError> {
  const { exitCode, stderr } = await ended;
  if (exitCode === 0 || stderr.includes('matches no streams')) return new AudioError('AUDIO_EMPTY', `the ${container} file has no audio`);
  return new AudioError('AUDIO_DECODER_FAILED', `ffmpeg could not decode the ${container} file: ${lastLine(stderr)}`, { exitCode, stderr });
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b;
  const bytes = new Uint8Array(a.length + b.length);
  bytes.set(a);
  bytes.set(b, a.length);
  return bytes;
}
