import { ENGINE_FAILURE, findNotFinite, soundingSec } from './audio/inspect.js';
import { leastSpeechSec } from './audio/pace.js';
import { viewPcm16, withSamples } from './audio/pcm16.js';
import { decodeSamples, encodePcm16, parseWavHeader, type WavHeader } from './audio/wav.js';
import { ClientError } from './errors.js';
import { isPcm16, RAW_FORM } from './read-speech.js';
import { type SpeechChunk } from './result.js';

const join = (a: Uint8Array, b: Uint8Array): Uint8Array => {
  if (a.length === 0) return b;
  const out = new Uint8Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
};

/**
 * Turns the bytes of a streamed answer into pieces of whole samples, and looks for failures on the way.
 * Sizes in a WAV header are ignored (the engine sends 0). While all is zero at 16 kHz — the engine's sign of a failed
 * inference — nothing is passed on, so that no listener hears a failure as a pause.
 */
export function createPcmReader(mediaType: string): { push(bytes: Uint8Array): SpeechChunk[]; end(text: string, speed?: number): string[] } {
  const kind = (mediaType.split(';')[0] ?? '').trim().toLowerCase();
  let header: WavHeader | null = kind === 'audio/raw' ? RAW_FORM : null;
  let rest: Uint8Array = new Uint8Array(0);
  let packed = false; // ogg or aac: bytes pass through
  let loud = false;
  let samplesSeen = 0;
  let spokenSec = 0;
  let held: SpeechChunk[] = [];

  const chunkOf = (bytes: Uint8Array, form: WavHeader): SpeechChunk[] => {
    const all = join(rest, bytes);
    const width = (form.bitsPerSample / 8) * form.channels;
    const whole = Math.floor(all.length / width) * width;
    rest = all.slice(whole);
    if (whole === 0) return [];
    const data = all.subarray(0, whole);
    const decode = (): Float32Array => decodeSamples(data, form);
    const samples = isPcm16(form) ? viewPcm16(data) : decode();
    const bad = findNotFinite(samples);
    if (bad >= 0) throw new ClientError('CLIENT_AUDIO_NOT_FINITE', `sample ${samplesSeen + bad} is not a number`, { index: samplesSeen + bad });
    samplesSeen += samples.length;
    const soundSec = soundingSec(samples, form.sampleRateHz, form.channels);
    spokenSec += soundSec;
    loud ||= soundSec > 0 || samples.some((value) => value !== 0);
    const own = samples instanceof Float32Array ? samples : null;
    const pcm = own === null ? data : encodePcm16(own);
    const chunk = withSamples({ bytes: pcm, pcm16: own === null ? data : null, sampleRateHz: form.sampleRateHz, channels: form.channels }, own === null ? decode : () => own);
    if (!loud && form.sampleRateHz === ENGINE_FAILURE.sampleRateHz) {
      held.push(chunk);
      return [];
    }
    const out = [...held, chunk];
    held = [];
    return out;
  };

  return {
    push(bytes) {
      if (packed) return [{ bytes, samples: null, sampleRateHz: 0, channels: 0 }];
      if (header !== null) return chunkOf(bytes, header);
      const all = join(rest, bytes);
      rest = all;
      if (all.length < 4) return [];
      if (all[0] === 0x4f || all[0] === 0xff) {
        packed = true; // "OggS", or the sync word of ADTS
        rest = new Uint8Array(0);
        return [{ bytes: all, samples: null, sampleRateHz: 0, channels: 0 }];
      }
      header = parseWavHeader(all);
      if (header === null) return [];
      rest = new Uint8Array(0);
      return chunkOf(all.subarray(header.dataOffset), header);
    },
    end(text, speed = 1) {
      if (packed) return ['compressed audio is not decoded: silence and damage in it were not looked for'];
      const facts = { samples: samplesSeen, ...(header === null ? {} : { sampleRateHz: header.sampleRateHz }) };
      if (samplesSeen === 0) throw new ClientError('CLIENT_AUDIO_EMPTY', 'the stream ended without audio', facts);
      if (!loud) {
        const failed = samplesSeen === ENGINE_FAILURE.samples && header?.sampleRateHz === ENGINE_FAILURE.sampleRateHz;
        throw failed
          ? new ClientError('CLIENT_ENGINE_SILENCE', 'the engine streamed its sign of a failed inference: one second of silence at 16000 Hz', facts)
          : new ClientError('CLIENT_AUDIO_SILENT', `all ${samplesSeen} samples are zero`, facts);
      }
      const leastSec = leastSpeechSec(text, speed);
      return spokenSec < leastSec ? [`${spokenSec.toFixed(2)} s of sound cannot hold a text that takes at least ${leastSec.toFixed(2)} s`] : [];
    },
  };
}
