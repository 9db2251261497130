import { inspectSamples, type InspectOptions } from './audio/inspect.js';
import { probeAdts, probeOggVorbis } from './audio/packets.js';
import { viewPcm16, withSamples } from './audio/pcm16.js';
import { decodeSamples, splitWav, type WavHeader } from './audio/wav.js';
import { ClientError } from './errors.js';
import { type SpeechAudio } from './result.js';

/** Output rate of v1, v2 and v2Pro models; `raw` answers do not carry their rate (GPT-SoVITS 48b1a01: v3 has 24 000, v4 48 000). */
export const RAW_RATE_HZ = 32_000;

/** What a `raw` answer is, as a header would say it. */
export const RAW_FORM: WavHeader = { sampleRateHz: RAW_RATE_HZ, channels: 1, bitsPerSample: 16, encoding: 'pcm', dataOffset: 0, dataBytes: 0 };

export const isPcm16 = ({ bitsPerSample, encoding }: WavHeader): boolean => bitsPerSample === 16 && encoding === 'pcm';

const startsWith = (bytes: Uint8Array, text: string) => text.length <= bytes.length && [...text].every((c, i) => bytes[i] === c.charCodeAt(0));

/** What a decoder of compressed audio gives: interleaved samples, −1…1. */
export type DecodedSpeech = { readonly samples: Float32Array; readonly sampleRateHz: number; readonly channels: number };

/**
 * Reads a whole answer and finds the failures that come with status 200.
 * @param mediaType - Content type of the answer; the bytes decide where they can.
 */
export function readSpeech(bytes: Uint8Array, mediaType: string, options: InspectOptions): { audio: SpeechAudio; warnings: string[] } {
  const kind = (mediaType.split(';')[0] ?? '').trim().toLowerCase();
  if (bytes.length === 0) throw new ClientError('CLIENT_AUDIO_EMPTY', 'the answer has no bytes', { mediaType: kind });
  if (startsWith(bytes, 'RIFF') || kind === 'audio/raw') {
    const raw = !startsWith(bytes, 'RIFF');
    const { header, data } = raw ? { header: RAW_FORM, data: bytes } : splitWav(bytes);
    const { sampleRateHz, channels } = header;
    const pcm16 = isPcm16(header) ? data.subarray(0, data.length - (data.length % 2)) : null;
    const decode = (): Float32Array => decodeSamples(data, header);
    const samples = pcm16 === null ? decode() : viewPcm16(pcm16);
    const warnings = inspectSamples({ samples, sampleRateHz, channels }, options);
    if (raw) warnings.push(`raw audio carries no rate: ${RAW_RATE_HZ} Hz was assumed`);
    const facts = { bytes, mediaType: raw ? 'audio/raw' : 'audio/wav', sampleRateHz, channels, durationSec: samples.length / channels / sampleRateHz, pcm16 };
    return { audio: withSamples(facts, samples instanceof Float32Array ? () => samples : decode), warnings };
  }
  const packets = probeOggVorbis(bytes) ?? probeAdts(bytes);
  if (packets === null) {
    throw new ClientError('CLIENT_AUDIO_UNKNOWN', `the answer is ${kind === '' ? 'of no stated type' : kind}, not audio that can be recognised`, {
      mediaType: kind,
      bytes: bytes.length,
    });
  }
  if (packets.durationSec === 0) throw new ClientError('CLIENT_AUDIO_EMPTY', 'the answer has a header but no audio', { mediaType: kind });
  const warnings = ['compressed audio is not decoded: silence and damage in it were not looked for'];
  return { audio: { bytes, mediaType: kind, ...packets, samples: null, pcm16: null }, warnings };
}

/**
 * Looks at compressed speech as at any other, once the caller's decoder has opened it.
 * @throws {ClientError} CLIENT_AUDIO_UNKNOWN when the decoder cannot; and as readSpeech.
 */
export async function decodeSpeech(audio: SpeechAudio, decode: (bytes: Uint8Array, mediaType: string) => Promise<DecodedSpeech>, options: InspectOptions): Promise<{ audio: SpeechAudio; warnings: string[] }> {
  const decoded = await decode(audio.bytes, audio.mediaType).catch((cause: unknown) => {
    throw new ClientError('CLIENT_AUDIO_UNKNOWN', `the ${audio.mediaType} of the answer cannot be decoded: ${cause instanceof Error ? cause.message : String(cause)}`, { mediaType: audio.mediaType }, { cause });
  });
  const warnings = inspectSamples(decoded, options);
  const { samples, sampleRateHz, channels } = decoded;
  return { audio: { ...audio, samples, sampleRateHz, channels, durationSec: samples.length / channels / sampleRateHz }, warnings };
}
