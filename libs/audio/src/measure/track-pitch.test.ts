import { describe, expect, it } from 'vitest';
import { decodeFile } from '../file/decode-file.js';
import { downmix } from '../mix/downmix.js';
import { hasShared, join, noise, SHARED, tone } from '../../test/signals.js';
import golden from './pitch.golden.json' with { type: 'json' };
import { trackPitch } from './track-pitch.js';

/** Formants of /a/, /i/, /u/: centre and bandwidth, hertz (Peterson and Barney 1952, men's means; bandwidths of 60 to 120 Hz). */
const VOWELS = { a: [[730, 90], [1090, 110], [2440, 120]], i: [[270, 60], [2290, 100], [3010, 120]], u: [[300, 60], [870, 90], [2240, 120]] } as const;

/** Harmonics of a gliding voice, weighed by a vowel's formants; F0 is `f0Hz(t)`. */
function vowel(name: keyof typeof VOWELS, rate: number, seconds: number, f0Hz: (t: number) => number): Float32Array {
  let angle = 0;
  return Float32Array.from({ length: Math.round(rate * seconds) }, (_, i) => {
    const f0 = f0Hz(i / rate);
    angle += (2 * Math.PI * f0) / rate;
    let x = 0;
    for (let h = 1; h * f0 < Math.min(5000, 0.45 * rate); h++) {
      let gain = 0.02 / h;
      for (const [centre, width] of VOWELS[name]) gain += 1 / h / (1 + ((h * f0 - centre) / width) ** 2);
      x += gain * Math.sin(h * angle + h * h);
    }
    return 0.2 * x;
  });
}

describe('trackPitch', () => {
  const cases = (['a', 'i', 'u'] as const).flatMap((name) => [80, 117, 210, 333, 550].flatMap((f0) => [8000, 22050, 44100].map((rate) => [name, f0, rate] as const)));
  it.each(cases)('finds a steady /%s/ at %d Hz (rate %d) to 1 %% in every frame', (name, f0, rate) => {
    const track = trackPitch(vowel(name, rate, 0.4, () => f0), rate);
    expect(track.f0Hz.length).toBeGreaterThan(30);
    for (const hz of track.f0Hz) expect(Math.abs(hz / f0 - 1)).toBeLessThan(0.01);
  });
  it('follows a glide over an octave to 1 %', () => {
    const glide = (t: number): number => 100 * 2 ** (t / 2);
    const { f0Hz, timesSec } = trackPitch(vowel('a', 16000, 2, glide), 16000);
    f0Hz.forEach((hz, i) => expect(Math.abs(hz / glide(timesSec[i]!) - 1)).toBeLessThan(0.01));
  });
  it('calls noise and silence unvoiced, and keeps the frames of what is voiced between them', () => {
    const { f0Hz, strength, timesSec } = trackPitch(join(noise(8000, 3, 0.1), tone(150, 16000, 0.5), new Float32Array(8000)), 16000);
    timesSec.forEach((sec, i) => {
      if (sec > 0.53 && sec < 0.97) expect(Math.abs(f0Hz[i]! / 150 - 1) + Math.abs(strength[i]! - 1)).toBeLessThan(0.02);
      else if (sec < 0.46 || sec > 1.03) expect([f0Hz[i], strength[i]]).toEqual([0, 0]);
    });
    expect(trackPitch(new Float32Array(16000), 16000).f0Hz.every((hz) => hz === 0)).toBe(true);
    expect(trackPitch(noise(16000, 4), 16000).f0Hz.filter((hz) => hz > 0).length).toBeLessThan(5);
  });
  it('takes any rate, too short a sound and values that are no numbers', () => {
    expect(trackPitch(new Float32Array(639), 16000).f0Hz).toHaveLength(0);
    expect(trackPitch(new Float32Array(640), 16000).timesSec).toEqual(Float64Array.of(0.02));
    for (const rate of [1, 100, 1000, 11_111, 192_000]) expect(trackPitch(noise(rate, 1), rate).f0Hz.every((hz) => hz >= 0 && hz <= 600)).toBe(true);
    const holed = tone(200, 16000, 1);
    holed[5000] = NaN;
    expect(Math.abs(trackPitch(holed, 16000).f0Hz[10]! - 200)).toBeLessThan(1);
  });
  it('refuses senseless options', () => {
    expect(() => trackPitch(new Float32Array(1), 0.5)).toThrow('sampleRateHz must be a positive integer, got 0.5');
    expect(() => trackPitch(new Float32Array(1), 8000, { floorHz: 0 })).toThrow('floorHz must be a positive number, got 0');
    expect(() => trackPitch(new Float32Array(1), 8000, { ceilingHz: 75 })).toThrow('ceilingHz must be above floorHz, got 75 and 75');
    expect(() => trackPitch(new Float32Array(1), 8000, { octaveCost: -1 })).toThrow('octaveCost must not be negative, got -1');
  });
});

describe.skipIf(!hasShared('data/recordings'))('against Praat\'s To Pitch (ac), 75 to 600 Hz, 10 ms (skipped without ../shared/data)', () => {
  it('on LJSpeech, recordings and Mandarin: both voiced within 5 % in ≥ 95 % of the frames, voicing alike in ≥ 90 %, the same frames', { timeout: 60_000 }, async () => {
    let both = 0, near = 0, alike = 0, frames = 0;
    const poor: string[] = [];
    for (const file of golden.files) {
      const audio = await decodeFile(SHARED + 'data/' + file.file, { ffmpegPath: null });
      expect(audio.channels[0]!.length, file.file).toBe(file.samples);
      const { f0Hz, timesSec } = trackPitch(downmix(audio), audio.sampleRateHz);
      expect(f0Hz.length, file.file).toBe(file.frames);
      expect(timesSec[0], file.file).toBeCloseTo(file.firstSec, 5);
      let ownBoth = 0, ownNear = 0, ownAlike = 0;
      file.f0Hz.forEach((theirs, i) => {
        const ours = f0Hz[i * golden.every]!;
        if (ours > 0 === theirs > 0) ownAlike += 1;
        if (ours === 0 || theirs === 0) return;
        ownBoth += 1;
        if (Math.abs(ours / theirs - 1) < 0.05) ownNear += 1;
      });
      if (ownNear < 0.95 * ownBoth || ownAlike < 0.9 * file.f0Hz.length) poor.push(file.file);
      both += ownBoth; near += ownNear; alike += ownAlike; frames += file.f0Hz.length;
    }
    expect(frames).toBeGreaterThan(5000);
    expect(near / both).toBeGreaterThan(0.99);
    expect(alike / frames).toBeGreaterThan(0.97);
    expect(poor).toEqual([]); // the bar holds for each file, too
  });
});
