import { createResampler } from '@voxtune/audio';
import { ServingError } from '../errors.js';
import type { Sound } from '../speak/sound.js';
import { FORMATS, type FormatRow, type SpeechFormat } from './formats.js';
import { encodeALaw, encodeMuLaw } from './g711.js';
import { startFfmpeg } from './run-ffmpeg.js';
import { pcmOf, streamHeader } from './wav-bytes.js';

export type StreamEncoding = {
  readonly contentType: string;
  readonly sampleRateHz: number;
  /** The bytes of the answer, as soon as they are known. @throws {ServingError} SERVING_ENCODER_FAILED, and what `pieces` throws. */
  encode(pieces: AsyncIterable<Sound>): AsyncGenerator<Uint8Array, void, void>;
};

/**
 * How speech that comes in pieces is sent in a format: resampled without seams, framed once.
 * @param ffmpeg - For the formats that are not made here; null when there is none.
 * @throws {ServingError} SERVING_FORMAT_UNAVAILABLE
 */
export function planStreamEncoding(ownRateHz: number, format: SpeechFormat, wantedRateHz: number | null, ffmpeg: string | null): StreamEncoding {
  const row: FormatRow = FORMATS[format];
  const sampleRateHz = wantedRateHz ?? row.rateHz ?? ownRateHz;
  const args = row.ffmpeg;
  if (args !== null && ffmpeg === null) throw new ServingError('SERVING_FORMAT_UNAVAILABLE', `${format} is made by ffmpeg, which is not there`, { param: 'response_format' });
  const about = { contentType: row.contentType, sampleRateHz };
  if (args !== null && ffmpeg !== null) return { ...about, encode: (pieces) => throughFfmpeg(ffmpeg, args, sampleRateHz, atRate(pieces, ownRateHz, sampleRateHz)) };
  const code = { mulaw: ({ samples }: Part) => encodeMuLaw(samples), alaw: ({ samples }: Part) => encodeALaw(samples), wav: pcmOf, pcm: pcmOf }[format as 'mulaw' | 'alaw' | 'wav' | 'pcm'];
  return {
    ...about,
    async *encode(pieces) {
      if (format === 'wav') yield streamHeader(sampleRateHz);
      for await (const part of atRate(pieces, ownRateHz, sampleRateHz)) if (part.length > 0) yield code(part);
    },
  };
}

/** A piece at the rate of the answer. */
type Part = Pick<Sound, 'samples' | 'pcm16' | 'length'>;

async function* atRate(pieces: AsyncIterable<Sound>, fromHz: number, toHz: number): AsyncGenerator<Part, void, void> {
  if (fromHz === toHz) return yield* pieces;
  const resampler = createResampler({ fromHz, toHz });
  const part = ([samples = new Float32Array(0)]: readonly Float32Array[]): Part => ({ samples, pcm16: null, length: samples.length });
  for await (const { samples } of pieces) yield part(resampler.push([samples]));
  yield part(resampler.end());
}

async function* throughFfmpeg(command: string, args: readonly string[], rateHz: number, pieces: AsyncIterable<Part>): AsyncGenerator<Uint8Array, void, void> {
  const { child, failure: endedWith } = startFfmpeg(command, ['-probesize', '32', '-f', 's16le', '-ar', String(rateHz), '-ac', '1'], [...args, '-flush_packets', '1']);
  const closed = new Promise<number | null>((resolve) => child.once('error', () => resolve(-1)).once('close', resolve));
  let failure: unknown;
  const feed = (async () => {
    try {
      for await (const part of pieces) {
        if (child.stdin.destroyed) return;
        if (part.length > 0 && !child.stdin.write(pcmOf(part))) await Promise.race([new Promise((resolve) => child.stdin.once('drain', resolve)), closed]);
      }
    } catch (error) {
      failure = error;
      child.kill('SIGKILL'); // what comes after a failure must not look like an end
    } finally {
      child.stdin.end();
    }
  })();
  try {
    for await (const bytes of child.stdout) yield bytes as Buffer;
    const code = await closed;
    await feed;
    if (failure !== undefined) throw failure;
    if (code !== 0) throw endedWith(code);
  } finally {
    child.kill('SIGKILL'); // when the reader left
  }
}
