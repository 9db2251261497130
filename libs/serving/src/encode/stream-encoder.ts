import { createResampler, encodeWav } from '@voxtune/audio';
import { ServingError } from '../errors.js';
import { FORMATS, type FormatRow, type SpeechFormat } from './formats.js';
import { encodeALaw, encodeMuLaw } from './g711.js';
import { startFfmpeg } from './run-ffmpeg.js';

const WAV_HEADER_BYTES = 44;
const UNKNOWN_SIZE = 0xffff_ffff; // what streaming writers put where a size is not known yet (ffmpeg 5.1, libavformat/wavenc.c); readers take all there is

export type StreamEncoding = {
  readonly contentType: string;
  readonly sampleRateHz: number;
  /** The bytes of the answer, as soon as they are known. @throws {ServingError} SERVING_ENCODER_FAILED, and what `pieces` throws. */
  encode(pieces: AsyncIterable<Float32Array>): AsyncGenerator<Uint8Array, void, void>;
};

const wavOf = (sampleRateHz: number, samples: Float32Array): Uint8Array => encodeWav({ sampleRateHz, channels: [samples] });
const pcmOf = (samples: Float32Array): Uint8Array => wavOf(8000, samples).subarray(WAV_HEADER_BYTES); // the rate is in the header alone

function streamHeader(sampleRateHz: number): Uint8Array {
  const header = wavOf(sampleRateHz, new Float32Array(1)).slice(0, WAV_HEADER_BYTES);
  const view = new DataView(header.buffer);
  view.setUint32(4, UNKNOWN_SIZE, true);
  view.setUint32(40, UNKNOWN_SIZE, true);
  return header;
}

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
  const code = { mulaw: encodeMuLaw, alaw: encodeALaw, wav: pcmOf, pcm: pcmOf }[format as 'mulaw' | 'alaw' | 'wav' | 'pcm'];
  return {
    ...about,
    async *encode(pieces) {
      if (format === 'wav') yield streamHeader(sampleRateHz);
      for await (const samples of atRate(pieces, ownRateHz, sampleRateHz)) if (samples.length > 0) yield code(samples);
    },
  };
}

async function* atRate(pieces: AsyncIterable<Float32Array>, fromHz: number, toHz: number): AsyncGenerator<Float32Array, void, void> {
  if (fromHz === toHz) return yield* pieces;
  const resampler = createResampler({ fromHz, toHz });
  for await (const piece of pieces) yield resampler.push([piece])[0] ?? new Float32Array(0);
  yield resampler.end()[0] ?? new Float32Array(0);
}

async function* throughFfmpeg(command: string, args: readonly string[], rateHz: number, pieces: AsyncIterable<Float32Array>): AsyncGenerator<Uint8Array, void, void> {
  const { child, failure: endedWith } = startFfmpeg(command, ['-probesize', '32', '-f', 's16le', '-ar', String(rateHz), '-ac', '1'], [...args, '-flush_packets', '1']);
  const closed = new Promise<number | null>((resolve) => child.once('error', () => resolve(-1)).once('close', resolve));
  let failure: unknown;
  const feed = (async () => {
    try {
      for await (const samples of pieces) {
        if (child.stdin.destroyed) return;
        if (samples.length > 0 && !child.stdin.write(pcmOf(samples))) await Promise.race([new Promise((resolve) => child.stdin.once('drain', resolve)), closed]);
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
