import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeWav, parseWav, parseWavHeader, wavHeader } from './wav.js';

/** The header api_v2.py sends first when it streams: RIFF size 36, data size 0 (recorded, GPT-SoVITS 48b1a01). */
const STREAM_HEADER = Uint8Array.from(Buffer.from('52494646240000005741564566 6d742010000000 0100 0100 007d0000 00fa0000 0200 1000 64617461 00000000'.replace(/ /g, ''), 'hex'));

describe('WAV', () => {
  it('gives back what was written, to 16 bits', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -32768, max: 32767 }), { maxLength: 300 }), fc.constantFrom(1, 2), fc.constantFrom(16_000, 32_000), (values, channels, sampleRateHz) => {
        const samples = Float32Array.from(values.slice(0, values.length - (values.length % channels)), (value) => value / 32768);
        expect(parseWav(encodeWav({ sampleRateHz, channels, samples }))).toEqual({ sampleRateHz, channels, samples });
      }),
    );
  });

  it('makes the header that the engine streams', () => {
    expect(Buffer.from(wavHeader({ sampleRateHz: 32_000, channels: 1, dataBytes: 0 })).toString('hex')).toBe(Buffer.from(STREAM_HEADER).toString('hex'));
  });

  it('reads to the end when the header gives no length', () => {
    const wav = new Uint8Array([...STREAM_HEADER, 0, 64, 0, 192]);
    expect([...parseWav(wav).samples]).toEqual([0.5, -0.5]);
  });

  it('skips what it does not know, with its padding', () => {
    const plain = encodeWav({ sampleRateHz: 8000, channels: 1, samples: Float32Array.of(0.25) });
    const list = [0x4c, 0x49, 0x53, 0x54, 3, 0, 0, 0, 1, 2, 3, 0];
    const wav = new Uint8Array([...plain.subarray(0, 12), ...list, ...plain.subarray(12)]);
    expect(parseWav(wav)).toEqual({ sampleRateHz: 8000, channels: 1, samples: Float32Array.of(0.25) });
  });

  it.each([
    [8, [0, 128, 255], [-1, 0, 127 / 128]],
    [24, [0, 0, 192, 0, 0, 64], [-0.5, 0.5]],
    [32, [0, 0, 0, 192, 0, 0, 0, 64], [-0.5, 0.5]],
  ])('reads %i bits', (bits, data, want) => {
    const wav = new Uint8Array([...wavHeader({ sampleRateHz: 8000, channels: 1, dataBytes: data.length }), ...data]);
    new DataView(wav.buffer).setUint16(34, bits, true);
    expect([...parseWav(wav).samples]).toEqual(want);
  });

  it('waits for the rest of a header, wherever it was cut', () => {
    for (let length = 0; length < 44; length++) expect(parseWavHeader(STREAM_HEADER.subarray(0, length))).toBeNull();
    expect(parseWavHeader(STREAM_HEADER)).toMatchObject({ dataOffset: 44, dataBytes: 0 });
  });

  it('says how many bytes are missing', () => {
    const wav = encodeWav({ sampleRateHz: 8000, channels: 1, samples: new Float32Array(10) });
    expect(() => parseWav(wav.subarray(0, 50))).toThrow('14 bytes before the length');
  });

  it.each([['nothing', []], ['text', [...Buffer.from('this is no wav file at all')]], ['a header cut short', [...STREAM_HEADER.subarray(0, 20)]]])('refuses %s', (_, bytes) => {
    expect(() => parseWav(Uint8Array.from(bytes))).toThrow('not a WAV that can be read');
  });

  it('never fails in another way, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.boolean(), (bytes, headed) => {
        const input = headed ? new Uint8Array([...STREAM_HEADER.subarray(0, 12), ...bytes]) : bytes;
        try {
          parseWav(input);
        } catch (error) {
          expect((error as Error).name).toBe('ClientError');
        }
      }),
    );
  });
});
