import { decodeWav, encodeWav } from '@voxtune/audio';
import { expect, it } from 'vitest';
import { encodeSpeech } from './encode-speech.js';
import { pcmOf, wavOf } from './wav-bytes.js';
import { planStreamEncoding } from './stream-encoder.js';

const RATE = 32_000;
const file = encodeWav({ sampleRateHz: RATE, channels: [Float32Array.from({ length: 1000 }, (_, n) => Math.sin(n / 10))] });
/** Speech as the engine sent it, whose samples nobody may ask for. */
const sound = (bytes: Uint8Array) => ({ sampleRateHz: RATE, length: (bytes.length - 44) / 2, pcm16: bytes.subarray(44), get samples(): Float32Array { throw new Error('samples were made'); } });

it('passes the engine’s own bytes on as wav and pcm, whole and streamed, without making samples', async () => {
  expect(pcmOf(sound(file))).toEqual(file.subarray(44));
  const wav = await encodeSpeech(sound(file), 'wav', null, null);
  expect(wav).toMatchObject({ sampleRateHz: RATE, durationSec: 1000 / RATE });
  expect(wav.bytes).toEqual(file);
  expect(wav.bytes.buffer).toBe(file.buffer); // not copied
  expect((await encodeSpeech(sound(file), 'pcm', RATE, null)).bytes).toEqual(file.subarray(44));
  const pieces = async function* () { yield sound(file); };
  const streamed: Uint8Array[] = [];
  for await (const bytes of planStreamEncoding(RATE, 'wav', null, null).encode(pieces())) streamed.push(bytes);
  expect(streamed.at(-1)).toEqual(file.subarray(44));
});

it('writes a header of its own where the engine’s is another', () => {
  const streamed = file.slice();
  streamed.fill(0, 4, 8); // sizes that a stream does not know
  const whole = wavOf(RATE, streamed.subarray(44));
  expect([whole.buffer === streamed.buffer, decodeWav(whole).channels[0]?.length]).toEqual([false, 1000]);
  expect(whole).toEqual(file);
  expect(wavOf(16_000, file.subarray(44)).slice(0, 44)).toEqual(encodeWav({ sampleRateHz: 16_000, channels: [new Float32Array(1000)] }).slice(0, 44));
});
