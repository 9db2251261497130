import { AudioError, type AudioWarning } from '../errors.js';
import { parseBytes } from '../file/byte-requests.js';
import { type DecodedAudio } from '../wav/decode-wav.js';
import { parseWavHeader, type WavHeader } from '../wav/wav-header.js';
import { decodeWavBlocks } from '../wav/wav-samples.js';
import { lastLine } from './probe-ffmpeg.js';
import { ffmpegInput, type FfmpegOptions, runFfmpeg } from './run-ffmpeg.js';

/** Bytes in which ffmpeg's WAV header surely ends. */
const HEADER_BYTES = 4096;

/**
 * Decodes the first audio stream of a file with ffmpeg, at the file's own rate and channels.
 * @param path - Any file that ffmpeg reads.
 * @param container - Its container, for messages.
 * @throws {AudioError} AUDIO_DECODER_MISSING, AUDIO_DECODER_FAILED or AUDIO_EMPTY; or the signal's reason.
 */
export async function decodeWithFfmpeg(path: string, container: string, options: FfmpegOptions): Promise<DecodedAudio> {
  const collector = new WavCollector();
  const args = ['-hide_banner', '-nostdin', '-v', 'error', ...ffmpegInput(path), '-map', '0:a:0', '-vn', '-sn', '-dn', '-c:a', 'pcm_f32le', '-f', 'wav', '-'];
  const { exitCode, stderr } = await runFfmpeg(args, `decoding ${container} files`, { ...options, onOutput: (piece) => collector.add(piece) });
  const audio = collector.finish();
  if (audio === null) {
    if (exitCode === 0 || stderr.includes('matches no streams')) throw new AudioError('AUDIO_EMPTY', `the ${container} file has no audio`);
    throw new AudioError('AUDIO_DECODER_FAILED', `ffmpeg could not decode the ${container} file: ${lastLine(stderr)}`, { exitCode, stderr });
  }
  const warnings: AudioWarning[] = [];
  if (exitCode !== 0 || stderr !== '') warnings.push({ code: 'AUDIO_CORRUPT', message: `ffmpeg met damage in the ${container} file: ${lastLine(stderr)}` });
  return { ...audio, warnings };
}

/** Turns a WAV stream that comes in pieces into planar samples. */
class WavCollector {
  #waiting: Uint8Array = new Uint8Array(0);
  #header: WavHeader | undefined;
  readonly #parts: Float32Array[][] = [];

  add(piece: Uint8Array): void {
    const bytes = new Uint8Array(this.#waiting.length + piece.length);
    bytes.set(this.#waiting);
    bytes.set(piece, this.#waiting.length);
    this.#waiting = this.#header === undefined && bytes.length < HEADER_BYTES ? bytes : this.#decode(bytes);
  }

  finish(): { sampleRateHz: number; channels: Float32Array[] } | null {
    if (this.#header === undefined && this.#waiting.length >= 44) this.#waiting = this.#decode(this.#waiting);
    const header = this.#header;
    const samples = this.#parts.reduce((sum, part) => sum + part[0]!.length, 0);
    if (header === undefined || samples === 0) return null;
    const channels = Array.from({ length: header.channels }, (_, c) => {
      const whole = new Float32Array(samples);
      let at = 0;
      for (const part of this.#parts) { whole.set(part[c]!, at); at += part[c]!.length; }
      return whole;
    });
    return { sampleRateHz: header.sampleRateHz, channels };
  }

  /** Decodes whole blocks; returns the bytes left over. */
  #decode(bytes: Uint8Array): Uint8Array {
    const from = this.#header === undefined ? (this.#header = parseBytes(parseWavHeader(bytes.length), bytes)).dataOffset : 0;
    const header = this.#header;
    const blocks = Math.floor((bytes.length - from) / header.blockBytes);
    const end = from + blocks * header.blockBytes;
    const part = Array.from({ length: header.channels }, () => new Float32Array(blocks));
    decodeWavBlocks(bytes.subarray(from, end), header, part, 0);
    if (blocks > 0) this.#parts.push(part);
    return bytes.slice(end);
  }
}
