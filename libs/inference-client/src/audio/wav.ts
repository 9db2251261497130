import { ClientError } from '../errors.js';

/** Samples of a WAV file or stream: interleaved when there is more than one channel, range −1…1. */
export type WavAudio = { readonly sampleRateHz: number; readonly channels: number; readonly samples: Float32Array };

/** What a WAV header says. `dataBytes` is 0 or 0xFFFFFFFF in streams, whose length is not known when the header is sent. */
export type WavHeader = {
  readonly sampleRateHz: number;
  readonly channels: number;
  readonly bitsPerSample: number;
  readonly encoding: 'pcm' | 'float';
  /** Where the samples start, bytes. */
  readonly dataOffset: number;
  readonly dataBytes: number;
};

const PCM = 1; // WAVE_FORMAT_PCM (Microsoft, mmreg.h)
const FLOAT = 3; // WAVE_FORMAT_IEEE_FLOAT
const EXTENSIBLE = 0xfffe; // WAVE_FORMAT_EXTENSIBLE: the real format is in the first two bytes of the sub-format

const bad = (why: string, facts: ClientError['facts'] = {}) => new ClientError('CLIENT_AUDIO_UNKNOWN', `not a WAV that can be read: ${why}`, facts);

const tag = (view: DataView, at: number) =>
  String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));

/**
 * Reads a WAV header.
 * @returns null while the bytes end before the samples begin: a stream may bring the rest.
 * @throws {ClientError} CLIENT_AUDIO_UNKNOWN when these are not the first bytes of a WAV of 8–32 bit PCM or 32-bit float.
 */
export function parseWavHeader(bytes: Uint8Array): WavHeader | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12) return null;
  if (tag(view, 0) !== 'RIFF' || tag(view, 8) !== 'WAVE') throw bad('it does not begin with RIFF … WAVE');
  let format: Omit<WavHeader, 'dataOffset' | 'dataBytes'> | null = null;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const size = view.getUint32(at + 4, true);
    const name = tag(view, at);
    if (name === 'data') {
      if (format === null) throw bad('the samples come before their format');
      return { ...format, dataOffset: at + 8, dataBytes: size };
    }
    if (name === 'fmt ') {
      if (at + 8 + Math.max(size, 16) > bytes.length) return null;
      const code = view.getUint16(at + 8, true);
      const kind = code === EXTENSIBLE && size >= 26 ? view.getUint16(at + 32, true) : code;
      const bitsPerSample = view.getUint16(at + 22, true);
      const channels = view.getUint16(at + 10, true);
      const sampleRateHz = view.getUint32(at + 12, true);
      const known = kind === PCM ? [8, 16, 24, 32].includes(bitsPerSample) : kind === FLOAT && bitsPerSample === 32;
      if (!known || channels === 0 || sampleRateHz === 0) throw bad('its sample format is not known', { format: kind, bitsPerSample, channels });
      format = { sampleRateHz, channels, bitsPerSample, encoding: kind === FLOAT ? 'float' : 'pcm' };
    }
    at += 8 + size + (size % 2);
  }
  return null;
}

/**
 * Turns the bytes of whole samples into numbers.
 * @param bytes - Little-endian samples; an incomplete last sample is left out.
 * @returns Interleaved samples, −1…1.
 */
export function decodeSamples(bytes: Uint8Array, { bitsPerSample, encoding }: Pick<WavHeader, 'bitsPerSample' | 'encoding'>): Float32Array {
  const width = bitsPerSample / 8;
  const count = Math.floor(bytes.length / width);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const out = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const at = i * width;
    if (encoding === 'float') out[i] = view.getFloat32(at, true);
    else if (width === 2) out[i] = view.getInt16(at, true) / 0x8000;
    else if (width === 4) out[i] = view.getInt32(at, true) / 0x80000000;
    else if (width === 3) out[i] = (view.getUint8(at) | (view.getUint8(at + 1) << 8) | (view.getInt8(at + 2) << 16)) / 0x800000;
    else out[i] = (view.getUint8(at) - 128) / 128;
  }
  return out;
}

/**
 * Finds the samples of a WAV; a size of 0 (or the largest number) in the header means "up to the end", as in the engine's streams.
 * @throws {ClientError} CLIENT_AUDIO_UNKNOWN when it is not one; CLIENT_STREAM_CUT when it ends before its own length.
 */
export function splitWav(bytes: Uint8Array): { readonly header: WavHeader; readonly data: Uint8Array } {
  const header = parseWavHeader(bytes);
  if (header === null) throw bad('it ends inside its header', { bytes: bytes.length });
  const rest = bytes.length - header.dataOffset;
  const open = header.dataBytes === 0 || header.dataBytes >= 0xffffff00;
  if (!open && rest < header.dataBytes) {
    throw new ClientError('CLIENT_STREAM_CUT', `the audio ends ${header.dataBytes - rest} bytes before the length its header gives`, {
      receivedBytes: rest,
      expectedBytes: header.dataBytes,
    });
  }
  return { header, data: bytes.subarray(header.dataOffset, open ? bytes.length : header.dataOffset + header.dataBytes) };
}

/**
 * Reads a WAV whole.
 * @throws {ClientError} As splitWav.
 */
export function parseWav(bytes: Uint8Array): WavAudio {
  const { header, data } = splitWav(bytes);
  return { sampleRateHz: header.sampleRateHz, channels: header.channels, samples: decodeSamples(data, header) };
}

/** Writes 16-bit little-endian samples of a signal in −1…1; what exceeds the range is clipped. */
export function encodePcm16(samples: Float32Array): Uint8Array {
  const bytes = new Uint8Array(samples.length * 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < samples.length; i++) {
    view.setInt16(i * 2, Math.max(-32768, Math.min(32767, Math.round(samples[i]! * 32768))), true);
  }
  return bytes;
}

/**
 * Makes the 44-byte header of 16-bit PCM.
 * @param dataBytes - Bytes of samples that follow; 0 for a stream, as the engine sends it.
 */
export function wavHeader({ sampleRateHz, channels, dataBytes }: { sampleRateHz: number; channels: number; dataBytes: number }): Uint8Array {
  const bytes = new Uint8Array(44);
  const view = new DataView(bytes.buffer);
  const text = (at: number, value: string) => [...value].forEach((c, i) => view.setUint8(at + i, c.charCodeAt(0)));
  text(0, 'RIFF');
  view.setUint32(4, 36 + dataBytes, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, PCM, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, sampleRateHz, true);
  view.setUint32(28, sampleRateHz * channels * 2, true);
  view.setUint16(32, channels * 2, true);
  view.setUint16(34, 16, true);
  text(36, 'data');
  view.setUint32(40, dataBytes, true);
  return bytes;
}

/** Writes a whole 16-bit WAV; samples are interleaved when `channels` is above 1. */
export function encodeWav({ sampleRateHz, channels, samples }: WavAudio): Uint8Array {
  const data = encodePcm16(samples);
  const out = new Uint8Array(44 + data.length);
  out.set(wavHeader({ sampleRateHz, channels, dataBytes: data.length }));
  out.set(data, 44);
  return out;
}
