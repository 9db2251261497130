import { encodeWav, resample } from '@voxtune/audio';
import { ServingError } from '../errors.js';
import type { Speech } from '../speak/speech-service.js';
import { FORMATS, type FormatRow, type SpeechFormat } from './formats.js';
import { encodeALaw, encodeMuLaw } from './g711.js';
import type { Encode } from './run-ffmpeg.js';

const WAV_HEADER_BYTES = 44; // RIFF, fmt of 16 bytes, data: what encodeWav writes for one channel of 16 bits

export type EncodedSpeech = { readonly bytes: Uint8Array; readonly contentType: string; readonly sampleRateHz: number; readonly durationSec: number };

/**
 * Speech as the bytes of an answer: one channel, at the rate asked for or the format's own; null keeps the engine's.
 * @param encode - ffmpeg, for the formats that are not made here; null when there is none.
 * @throws {ServingError} SERVING_FORMAT_UNAVAILABLE · SERVING_ENCODER_FAILED
 */
export async function encodeSpeech({ samples, sampleRateHz: ownRateHz }: Pick<Speech, 'samples' | 'sampleRateHz'>, format: SpeechFormat, wantedRateHz: number | null, encode: Encode | null, signal?: AbortSignal): Promise<EncodedSpeech> {
  const row: FormatRow = FORMATS[format];
  const sampleRateHz = wantedRateHz ?? row.rateHz ?? ownRateHz;
  const channel = sampleRateHz === ownRateHz ? samples : resample(samples, ownRateHz, sampleRateHz, { quality: 'high' });
  const about = { contentType: row.contentType, sampleRateHz, durationSec: samples.length / ownRateHz };
  if (format === 'mulaw') return { ...about, bytes: encodeMuLaw(channel) };
  if (format === 'alaw') return { ...about, bytes: encodeALaw(channel) };
  const wav = encodeWav({ sampleRateHz, channels: [channel] });
  if (format === 'wav') return { ...about, bytes: wav };
  if (format === 'pcm') return { ...about, bytes: wav.subarray(WAV_HEADER_BYTES) };
  if (encode === null || row.ffmpeg === null) throw new ServingError('SERVING_FORMAT_UNAVAILABLE', `${format} is made by ffmpeg, which is not there`, { param: 'response_format' });
  return { ...about, bytes: await encode(wav, row.ffmpeg, signal === undefined ? {} : { signal }) };
}
