import { encodeWav } from '@voxtune/audio';
import { wavHeader } from '@voxtune/inference-client';
import type { Sound } from '../speak/sound.js';

const WAV_HEADER_BYTES = 44; // RIFF, fmt of 16 bytes, data: what both writers make for one channel of 16 bits
const UNKNOWN_SIZE = 0xffff_ffff; // what streaming writers put where a size is not known yet (ffmpeg 5.1, libavformat/wavenc.c); readers take all there is

/** 16-bit samples of one channel as a whole WAV file: the very bytes of the engine's where these samples follow the header that is due, else a copy. */
export function wavOf(sampleRateHz: number, pcm: Uint8Array): Uint8Array {
  const header = wavHeader({ sampleRateHz, channels: 1, dataBytes: pcm.length });
  if (pcm.byteOffset >= WAV_HEADER_BYTES) {
    const whole = new Uint8Array(pcm.buffer, pcm.byteOffset - WAV_HEADER_BYTES, WAV_HEADER_BYTES + pcm.length);
    if (header.every((byte, at) => byte === whole[at])) return whole;
  }
  const bytes = new Uint8Array(WAV_HEADER_BYTES + pcm.length);
  bytes.set(header);
  bytes.set(pcm, WAV_HEADER_BYTES);
  return bytes;
}

/** One channel as 16-bit bytes: the engine's own where they are there. */
export const pcmOf = (sound: Pick<Sound, 'samples' | 'pcm16'>): Uint8Array => sound.pcm16 ?? pcmOfSamples(sound.samples); // not destructured: reading `samples` makes them

/** One channel, −1…1, as 16-bit bytes; what lies outside is clipped. */
export const pcmOfSamples = (samples: Float32Array): Uint8Array => encodeWav({ sampleRateHz: 8000, channels: [samples] }).subarray(WAV_HEADER_BYTES); // the rate is in the header alone

/** The header of a WAV whose length is not known yet. */
export function streamHeader(sampleRateHz: number): Uint8Array {
  const header = wavHeader({ sampleRateHz, channels: 1, dataBytes: 0 });
  const view = new DataView(header.buffer);
  view.setUint32(4, UNKNOWN_SIZE, true);
  view.setUint32(40, UNKNOWN_SIZE, true);
  return header;
}
