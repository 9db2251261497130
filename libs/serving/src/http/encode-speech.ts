import { encodeWav, resample } from '@voxtune/audio';
import type { Speech } from '../speak/speech-service.js';
import type { SpeechFormat } from './speech-request.js';

const WAV_HEADER_BYTES = 44; // RIFF, fmt of 16 bytes, data: what encodeWav writes for one channel of 16 bits

export type EncodedSpeech = { readonly bytes: Uint8Array; readonly contentType: string; readonly sampleRateHz: number; readonly durationSec: number };

/** Speech as the bytes of an answer: 16-bit, one channel, at the rate asked for or the engine's own (null). */
export function encodeSpeech({ samples, sampleRateHz: ownRateHz }: Pick<Speech, 'samples' | 'sampleRateHz'>, format: SpeechFormat, wantedRateHz: number | null): EncodedSpeech {
  const sampleRateHz = wantedRateHz ?? ownRateHz;
  const channel = sampleRateHz === ownRateHz ? samples : resample(samples, ownRateHz, sampleRateHz, { quality: 'high' });
  const wav = encodeWav({ sampleRateHz, channels: [channel] });
  return {
    bytes: format === 'wav' ? wav : wav.subarray(WAV_HEADER_BYTES), contentType: format === 'wav' ? 'audio/wav' : 'audio/pcm',
    sampleRateHz, durationSec: samples.length / ownRateHz,
  };
}
