import { inspectSamples, type InspectOptions } from './audio/inspect.js';
import { probeAdts, probeOggVorbis } from './audio/packets.js';
import { decodeSamples, parseWav } from './audio/wav.js';
import { ClientError } from './errors.js';
import { type SpeechAudio } from './result.js';

/** Output rate of v1, v2 and v2Pro models; `raw` answers do not carry their rate (GPT-SoVITS 48b1a01: v3 has 24 000, v4 48 000). */
export const RAW_RATE_HZ = 32_000;

const startsWith = (bytes: Uint8Array, text: string) => text.length <= bytes.length && [...text].every((c, i) => bytes[i] === c.charCodeAt(0));

/**
 * Reads a whole answer and finds the failures that come with status 200.
 * @param mediaType - Content type of the answer; the bytes decide where they can.
 */
export function readSpeech(bytes: Uint8Array, mediaType: string, options: InspectOptions): { audio: SpeechAudio; warnings: string[] } {
  const kind = (mediaType.split(';')[0] ?? '').trim().toLowerCase();
  if (bytes.length === 0) throw new ClientError('CLIENT_AUDIO_EMPTY', 'the answer has no bytes', { mediaType: kind });
  if (startsWith(bytes, 'RIFF') || kind === 'audio/raw') {
    const raw = !startsWith(bytes, 'RIFF');
    const wav = raw
      ? { sampleRateHz: RAW_RATE_HZ, channels: 1, samples: decodeSamples(bytes, { bitsPerSample: 16, encoding: 'pcm' as const }) }
      : parseWav(bytes);
    const warnings = inspectSamples(wav, options);
    if (raw) warnings.push(`raw audio carries no rate: ${RAW_RATE_HZ} Hz was assumed`);
    return { audio: { bytes, mediaType: raw ? 'audio/raw' : 'audio/wav', ...wav, durationSec: wav.samples.length / wav.channels / wav.sampleRateHz }, warnings };
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
  return { audio: { bytes, mediaType: kind, ...packets, samples: null }, warnings };
}
