import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFile } from '../file/decode-file.js';
import { resample } from '../resample/resample.js';
import { hasShared, join, noise, SHARED, tone } from '../../test/signals.js';
import { measureAudio } from './measure-audio.js';

const scale = (samples: Float32Array, factor: number): Float32Array => samples.map((x) => x * factor);
const add = (a: Float32Array, b: Float32Array): Float32Array => a.map((x, i) => x + b[i]!);
/** Vowel-like sound with pauses: harmonics of 140 Hz, 0.6 s on, 0.3 s off. */
function talk(rate: number, seconds: number): Float32Array {
  return Float32Array.from({ length: rate * seconds }, (_, i) => {
    const t = i / rate;
    if (t % 0.9 > 0.6) return 0;
    let x = 0;
    for (let h = 1; h <= 12; h++) x += Math.sin(2 * Math.PI * 140 * h * t + h * h) / h;
    return 0.12 * x * Math.sin((Math.PI * (t % 0.9)) / 0.6);
  });
}

describe('laws', () => {
  it('a full-scale sine: peak 0, RMS −3.01 dBFS, −3.01 LUFS at 997 Hz (BS.1770)', () => {
    const m = measureAudio(tone(997, 48000, 2, 1), 48000);
    expect(m.peakDbfs).toBeCloseTo(0, 3);
    expect(m.rmsDbfs).toBeCloseTo(-3.01, 2);
    expect(m.loudnessLufs).toBeCloseTo(-3.01, 1);
  });
  it('a quarter-rate sine between its samples: true peak 3 dB above the sample peak', () => {
    const m = measureAudio(tone(4000, 16000, 1, 0.5, Math.PI / 4), 16000);
    expect(m.peakDbfs).toBeCloseTo(-9.03, 2);
    expect(Math.abs(m.truePeakDbtp! + 6.02)).toBeLessThan(0.1); // the sudden ends ring a little
  });
  it.each([0.5, 0.1])('levels follow a gain of %d, the rest does not', (gain) => {
    const samples = add(talk(16000, 6), noise(96000, 5, 0.001));
    const a = measureAudio(samples, 16000), b = measureAudio(scale(samples, gain), 16000);
    const db = 20 * Math.log10(gain);
    for (const key of ['peakDbfs', 'truePeakDbtp', 'rmsDbfs', 'loudnessLufs'] as const) expect(b[key]! - a[key]!).toBeCloseTo(db, 3);
    expect(b.snrDb).toBeCloseTo(a.snrDb!, 1);
    expect(b.f0MedianHz).toBeCloseTo(a.f0MedianHz!, 3);
  });
  it.each([10, 15, 20, 30, 40])('SNR of speech-like sound over white noise: %d dB within 2', (snr) => {
    const clean = talk(16000, 12);
    const power = clean.reduce((sum, x) => sum + x * x, 0) / clean.length;
    const amplitude = Math.sqrt((3 * power) / 10 ** (snr / 10)); // uniform noise has a third of its squared amplitude
    expect(Math.abs(measureAudio(add(clean, noise(clean.length, 9, amplitude)), 16000).snrDb! - snr)).toBeLessThan(2);
  });
  it('SNR is not made up where the pauses are digital silence and the sound only fades', () => {
    expect(measureAudio(talk(16000, 12), 16000).snrDb).toBeNull();
  });
  it('SNR of speech in noise with digital silence around it is that of the part with sound', () => {
    const inside = add(talk(16000, 12), noise(16000 * 12, 9, 0.01));
    const around = join(new Float32Array(32000), inside, new Float32Array(32000));
    expect(measureAudio(around, 16000).snrDb).toBeCloseTo(measureAudio(inside, 16000).snrDb!, 0);
  });
  it.each([[80, 8000], [125, 16000], [220, 44100], [400, 48000]])('pitch of a harmonic sound of %d Hz at %d Hz', (f0, rate) => {
    const samples = Float32Array.from({ length: rate }, (_, i) => [1, 2, 3, 4].reduce((sum, h) => sum + (0.2 / h) * Math.sin((2 * Math.PI * f0 * h * i) / rate), 0));
    expect(Math.abs(measureAudio(samples, rate).f0MedianHz! / f0 - 1)).toBeLessThan(0.01);
  });
  it('pitch and level statistics: two tones an octave apart, one 20 dB below the other, and digital silence', () => {
    const m = measureAudio(join(tone(100, 16000, 4, 0.5), tone(200, 16000, 4, 0.05)), 16000);
    expect(Math.abs(m.f0P5Hz! / 100 - 1) + Math.abs(m.f0P95Hz! / 200 - 1)).toBeLessThan(0.01);
    expect(Math.abs(m.f0SpreadSemitones! - 6)).toBeLessThan(0.1);
    expect(m.voicedShare!).toBeGreaterThan(0.98);
    expect(m.levelP95Dbfs! - m.levelP10Dbfs!).toBeCloseTo(20, 0);
    expect(Math.abs(m.levelP95Dbfs! + 9.03)).toBeLessThan(0.1);
    const quiet = measureAudio(join(new Float32Array(32000), tone(100, 16000, 1)), 16000);
    expect([quiet.levelP10Dbfs, quiet.levelMedianDbfs]).toEqual([null, null]);
    expect(quiet.voicedShare).toBeCloseTo(1 / 3, 1);
  });
  it.each([[50, 44100], [60, 16000], [50, 8000]])('hum of %d Hz under a voice at %d Hz: its level to 1 dB, and none without it', (hz, rate) => {
    const voice = add(talk(rate, 8), noise(rate * 8, 3, 0.003)), hum = add(tone(hz, rate, 8, 0.01), tone(2 * hz, rate, 8, 0.005));
    const m = measureAudio(add(voice, hum), rate);
    expect(m.humHz).toBe(hz);
    expect(Math.abs(m.humDbfs! - 10 * Math.log10((0.01 ** 2 + 0.005 ** 2) / 2))).toBeLessThan(1);
    expect(measureAudio(voice, rate)).toMatchObject({ humHz: null, humDbfs: null });
  });
  it.each([2, 3.5, 5])('%d bursts of voice a second are so many syllables', (perSec) => {
    const samples = tone(150, 16000, 10, 0.3).map((x, i) => x * (0.05 + Math.sin((Math.PI * perSec * i) / 16000) ** 2));
    expect(Math.abs(measureAudio(samples, 16000).syllablesPerSec! / perSec - 1)).toBeLessThan(0.06);
    expect(measureAudio(noise(48000, 3, 0.1), 16000).syllablesPerSec).toBe(0);
  });
  it('DC offset, clipped runs, and samples that are no numbers', () => {
    const m = measureAudio([tone(100, 16000, 1, 0.2).map((x) => x - 0.05), join(Float32Array.of(NaN, Infinity), new Float32Array(5998), new Float32Array(8).fill(1), new Float32Array(9992))], 16000);
    expect(m.dcOffset).toBeCloseTo(-0.05, 6);
    expect([m.clippedSamples, m.clippedRuns, m.nonFiniteSamples]).toEqual([8, 1, 2]);
  });
  it('noise has no pitch and no pauses', () => {
    const m = measureAudio(noise(48000, 1, 0.3), 16000);
    expect([m.f0MedianHz, m.snrDb]).toEqual([null, null]);
  });
  it('bandwidth is that of the sound, not of the sample rate', () => {
    const narrow = resample(noise(16000, 3, 0.3), 8000, 44100);
    expect(measureAudio(narrow, 44100).bandwidthHz).toBeGreaterThan(3600);
    expect(measureAudio(narrow, 44100).bandwidthHz).toBeLessThan(4400);
    expect(measureAudio(noise(44100, 3, 0.3), 44100).bandwidthHz).toBe(22050);
  });
  it('clipped samples: flat tops near full scale and all beyond it, not the crest of a clean tone', () => {
    const loud = tone(200, 16000, 1, 1.5);
    const clipped = loud.map((x) => Math.max(-1, Math.min(32767 / 32768, x)));
    expect(measureAudio(tone(200, 16000, 1, 0.999), 16000).clippedSamples).toBe(0);
    expect(measureAudio(clipped, 16000).clippedSamples).toBeGreaterThan(4000);
    expect(measureAudio(loud, 16000).clippedSamples).toBe(loud.filter((x) => Math.abs(x) > 1).length);
  });
  it('silence share', () => {
    expect(measureAudio(join(tone(200, 16000, 1), new Float32Array(16000)), 16000).silenceShare).toBeCloseTo(0.5, 1);
    expect(measureAudio(new Float32Array(16000), 16000).silenceShare).toBe(1);
  });
  it('never NaN or infinite, whatever the samples', () => {
    fc.assert(fc.property(fc.float32Array({ maxLength: 400 }), fc.constantFrom(1, 100, 8000, 44100), fc.integer({ min: 1, max: 40 }), (samples, rate, times) => {
      for (const value of Object.values(measureAudio(join(...Array.from({ length: times }, () => samples)), rate))) expect(value === null || Number.isFinite(value)).toBe(true);
    }), { numRuns: 60 });
  });
  it('nothing can be measured of nothing', () => {
    expect(measureAudio(new Float32Array(0), 16000)).toEqual({
      peakDbfs: null, truePeakDbtp: null, rmsDbfs: null, loudnessLufs: null, snrDb: null, wadaSnrDb: null, clippedSamples: 0, clippedRuns: 0, nonFiniteSamples: 0, dcOffset: null, silenceShare: null, levelP10Dbfs: null, levelMedianDbfs: null, levelP95Dbfs: null,
      bandwidthHz: null, f0MedianHz: null, f0P5Hz: null, f0P95Hz: null, f0SpreadSemitones: null, voicedShare: null, syllablesPerSec: null, humHz: null, humDbfs: null,
    });
  });
  it('refuses a senseless rate', () => { expect(() => measureAudio(new Float32Array(1), -1)).toThrow('sampleRateHz must be a positive integer, got -1'); });
});

