import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { decodeWav, resample } from '@voxtune/audio';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countSpokenCharacters, detectFaults, FAULTS, measurePace, repeatsItself } from './detect-faults.js';
import { countClippedSamples } from './levels.js';

const RATE = 32_000;

/** Bursts of a tone with quiet ends: a stand-in for speech of a given length. */
function speech(durationSec: number, { level = 0.3, endQuietSec = 0.15 } = {}): Float32Array {
  const length = Math.round(durationSec * RATE);
  return Float32Array.from({ length }, (_, n) => {
    const t = n / RATE;
    const quiet = t < 0.05 || t > durationSec - endQuietSec;
    const syllable = 0.55 + 0.45 * Math.sin(2 * Math.PI * 4 * t);
    const vowel = Math.sin(2 * Math.PI * (150 + 60 * Math.sin(1.3 * t)) * t) + 0.7 * Math.sin(2 * Math.PI * (900 + 500 * Math.sin(0.9 * t) + 300 * Math.sin(2.3 * t + 1)) * t); // glides that never come twice
    return (quiet ? 0.0005 : level * syllable) * 0.6 * vowel;
  });
}
const join = (...parts: readonly Float32Array[]): Float32Array => {
  const joined = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (joined.set(part, at), at + part.length), 0);
  return joined;
};
const codes = (samples: Float32Array, options = {}, rate = RATE): string[] => detectFaults(samples, rate, options).map(({ code }) => code);

it('finds nothing in sound speech', () => {
  expect(detectFaults(speech(3), RATE)).toEqual([]);
  expect(codes(speech(3), { text: 'x'.repeat(36), paceCharsPerSec: 12 })).toEqual([]);
});

describe('each fault, planted', () => {
  it.each([
    ['OUTPUT_EMPTY', new Float32Array(0), RATE],
    ['OUTPUT_NOT_FINITE', join(speech(1), Float32Array.of(NaN)), RATE],
    ['OUTPUT_NOT_FINITE', join(speech(1), Float32Array.of(-Infinity)), RATE],
    ['OUTPUT_ENGINE_ERROR', new Float32Array(16_000), 16_000],
    ['OUTPUT_ENGINE_ERROR', new Float32Array(32_000), 32_000],
    ['OUTPUT_SILENT', new Float32Array(16_001), 16_000],
    ['OUTPUT_SILENT', new Float32Array(RATE).fill(1 / 32_768), RATE],
    ['OUTPUT_TOO_SHORT', speech(3).subarray(10_000, 10_320), RATE],
    ['OUTPUT_CLIPPED', speech(3).map((sample) => Math.max(-1, Math.min(1, sample * 10))), RATE],
    ['OUTPUT_CUT_OFF', speech(3, { endQuietSec: -1 }), RATE],
    ['OUTPUT_CUT_OFF', join(speech(3, { endQuietSec: -1 }), new Float32Array(9600)), RATE], // the zeros engines append
    ['OUTPUT_LONG_PAUSE', join(speech(2.1), new Float32Array(RATE * 1.5).fill(0.0001), speech(5).subarray(3 * RATE)), RATE],
    ['OUTPUT_DROPOUT', speech(3).fill(0, 1.4 * RATE, 1.5 * RATE), RATE],
    ['OUTPUT_REPEATED', join(speech(4).subarray(0, 2 * RATE), speech(4).subarray(1.3 * RATE)), RATE],
  ])('%s', (code, samples, rate) => {
    expect(codes(samples, {}, rate)).toEqual([code]);
    expect(detectFaults(samples, rate)[0]).toMatchObject({ level: FAULTS[code as 'OUTPUT_EMPTY'], value: expect.any(Number) as number });
  });

  it('OUTPUT_TOO_SHORT_FOR_TEXT when half the words are missing, OUTPUT_TOO_LONG_FOR_TEXT when they come thrice', () => {
    const text = '您好，请问有什么可以帮您的吗？'.repeat(3);
    const characters = countSpokenCharacters(text);
    expect(characters).toBe(39);
    expect(codes(speech(2), { text, paceCharsPerSec: 5 })).toEqual(['OUTPUT_TOO_SHORT_FOR_TEXT']);
    expect(codes(speech(7.8), { text, paceCharsPerSec: 5 })).toEqual([]);
    expect(codes(speech(24), { text, paceCharsPerSec: 5 })).toEqual(['OUTPUT_TOO_LONG_FOR_TEXT']);
  });
});

it('does not check pace without a pace, or for a text that holds nothing to say', () => {
  expect(codes(speech(20), { text: 'hi' })).not.toContain('OUTPUT_TOO_LONG_FOR_TEXT');
  expect(codes(speech(20), { text: '…!', paceCharsPerSec: 12 })).not.toContain('OUTPUT_TOO_LONG_FOR_TEXT');
});

