import { resample } from '@voxtune/audio';
import { ServingError } from '../errors.js';
import type { Sound } from '../speak/sound.js';
import { FORMATS, type FormatRow, type SpeechFormat } from './formats.js';
import { encodeALaw, encodeMuLaw } from './g711.js';
import type { Encode } from './run-ffmpeg.js';
import { pcmOf, pcmOfSamples, wavOf } from './wav-bytes.js';

export type EncodedSpeech = { readonly bytes: Uint8Array; readonly contentType: string; readonly sampleRateHz: number; readonly durationSec: number };

/**
 * Speech as the bytes of an answer: one channel, at the rate asked for or the format's own; null keeps the engine's.
 * @param encode - ffmpeg, for the formats that are not made here; null when there is none.
 * @throws {ServingError} SERVING_FORMAT_UNAVAILABLE · SERVING_ENCODER_FAILED
 */
export async function encodeSpeech(sound: Sound, format: SpeechFormat, wantedRateHz: number | null, encode: Encode | null, signal?: AbortSignal): Promise<EncodedSpeech> {
  const row: FormatRow = FORMATS[format];
  const { sampleRateHz: ownRateHz } = sound;
  const sampleRateHz = wantedRateHz ?? row.rateHz ?? ownRateHz;
  const resampled = sampleRateHz === ownRateHz ? null : resample(sound.samples, ownRateHz, sampleRateHz, { quality: 'high' });
  const about = { contentType: row.contentType, sampleRateHz, durationSec: sound.length / ownRateHz };
  if (format === 'mulaw') return { ...about, bytes: encodeMuLaw(resampled ?? sound.samples) };
  if (format === 'alaw') return { ...about, bytes: encodeALaw(resampled ?? sound.samples) };
  const pcm = resampled === null ? pcmOf(sound) : pcmOfSamples(resampled);
  if (format === 'pcm') return { ...about, bytes: pcm };
  const wav = wavOf(sampleRateHz, pcm);
  if (format === 'wav') return { ...about, bytes: wav };
  if (encode === null || row.ffmpeg === null) throw new ServingError('SERVING_FORMAT_UNAVAILABLE', `${format} is made by ffmpeg, which is not there`, { param: 'response_format' });
  return { ...about, bytes: await encode(wav, row.ffmpeg, signal === undefined ? {} : { signal }) };
}