describe.skipIf(!hasShared('vectors/loudness/loudness.json'))('reference clips (skipped without ../shared/vectors/loudness)', () => {
  type Reference = { ch: number; duration_s: number; pyloudnorm_integrated_DeMan: number; bandlimited_true_peak_dB_8x: number; exact_sample_peak_dB: number; rms_dB: number };
  const files = hasShared('vectors/loudness/loudness.json')
    ? (JSON.parse(readFileSync(`${SHARED}vectors/loudness/loudness.json`, 'utf8')) as { files: Record<string, Reference> }).files : {};
  const names = Object.keys(files).filter((name) => files[name]!.ch === 1 && /\.(?:wav|mp3|flac)$/.test(name));
  it.each(names)('%s: loudness within 0.1 LU of pyloudnorm (over 5 s), true peak within 0.1 dB', async (name) => {
    const reference = files[name]!;
    const audio = await decodeFile(SHARED + 'data/' + name, { ffmpegPath: null });
    const m = measureAudio(audio.channels[0]!, audio.sampleRateHz);
    expect(Math.abs(m.truePeakDbtp! - reference.bandlimited_true_peak_dB_8x)).toBeLessThan(0.1);
    expect(Math.abs(m.peakDbfs! - reference.exact_sample_peak_dB)).toBeLessThan(1e-3);
    expect(Math.abs(m.rmsDbfs! - reference.rms_dB)).toBeLessThan(1e-3);
    if (reference.duration_s > 5) expect(Math.abs(m.loudnessLufs! - reference.pyloudnorm_integrated_DeMan)).toBeLessThan(0.1);
  });
});
