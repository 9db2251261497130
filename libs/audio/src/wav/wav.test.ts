import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WaveFile } from 'wavefile';
import { noise, tone } from '../../test/signals.js';
import { decodeWav } from './decode-wav.js';
import { encodeWav } from './encode-wav.js';

const integers = noise(400, 7, 30000).map(Math.trunc);
/** Writes with another implementation (wavefile 11). */
function written(channels: number, depth: string, values: readonly [ArrayLike<number>, ...ArrayLike<number>[]]): Uint8Array {
  const wav = new WaveFile();
  wav.fromScratch(channels, 16000, depth, channels === 1 ? values[0] : [...values]);
  return wav.toBuffer();
}
/** A WAV file by hand. */
function file({ tag = 1, channels = 1, rate = 8000, bits = 16, block, data = new Uint8Array(0), dataSize, riff = 'RIFF', before = [] as number[] }: {
  tag?: number; channels?: number; rate?: number; bits?: number; block?: number; data?: Uint8Array; dataSize?: number; riff?: string; before?: number[];
} = {}): Uint8Array {
  const blockBytes = block ?? Math.ceil(bits / 8) * channels;
  const u16 = (v: number): number[] => [v & 255, (v >> 8) & 255], u32 = (v: number): number[] => [v & 255, (v >>> 8) & 255, (v >>> 16) & 255, v >>> 24];
  const ascii = (s: string): number[] => Array.from(s, (c) => c.charCodeAt(0));
  const fmt = [...ascii('fmt '), ...u32(16), ...u16(tag), ...u16(channels), ...u32(rate), ...u32(rate * blockBytes), ...u16(blockBytes), ...u16(bits)];
  return Uint8Array.from([...ascii(riff), ...u32(0), ...ascii('WAVE'), ...before, ...fmt, ...ascii('data'), ...u32(dataSize ?? data.length), ...data]);
}

describe('decodeWav agrees with wavefile 11', () => {
  it('16 bit', () => { expect(decodeWav(written(1, '16', [integers])).channels[0]).toEqual(integers.map((x) => x / 32768)); });
  it('8 bit', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    expect(Array.from(decodeWav(written(1, '8', [bytes])).channels[0]!)).toEqual(Array.from(bytes, (x) => (x - 128) / 128));
  });
  it('24 bit, two channels', () => {
    const left = integers.map((x) => x * 256 + 3), right = integers.map((x) => -x * 256);
    const { channels, sampleRateHz } = decodeWav(written(2, '24', [left, right]));
    expect(sampleRateHz).toBe(16000);
    expect(channels).toEqual([left.map((x) => x / 8388608), right.map((x) => x / 8388608)]);
  });
  it('32 bit', () => { expect(decodeWav(written(1, '32', [integers.map((x) => x * 65536)])).channels[0]).toEqual(integers.map((x) => x / 32768)); });
  it.each(['32f', '64'])('float %s', (depth) => {
    const values = noise(100, 1, 1.5);
    expect(decodeWav(written(1, depth, [values])).channels[0]).toEqual(values);
  });
  it.each(['8m', '8a'])('G.711 %s', (depth) => {
    const codes = Uint8Array.from({ length: 256 }, (_, i) => i);
    const expected = new WaveFile();
    expected.fromScratch(1, 8000, depth, codes);
    const bytes = expected.toBuffer();
    if (depth === '8m') expected.fromMuLaw(); else expected.fromALaw();
    expect(Array.from(decodeWav(bytes).channels[0]!)).toEqual(Array.from(expected.getSamples() as unknown as ArrayLike<number>, (x) => x / 32768));
  });
});

describe('encodeWav', () => {
  it.each([['pcm16', '16', 32768], ['pcm24', '24', 8388608]] as const)('%s is read by wavefile', (format, depth, scale) => {
    const wav = new WaveFile(encodeWav({ sampleRateHz: 44100, channels: [integers.map((x) => x / 32768), integers.map((x) => -x / 65536)] }, { format }));
    expect(wav.bitDepth).toBe(depth);
    const [left] = wav.getSamples() as unknown as Float64Array[];
    expect(Array.from(left!)).toEqual(Array.from(integers, (x) => (x / 32768) * scale));
  });
  it('decodes to what went in: float exactly, integers to half a step', () => {
    fc.assert(fc.property(fc.float32Array({ min: -1, max: Math.fround(0.999), noNaN: true, maxLength: 50, minLength: 1 }), fc.constantFrom('float32', 'pcm16', 'pcm24'), (samples, format) => {
      const [back] = decodeWav(encodeWav({ sampleRateHz: 8000, channels: [samples] }, { format })).channels;
      const step = { float32: 0, pcm16: 2 ** -16, pcm24: 2 ** -24 }[format];
      back!.forEach((x, i) => { expect(Math.abs(x - samples[i]!)).toBeLessThanOrEqual(step * 1.0001); });
    }));
  });
  it('clamps instead of wrapping, and writes 0 for NaN', () => {
    const [back] = decodeWav(encodeWav({ sampleRateHz: 8000, channels: [Float32Array.of(2, -2, 1, NaN)] })).channels;
    expect(Array.from(back!)).toEqual([32767 / 32768, -1, 32767 / 32768, 0]);
  });
  it('pads an odd data chunk', () => { expect(encodeWav({ sampleRateHz: 8000, channels: [new Float32Array(1)] }, { format: 'pcm24' }).length).toBe(48); });
  it('refuses unequal channels, no channel and another format', () => {
    expect(() => encodeWav({ sampleRateHz: 8000, channels: [new Float32Array(1), new Float32Array(2)] })).toThrow('all channels must have the same length');
    expect(() => encodeWav({ sampleRateHz: 8000, channels: [] })).toThrow('at least one channel');
    expect(() => encodeWav({ sampleRateHz: 8000, channels: [new Float32Array(1)] }, { format: 'mp3' as 'pcm16' })).toThrow('format must be one of pcm8, pcm16, pcm24, float32, mulaw, alaw, got mp3');
  });
});

