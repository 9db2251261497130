import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeFile } from '../file/decode-file.js';
import { downmix } from '../mix/downmix.js';
import { decodeWav } from '../wav/decode-wav.js';
import { hasShared, join, noise, SHARED, tone } from '../../test/signals.js';
import { measureAudio } from './measure-audio.js';
import { estimateNoise } from './measure-snr.js';
import golden from './wada.golden.json' with { type: 'json' };
import { wadaSnrDb } from './wada-snr.js';

const powerOf = (samples: Float32Array): number => {
  let sum = 0;
  for (const x of samples) sum += x * x;
  return sum / samples.length;
};
/** Noise whose power falls by 3 dB an octave: white noise held for 1, 2, 4 … samples, summed (Voss's method, R. F. Voss and J. Clarke 1978). */
function pink(count: number, seed: number): Float32Array {
  const white = noise(2 * count + 16, seed), out = new Float32Array(count);
  for (let octave = 0, from = 0; octave < 16; octave++) {
    for (let i = 0; i < count; i++) out[i]! += white[from + (i >> octave)]!;
    from += (count >> octave) + 1;
  }
  return out;
}
/** A piece of pink noise for clip `i`, without offset. */
function background(from: Float32Array, i: number, length: number): Float32Array {
  const at = (i * 7919 * 13) % (from.length - length), piece = from.slice(at, at + length);
  let sum = 0;
  for (const x of piece) sum += x;
  for (let k = 0; k < length; k++) piece[k]! -= sum / length;
  return piece;
}
/** The clip with noise at a known ratio of mean powers. */
function atSnr(clip: Float32Array, added: Float32Array, snrDb: number): Float32Array {
  const gain = Math.sqrt(powerOf(clip) / powerOf(added) / 10 ** (snrDb / 10)), mixed = new Float32Array(clip.length);
  for (let i = 0; i < mixed.length; i++) mixed[i] = clip[i]! + gain * added[i]!;
  return mixed;
}
const estimate = (samples: Float32Array, rate: number): number => {
  const found = estimateNoise(samples, rate);
  return found === null ? NaN : 10 * Math.log10(found.speech / found.noise);
};

type Clip = { readonly name: string; readonly samples: Float32Array; readonly rate: number };
/** Consecutive pieces of 5 to 12 s. */
function cut({ name, samples, rate }: Clip, lengthsSec: readonly number[]): Clip[] {
  const pieces: Clip[] = [];
  for (let at = 0, i = 0; ; i++) {
    const to = at + Math.round(lengthsSec[i % lengthsSec.length]! * rate);
    if (to > samples.length) return pieces;
    pieces.push({ name: `${name} from ${(at / rate).toFixed(1)} s`, samples: samples.subarray(at, to), rate });
    at = to;
  }
}
async function speech(): Promise<readonly Clip[]> {
  const open = async (name: string): Promise<Clip> => {
    const audio = await decodeFile(`${SHARED}data/${name}`, { ffmpegPath: null });
    return { name, samples: downmix(audio), rate: audio.sampleRateHz };
  };
  const clips: Clip[] = [];
  for (let i = 1; i <= 32; i++) clips.push(await open(`ljspeech/wavs/LJ001-${String(i).padStart(4, '0')}.wav`));
  for (const name of ['recording_01.wav', 'recording_02.mp3', 'recording_04.flac']) {
    const whole = await open(`recordings/${name}`);
    clips.push(...cut(whole, [5, 7.3, 9.1]), ...cut(whole, [11.7, 6.1, 8]));
  }
  return clips;
}

describe.skipIf(!hasShared('data/recordings'))('SNR of speech with pink noise (skipped without ../shared/data)', () => {
  const clips = hasShared('data/recordings') ? speech() : Promise.resolve([]), pinkNoise = pink(1_500_000, 300);
  it.each([0, 5, 10, 15, 20, 25])('%d dB: within 3 dB for at least 95 % of the files', { timeout: 180_000 }, async (snrDb) => {
    const all = await clips;
    expect(all.filter(({ name }) => name.includes('recording')).length).toBeGreaterThanOrEqual(40);
    const far = all.map(({ name, samples, rate }, i) => ({ name, error: estimate(atSnr(samples, background(pinkNoise, i, samples.length), snrDb), rate) - snrDb })).filter(({ error }) => !(Math.abs(error) <= 3));
    expect(far.length / all.length, JSON.stringify(far)).toBeLessThanOrEqual(0.05);
  });
  it('30 dB: a mean error of at most 3 dB, though the recordings have noise of their own', { timeout: 180_000 }, async () => {
    const all = await clips;
    const errors = all.map(({ samples, rate }, i) => Math.abs(estimate(atSnr(samples, background(pinkNoise, i + 5, samples.length), 30), rate) - 30));
    expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeLessThanOrEqual(3);
  });
});

describe('estimateNoise', () => {
  const voice = Float32Array.from({ length: 16000 * 8 }, (_, i) => (i % 16000 < 9000 ? 0.2 * Math.sin(i * 0.05) + 0.1 * Math.sin(i * 0.31) : 0));
  it('counts pauses in the power of the speech, and rumble below the voice as noise', () => {
    for (const snrDb of [0, 12, 24]) expect(Math.abs(estimate(atSnr(voice, noise(voice.length, 7), snrDb), 16000) - snrDb)).toBeLessThan(1);
    expect(Math.abs(estimate(atSnr(voice, tone(31.25, 16000, 8), 10).map((x, i) => x + noise(1, i)[0]! * 1e-4), 16000) - 10)).toBeLessThan(1);
  });
  it('does not count a DC offset as noise', () => {
    const noisy = atSnr(voice, noise(voice.length, 7), 20);
    expect(estimate(noisy.map((x) => x + 0.2), 16000)).toBeCloseTo(estimate(noisy, 16000), 1);
  });
  it('makes nothing up of steady sound, silence or too little', () => {
    for (const samples of [noise(64000, 3, 0.1), tone(200, 16000, 4), new Float32Array(64000), noise(4000, 3), join(tone(200, 16000, 3), new Float32Array(16000))]) expect(estimateNoise(samples, 16000)).toBeNull();
  });
});

describe('wadaSnrDb', () => {
  it.each(golden.made)('of noise to the power $power is numpy\'s $db dB', ({ power, db }) => {
    expect(Math.abs(wadaSnrDb(noise(20000, 41).map((x) => Math.sign(x) * Math.abs(x) ** power)) - db)).toBeLessThan(0.1);
  });
  it.skipIf(!hasShared('data/ljspeech'))('of speech in noise agrees with numpy to 0.1 dB (skipped without ../shared/data)', () => {
    for (const { file, amplitude, db } of golden.files) {
      const [clean] = decodeWav(readFileSync(`${SHARED}data/${file}`)).channels, added = noise(clean!.length, 43, amplitude);
      expect(Math.abs(wadaSnrDb(clean!.map((x, i) => x + added[i]!)) - db), `${file} ${amplitude}`).toBeLessThan(0.1);
    }
  });
  it('is the same in a meter, and NaN for silence', () => {
    const samples = noise(16000, 5).map((x) => x ** 3);
    expect(measureAudio(samples, 16000).wadaSnrDb).toBeCloseTo(wadaSnrDb(samples), 6);
    expect(wadaSnrDb(new Float32Array(10))).toBeNaN();
  });
});