it('takes the zeros that engines put between sentences for no dropout', () => {
  expect(codes(join(speech(2), new Float32Array(0.3 * RATE), speech(6).subarray(4 * RATE)))).not.toContain('OUTPUT_LONG_PAUSE');
  expect(codes(join(speech(2), new Float32Array(0.3 * RATE), new Float32Array(0.05 * RATE).fill(0.0005), speech(6).subarray(4 * RATE)))).not.toContain('OUTPUT_DROPOUT');
});

it('does not take a held tone for a repetition', () => {
  const tone = Float32Array.from({ length: 3 * RATE }, (_, n) => (n < 2.8 * RATE ? 0.3 : 0.0003) * (Math.sin(n / 20) + 0.3 * Math.sin(n / 7)));
  expect(codes(tone)).toEqual([]);
});

it('does not take for a repetition what the text says twice', () => {
  const twice = join(speech(4).subarray(0, 2 * RATE), speech(4).subarray(1.3 * RATE));
  expect(codes(twice, { text: '电话一三八零零一三八零零零' })).toEqual([]);
  expect(codes(twice, { text: '您好，欢迎致电。' })).toEqual(['OUTPUT_REPEATED']);
  expect(['一三八零零一三八', 'very good, very good', '您好您好'].map(repeatsItself)).toEqual([true, true, false]);
  expect(['请稍等一下', 'thank you for calling'].map(repeatsItself)).toEqual([false, false]);
});

it('takes the median pace, and none from nothing', () => {
  const clip = (seconds: number, text: string) => ({ text, samples: speech(seconds + 0.2), sampleRateHz: RATE });
  expect(measurePace([clip(1, 'a'.repeat(10)), clip(1, 'a'.repeat(12)), clip(1, 'a'.repeat(90))])).toBeCloseTo(12, 0);
  expect(measurePace([])).toBeNull();
  expect(measurePace([{ text: 'a', samples: new Float32Array(RATE), sampleRateHz: RATE }])).toBeNull();
});

it('counts runs of full scale, not single peaks', () => {
  expect(countClippedSamples(Float32Array.of(0, 1, 0, 1, 1, 0))).toBe(0);
  expect(countClippedSamples(Float32Array.of(0, 1, 1, 1, 0, -1, -1, -1, -1))).toBe(7);
  expect(countClippedSamples(Float32Array.of(1, 1, -1, -1))).toBe(0);
});

it('returns findings for any samples and never throws for their content', () => {
  fc.assert(fc.property(fc.float32Array({ maxLength: 600 }), (samples) => {
    for (const { code, value, message } of detectFaults(samples, 4000, { text: 'a b', paceCharsPerSec: 10 })) {
      expect(Object.keys(FAULTS)).toContain(code);
      expect(Number.isFinite(value)).toBe(true);
      expect(message).not.toMatch(code === 'OUTPUT_NOT_FINITE' ? /undefined/ : /NaN|Infinity|undefined/);
    }
  }));
});

it('refuses misuse, naming the value', () => {
  expect(() => detectFaults(new Float32Array(9), 0)).toThrow('sampleRateHz must be within 4000…384000, got 0');
  expect(() => detectFaults([0] as never, RATE)).toThrow('samples must be a Float32Array, got [object Array]');
  expect(() => detectFaults(new Float32Array(9), RATE, { paceCharsPerSec: -1 })).toThrow('paceCharsPerSec must be above 0, got -1');
});

const wavs = fileURLToPath(new URL('../../../../../shared/data/ljspeech/wavs/', import.meta.url));
describe.skipIf(!existsSync(wavs))('repetition in real speech (skipped without ../shared/data)', () => {
  const clips = existsSync(wavs) ? readdirSync(wavs).sort().map((name) => decodeWav(readFileSync(`${wavs}${name}`))) : [];
  it('is found in none of the reader’s 32 clips, and in most of those it is planted in, at another pitch and level', { timeout: 60_000 }, () => {
    for (const { channels, sampleRateHz } of clips) expect(codes(channels[0]!, {}, sampleRateHz)).not.toContain('OUTPUT_REPEATED');
    const long = clips.filter(({ channels, sampleRateHz }) => channels[0]!.length > 4 * sampleRateHz).slice(0, 12);
    const found = long.filter(({ channels: [samples], sampleRateHz: rate }) => {
      const at = Math.round(0.45 * samples!.length);
      const again = resample(samples!.slice(at - rate, at).map((sample) => 0.8 * sample), rate, Math.round(rate / 1.03));
      return codes(join(samples!.subarray(0, at), again, samples!.subarray(at)), {}, rate).includes('OUTPUT_REPEATED');
    });
    expect(found.length).toBeGreaterThanOrEqual(10); // a second with a pause in it is let go
  });
});