describe('headers that lie', () => {
  const data = Uint8Array.of(0, 64, 0, 192, 0, 32);
  const expected = Float32Array.of(0.5, -0.5, 0.25);
  it.each([0, 0xffffffff, 0x7fffffff])('a length of %d, as of pipes: takes all, and says so', (dataSize) => {
    const { channels, warnings } = decodeWav(file({ data, dataSize }));
    expect(channels[0]).toEqual(expected);
    expect(warnings.map(({ code }) => code)).toEqual(['AUDIO_SIZE_UNKNOWN']);
  });
  it('a file cut short: keeps whole samples and says what is lost', () => {
    const { channels, warnings } = decodeWav(file({ data: data.subarray(0, 5), dataSize: 8006 }));
    expect(channels[0]).toEqual(expected.slice(0, 2));
    expect(warnings).toEqual([{ code: 'AUDIO_TRUNCATED', message: 'the file ends 0.50 s before its audio does (5 of 8006 bytes are there)' }]);
  });
  it('24 bits in a container of 32', () => {
    expect(decodeWav(file({ bits: 24, block: 4, data: Uint8Array.of(0, 0, 0, 64) })).channels[0]).toEqual(Float32Array.of(0.5));
  });
  it('a block size that cannot be', () => { expect(decodeWav(file({ block: 1, data })).channels[0]).toEqual(expected); });
  it('odd chunks before the audio', () => {
    expect(decodeWav(file({ data, before: [76, 73, 83, 84, 3, 0, 0, 0, 1, 2, 3, 0] })).channels[0]).toEqual(expected);
  });
  it('RF64 with its length in ds64', () => {
    const ds64 = [100, 115, 54, 52, 28, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    const { channels, warnings } = decodeWav(file({ riff: 'RF64', before: ds64, data, dataSize: 0xffffffff }));
    expect([channels[0], warnings]).toEqual([expected, []]);
  });
  it('numbers that are none become 0, counted', () => {
    const { channels, warnings } = decodeWav(encodeWav({ sampleRateHz: 8000, channels: [Float32Array.of(NaN, 0.5, Infinity)] }, { format: 'float32' }));
    expect(channels[0]).toEqual(Float32Array.of(0, 0.5, 0));
    expect(warnings).toEqual([{ code: 'AUDIO_VALUES_REPLACED', message: '2 samples were not finite numbers; they became 0 (the first at sample 0, 0.000 s)' }]);
  });
});

describe('refusals', () => {
  it.each([
    ['nothing', new Uint8Array(0), 'AUDIO_EMPTY'],
    ['text', new TextEncoder().encode('hello, this is not audio at all'), 'AUDIO_FORMAT_UNKNOWN'],
    ['a header without samples', file(), 'AUDIO_EMPTY'],
    ['a header cut off', file().subarray(0, 30), 'AUDIO_CORRUPT'],
    ['no data chunk', file().subarray(0, 36), 'AUDIO_TRUNCATED'],
    ['no channels', file({ channels: 0 }), 'AUDIO_CORRUPT'],
    ['0 Hz', file({ rate: 0 }), 'AUDIO_CORRUPT'],
    ['12-bit float', file({ tag: 3, bits: 12, data: Uint8Array.of(0, 0) }), 'AUDIO_CODEC_UNSUPPORTED'],
    ['ADPCM with 3 bits a sample', file({ tag: 2, bits: 3, block: 256, data: new Uint8Array(256) }), 'AUDIO_CORRUPT'],
    ['GSM', file({ tag: 0x31, bits: 0, block: 65, data: new Uint8Array(65) }), 'AUDIO_CODEC_UNSUPPORTED'],
    ['65535 channels', file({ channels: 65535, block: 65535, data: new Uint8Array(9) }), 'AUDIO_CORRUPT'],
    ['4 GHz', file({ rate: 4_000_000_000, data: new Uint8Array(9) }), 'AUDIO_CORRUPT'],
  ])('%s', (_, bytes, code) => { expect(() => decodeWav(bytes)).toThrow(expect.objectContaining({ code }) as Error); });
  it('never throws anything but an AudioError, whatever byte is damaged', () => {
    const good = encodeWav({ sampleRateHz: 8000, channels: [tone(100, 8000, 0.01)] });
    fc.assert(fc.property(fc.nat(good.length - 1), fc.nat(255), fc.nat(good.length), (at, value, length) => {
      const bad = good.slice(0, length);
      if (at < length) bad[at] = value;
      try { decodeWav(bad); } catch (error) { expect(error).toHaveProperty('name', 'AudioError'); }
    }), { numRuns: 500 });
  });
});
