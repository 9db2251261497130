import { expect, it } from 'vitest';
import { readWavShape } from './wav.js';

const wav = (samples: readonly number[], { channels = 1, bits = 16, junk = 0 } = {}): ArrayBuffer => {
  const bytes = new Uint8Array(44 + (junk > 0 ? 8 + junk : 0) + samples.length * 2);
  const view = new DataView(bytes.buffer);
  const word = (at: number, text: string) => bytes.set([...text].map((c) => c.charCodeAt(0)), at);
  word(0, 'RIFF'); word(8, 'WAVEfmt '); view.setUint32(16, 16, true); view.setUint16(20, 1, true); view.setUint16(22, channels, true); view.setUint32(24, 8000, true); view.setUint16(34, bits, true);
  let at = 36;
  if (junk > 0) { word(at, 'LIST'); view.setUint32(at + 4, junk, true); at += 8 + junk; }
  word(at, 'data'); view.setUint32(at + 4, samples.length * 2, true);
  samples.forEach((s, i) => view.setInt16(at + 8 + 2 * i, s, true));
  return bytes.buffer;
};

it('gives the lowest and highest sample of each 1/400 s', () => {
  const samples = Array.from({ length: 50 }, (_, i) => (i === 3 ? 16384 : i === 25 ? -32768 : 0)); // 20 samples each at 8 kHz
  const { durationSec, sampleRateHz, peaks } = readWavShape(wav(samples));
  expect([durationSec, sampleRateHz, [...peaks]]).toEqual([50 / 8000, 8000, [0, 0.5, -1, 0, 0, 0]]);
});
it('passes over other chunks', () => {
  expect(readWavShape(wav([1, 2, 3, 4], { junk: 6 })).durationSec).toBe(4 / 8000);
});
it.each([['stereo', wav([1], { channels: 2 }), 'mono'], ['24 bit', wav([1], { bits: 24 }), '16-bit'], ['text', new TextEncoder().encode('hello, this is no audio at all, but long enough').buffer, 'not a WAV'], ['nothing', new ArrayBuffer(0), 'not a WAV'], ['a header alone', wav([]).slice(0, 40), 'not a WAV']])('refuses %s', (_, bytes, message) => {
  expect(() => readWavShape(bytes)).toThrow(message);
});
