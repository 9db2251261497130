import { describe, expect, it } from 'vitest';
import { hasShared, noise, SHARED, tone } from '../../test/signals.js';
import { createRealFft } from '../features/real-fft.js';
import { decodeFile } from '../file/decode-file.js';
import { downmix } from '../mix/downmix.js';
import { estimateRt60 } from './estimate-rt60.js';

/** A room: the direct sound, then noise that falls by 60 dB in `rt60` seconds, so many dB louder or quieter in all. */
function room(rt60: number, rate: number, seed: number, reverbDb = 0): Float32Array {
  const response = noise(Math.round(1.2 * rt60 * rate), seed).map((x, i) => x * 10 ** ((-3 * i) / rate / rt60));
  const scale = Math.sqrt(10 ** (reverbDb / 10) / response.reduce((sum, x) => sum + x * x, 0));
  return response.map((x, i) => (i === 0 ? 1 : x * scale));
}
function convolve(x: Float32Array, h: Float32Array): Float32Array {
  const size = 2 ** Math.ceil(Math.log2(x.length + h.length)), fft = createRealFft(size), bins = size / 2 + 1;
  const transform = (values: Float32Array): [Float64Array, Float64Array] => { const padded = new Float64Array(size), re = new Float64Array(bins), im = new Float64Array(bins); padded.set(values); fft.forward(padded, re, im); return [re, im]; };
  const [a, b] = transform(x), [c, d] = transform(h), out = new Float64Array(size);
  fft.inverse(a.map((v, k) => v * c[k]! - b[k]! * d[k]!), a.map((v, k) => v * d[k]! + b[k]! * c[k]!), out);
  return Float32Array.from(out.subarray(0, x.length));
}

const TIMES = [0.2, 0.35, 0.5, 0.7, 1];
describe.skipIf(!hasShared('data/ljspeech'))('real speech in made rooms (skipped without shared data)', () => {
  // None of these is among the recordings that the constants were fitted to.
  const files = ['LJ001-0006', 'LJ001-0012', 'LJ001-0015', 'LJ001-0020', 'LJ001-0027'];
  const speech = async (name: string): Promise<{ samples: Float32Array; rate: number }> => { const audio = await decodeFile(`${SHARED}data/ljspeech/wavs/${name}.wav`); return { samples: downmix(audio), rate: audio.sampleRateHz }; };
  it.each(files)('%s: rises with the reverberation time, and is near it', async (name) => {
    const { samples, rate } = await speech(name), guesses = TIMES.map((rt60, i) => estimateRt60(convolve(samples, room(rt60, rate, 5 + i)), rate)!);
    guesses.forEach((guess, i) => {
      if (i > 0) expect(guess).toBeGreaterThan(guesses[i - 1]!);
      expect(Math.abs(Math.log(guess / TIMES[i]!))).toBeLessThan(Math.log(1.35));
    });
  });
  it('rises up to 0.7 s also where the voice is 5 dB louder than the room, and stays below the truth', async () => {
    const { samples, rate } = await speech(files[1]!), guesses = [0.2, 0.35, 0.5, 0.7].map((rt60, i) => estimateRt60(convolve(samples, room(rt60, rate, 5 + i, -5)), rate)!);
    for (let i = 1; i < guesses.length; i++) expect(guesses[i]!).toBeGreaterThan(guesses[i - 1]!);
    expect(guesses[3]!).toBeLessThan(0.7);
  });
  it('the rms error over all is under 20 %', async () => {
    let sum = 0, count = 0;
    for (const name of files) {
      const { samples, rate } = await speech(name);
      for (const [i, rt60] of TIMES.entries()) { sum += Math.log(estimateRt60(convolve(samples, room(rt60, rate, 50 + i)), rate)! / rt60) ** 2; count += 1; }
    }
    expect(Math.sqrt(sum / count)).toBeLessThan(0.2);
  });
  it('a studio is drier than a small room', async () => {
    const { samples, rate } = await speech(files[0]!);
    expect(estimateRt60(samples, rate)).toBeLessThan(0.25);
  });
});

it('silence, noise and a tone have no decays', () => {
  for (const samples of [new Float32Array(16000), noise(64000, 1, 0.1), tone(300, 16000, 4), new Float32Array(0), tone(300, 16000, 0.01)]) expect(estimateRt60(samples, 16000)).toBeNull();
});
it('hears the decay of bare noise bursts', () => {
  for (const rt60 of [0.3, 0.6]) {
    const bursts = Float32Array.from(noise(8 * 16000, 3), (x, i) => x * 10 ** ((-3 * (i % 16000)) / 16000 / rt60) * 0.5);
    expect(estimateRt60(bursts, 16000)! / rt60).toBeGreaterThan(0.6);
    expect(estimateRt60(bursts, 16000)! / rt60).toBeLessThan(1.4);
  }
});
it('refuses a senseless rate', () => { expect(() => estimateRt60(new Float32Array(4), 0)).toThrow('sampleRateHz must be a positive integer, got 0'); });
