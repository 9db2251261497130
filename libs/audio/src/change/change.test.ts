import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { fitTone, hasShared, join, noise, SHARED, tone } from '../../test/signals.js';
import { decodeFile } from '../file/decode-file.js';
import { measureTruePeak } from '../measure/measure-true-peak.js';
import { encodeWav } from '../wav/encode-wav.js';
import { applyGain } from './apply-gain.js';
import { dither } from './dither-audio.js';
import { fade } from './fade.js';
import { highPass } from './high-pass.js';
import { normalizeLoudness } from './normalize-loudness.js';
import { removeHum } from './remove-hum.js';
import { simulateTelephone } from './simulate-telephone.js';
import { trimSilence } from './trim-silence.js';

const rate = 16000;
const mono = (samples: Float32Array, sampleRateHz = rate): { sampleRateHz: number; channels: Float32Array[] } => ({ sampleRateHz, channels: [samples] });
/** Level change of a tone, dB, after what starts and ends it. */
const toneGainDb = (change: (audio: ReturnType<typeof mono>) => { channels: readonly Float32Array[]; sampleRateHz: number }, hz: number, seconds = 3): number => {
  const out = change(mono(tone(hz, rate, seconds))), settled = out.channels[0]!.slice(out.sampleRateHz, -Math.round(0.1 * out.sampleRateHz));
  return 20 * Math.log10(fitTone(settled, hz, out.sampleRateHz).amplitude / 0.5);
};
const sine = mono(tone(200, rate, 1));

describe('applyGain', () => {
  it('changes every level by the gain, and back', () => {
    fc.assert(fc.property(fc.double({ min: -60, max: 40, noNaN: true }), (gainDb) => {
      const up = applyGain(sine, { gainDb }), back = applyGain(up, { gainDb: -gainDb });
      expect(up.after.peakDbfs! - up.before.peakDbfs!).toBeCloseTo(gainDb, 4);
      expect(up.after.rmsDbfs! - up.before.rmsDbfs!).toBeCloseTo(gainDb, 4);
      expect(Math.max(...back.channels[0]!.map((x, i) => Math.abs(x - sine.channels[0]![i]!)))).toBeLessThan(1e-6);
    }), { numRuns: 20 });
    expect(applyGain(sine, { gainDb: 12 }).after.peakDbfs).toBeGreaterThan(0); // not clipped
  });
});

describe('fade', () => {
  it.each(['linear', 'cosine', 'equal-power'] as const)('%s: starts and ends at 0, rises and falls steadily, leaves the middle', (shape) => {
    const { channels: [out] } = fade(mono(new Float32Array(1600).fill(1)), { inMs: 20, outMs: 40, shape });
    expect([out![0], out![1599]]).toEqual([0, 0]);
    for (let i = 1; i < 320; i++) expect(out![i]!).toBeGreaterThan(out![i - 1]!);
    for (let i = 961; i < 1600; i++) expect(out![i]!).toBeLessThan(out![i - 1]!);
    expect(out!.subarray(320, 960).every((x) => x === 1)).toBe(true);
    expect(out![160]).toBeCloseTo({ linear: 0.5, cosine: 0.5, 'equal-power': Math.SQRT1_2 }[shape], 6);
  });
  it('refuses fades longer than the audio, and another shape', () => {
    expect(() => fade(mono(new Float32Array(100)))).toThrow('the fades take 320 samples, the audio has 100');
    expect(() => fade(sine, { shape: 'log' as 'linear' })).toThrow('shape must be one of linear, cosine, equal-power, got log');
  });
});

describe('highPass', () => {
  it.each([[80, 4], [80, 2], [300, 6], [1000, 8], [5000, 4]])('%d Hz, order %d: −3 dB at the cut-off, 6 dB an octave for each order below, flat above', (cutoffHz, order) => {
    const at = (hz: number): number => toneGainDb((audio) => highPass(audio, { cutoffHz, order }), hz);
    expect(at(cutoffHz)).toBeCloseTo(-3.01, 1);
    // Butterworth's |H|² = 1 / (1 + (wc/w)^2N), w by the bilinear transform.
    const law = (hz: number): number => -10 * Math.log10(1 + (Math.tan((Math.PI * cutoffHz) / rate) / Math.tan((Math.PI * hz) / rate)) ** (2 * order));
    for (const hz of [cutoffHz / 2, cutoffHz * 0.8, cutoffHz * 1.3]) expect(at(hz)).toBeCloseTo(law(hz), 1);
  });
  it('takes an offset out', () => {
    const { channels: [out], before, after } = highPass(mono(tone(1000, rate, 1).map((x) => x + 0.3)));
    expect(out!.subarray(rate / 2).reduce((sum, x) => sum + x, 0) / (rate / 2)).toBeCloseTo(0, 4);
    expect(after.rmsDbfs!).toBeLessThan(before.rmsDbfs!);
  });
  it('refuses cut-offs and orders that cannot be', () => {
    expect(() => highPass(sine, { cutoffHz: 0 })).toThrow('cutoffHz must be between 1 and 7840, got 0');
    expect(() => highPass(sine, { cutoffHz: NaN })).toThrow('got NaN');
    expect(() => highPass(sine, { order: 3 })).toThrow('order must be 2, 4, 6 or 8, got 3');
  });
});

describe('removeHum', () => {
  const hum = (hz: number, seconds: number): Float32Array => Float32Array.from({ length: seconds * rate }, (_, i) => [1, 2, 3].reduce((sum, h) => sum + (0.02 / h) * Math.sin((2 * Math.PI * hz * h * i) / rate), 0));
  const voice = noise(8 * rate, 5, 0.05);
  it.each([50, 60])('measures %d Hz and takes it out by over 30 dB; what lies between stays', (hz) => {
    const humming = mono(hum(hz, 8).map((x, i) => x + voice[i]!)), out = removeHum(humming);
    expect([out.before.humHz, out.after.humHz]).toEqual([hz, null]);
    expect(out.notchesHz).toEqual([1, 2, 3, 4, 5, 6].map((h) => h * hz));
    for (const h of [1, 2, 3]) {
      const level = (samples: Float32Array): number => fitTone(samples.slice(2 * rate), hz * h, rate).amplitude;
      expect(20 * Math.log10(level(removeHum(mono(hum(hz, 8)), { humHz: hz }).channels[0]!) / level(hum(hz, 8)))).toBeLessThan(-30);
    }
    for (const between of [hz * 0.5, hz * 1.5, hz * 2.5, 1000]) expect(Math.abs(toneGainDb((audio) => removeHum(audio, { humHz: hz }), between))).toBeLessThan(0.05);
  });
  it('each notch is 3 dB down half its width beside it', () => {
    for (const widthHz of [1, 2, 8]) expect(toneGainDb((audio) => removeHum(audio, { humHz: 400, harmonics: 1, widthHz }), 400 + widthHz / 2, 8)).toBeCloseTo(-3.01, 1);
  });
  it('leaves audio without hum as it is', () => {
    const out = removeHum(mono(voice));
    expect([out.channels[0], out.notchesHz, out.before.humHz]).toEqual([voice, [], null]);
    expect(out.channels[0]!.buffer).not.toBe(voice.buffer);
  });
});

describe('trimSilence', () => {
  it('keeps the sound with so much silence, for any silence around it', () => {
    fc.assert(fc.property(fc.nat(8000), fc.nat(8000), fc.nat(100), (lead, trail, keepMs) => {
      const audio = mono(join(new Float32Array(lead), tone(300, rate, 0.5), new Float32Array(trail))), { range, channels, before, after } = trimSilence(audio, { keepMs }), keep = keepMs * 16;
      expect(range.start).toBeLessThanOrEqual(Math.max(0, lead + 160 - keep)); // a hop with a few loud samples counts as silence, at either end
      expect(range.start).toBeGreaterThan(lead - keep - 161 - 1);
      expect(range.end).toBeGreaterThanOrEqual(Math.min(lead + 8000 + trail, lead + 8000 + keep - 160));
      expect(range.end).toBeLessThan(lead + 8000 + keep + 161);
      expect(channels[0]).toEqual(audio.channels[0]!.slice(range.start, range.end));
      expect([before.durationSec, after.durationSec]).toEqual([audio.channels[0]!.length / rate, channels[0]!.length / rate]);
      expect(after.leadingSilenceSec).toBeLessThanOrEqual(keepMs / 1000 + 1e-9);
    }), { numRuns: 50, examples: [[3998, 0, 0]] });
  });
  it('silence throughout leaves nothing; sound in one channel counts', () => {
    expect(trimSilence(mono(new Float32Array(500)))).toMatchObject({ range: { start: 0, end: 0 }, after: { durationSec: 0 } });
    expect(trimSilence({ sampleRateHz: rate, channels: [new Float32Array(8000), tone(200, rate, 0.5)] }).range).toEqual({ start: 0, end: 8000 });
  });
});

describe('dither', () => {
  it('leaves whole steps, differs by at most one and a half, and depends on the seed', () => {
    const a = dither(sine, { bits: 16, seed: 1 }).channels[0]!, b = dither(sine, { bits: 16, seed: 1 }).channels[0]!, c = dither(sine, { bits: 16, seed: 2 }).channels[0]!;
    expect(a).toEqual(b);
    expect(a).not.toEqual(c);
    a.forEach((x, i) => { expect(Number.isInteger(x * 32768) && Math.abs(x - sine.channels[0]![i]!) * 32768 <= 1.5).toBe(true); });
  });
  it('refuses bits that cannot be', () => { expect(() => dither(sine, { bits: 25 })).toThrow('bits must be a whole number from 8 to 24, got 25'); });
});

describe('simulateTelephone', () => {
  it('is flat from 300 to 3400 Hz, and 24 dB down at the mains', () => {
    const at = (hz: number): number => toneGainDb((audio) => simulateTelephone(audio), hz);
    for (const hz of [300, 500, 1000, 2000, 3000, 3400]) expect(Math.abs(at(hz))).toBeLessThan(0.3);
    for (const hz of [20, 50, 60]) expect(at(hz)).toBeLessThan(-24);
  });
  it('nothing above 4 kHz comes back as another sound', () => {
    for (const hz of [4600, 6000]) {
      const settled = simulateTelephone(mono(tone(hz, rate, 2))).channels[0]!.slice(800, -800);
      expect(Math.max(...settled.map(Math.abs))).toBe(8 / 32768); // A-law has no smaller value
    }
  });
  it('has the noise of G.711: about 38 dB below a loud tone', () => {
    for (const law of ['mulaw', 'alaw'] as const) {
      const { channels: [out], sampleRateHz } = simulateTelephone(mono(tone(1020, rate, 2)), { law });
      expect(sampleRateHz).toBe(8000);
      const { snrDb } = fitTone(out!.slice(800, -800), 1020, 8000);
      expect(snrDb).toBeGreaterThan(35);
      expect(snrDb).toBeLessThan(41);
    }
  });
  it('the bandwidth falls to the telephone band', () => {
    const { before, after } = simulateTelephone(mono(noise(4 * 44100, 1, 0.3), 44100));
    expect(before.bandwidthHz).toBeGreaterThan(21000);
    expect(after.bandwidthHz).toBeLessThanOrEqual(4000);
  });
});

describe('normalizeLoudness', () => {
  const folder = mkdtempSync(joinPath(tmpdir(), 'audio-change-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;
  /** Integrated loudness and true peak by ffmpeg's ebur128. */
  const byFfmpeg = (audio: { sampleRateHz: number; channels: readonly Float32Array[] }): { lufs: number; peak: number } => {
    const path = joinPath(folder, 'x.wav');
    writeFileSync(path, encodeWav(audio, { format: 'float32' }));
    const text = spawnSync('ffmpeg', ['-hide_banner', '-nostats', '-i', path, '-af', 'ebur128=peak=true', '-f', 'null', '-']).stderr.toString(), summary = text.slice(text.lastIndexOf('Summary:'));
    return { lufs: Number(/I:\s+(-?[\d.]+) LUFS/.exec(summary)![1]), peak: Number(/Peak:\s+(-?[\d.]+) dBFS/.exec(summary)![1]) };
  };
  /** Bursts with peaks far above the rest. */
  const spiky = mono(Float32Array.from({ length: 6 * rate }, (_, i) => 0.1 * Math.sin(i / 7) + (i % 4000 < 6 ? 0.8 * Math.sin(i) : 0)));
  it('reaches the target by gain where peaks allow', () => {
    const out = normalizeLoudness(mono(tone(997, rate, 2, 0.01)), { targetLufs: -20 });
    expect([out.after.loudnessLufs!, out.limitedDb]).toEqual([expect.closeTo(-20, 3), 0]);
    expect(out.gainDb).toBeCloseTo(-20 - out.before.loudnessLufs!, 9);
  });
  it('never exceeds the limit, whatever the sound, and then still meets the target or says that it does not', () => {
    fc.assert(fc.property(fc.constantFrom(spiky, mono(noise(2 * rate, 1)), mono(tone(7900, rate, 1, 0.9)), mono(join(tone(100, rate, 1, 0.02), tone(4000, rate, 0.5, 1.2)))), fc.integer({ min: -40, max: -6 }), fc.integer({ min: -12, max: 0 }), (audio, targetLufs, maxTruePeakDbtp) => {
      const out = normalizeLoudness(audio, { targetLufs, maxTruePeakDbtp });
      expect(20 * Math.log10(measureTruePeak(out.channels[0]!))).toBeLessThanOrEqual(maxTruePeakDbtp);
      expect(out.after.loudnessLufs!).toBeLessThanOrEqual(targetLufs + 0.05);
    }), { numRuns: 25 });
  });
  it('limits peaks alone: the target is met, the rest keeps its shape', () => {
    const out = normalizeLoudness(spiky, { targetLufs: -16 }), gain = 10 ** (out.gainDb / 20);
    expect(out.after.loudnessLufs).toBeCloseTo(-16, 1);
    expect(out.limitedDb).toBeGreaterThan(3);
    for (const i of [2000, 6100, 10050]) expect(out.channels[0]![i]! / spiky.channels[0]![i]!).toBeCloseTo(gain, 5);
  });
  it('or stays quieter', () => {
    const out = normalizeLoudness(spiky, { targetLufs: -16, peaks: 'quieter' });
    expect(out.after.loudnessLufs).toBeLessThan(-17);
    expect([out.limitedDb, out.after.truePeakDbtp]).toEqual([0, expect.closeTo(-1.2, 2)]);
  });
  it.skipIf(!hasFfmpeg || !hasShared('data/ljspeech'))('real speech is within 0.1 LU of the target by ffmpeg, and below the limit (skipped without ffmpeg or shared data)', async () => {
    for (const [file, targetLufs] of [['data/ljspeech/wavs/LJ001-0001.wav', -23], ['data/ljspeech/wavs/LJ001-0004.wav', -14], ['data/zh/funasr_asr_example.wav', -16]] as const) {
      const out = normalizeLoudness(await decodeFile(SHARED + file), { targetLufs }), theirs = byFfmpeg(out);
      expect(Math.abs(theirs.lufs - targetLufs)).toBeLessThanOrEqual(0.1 + 0.05); // ffmpeg prints tenths
      expect(theirs.peak).toBeLessThanOrEqual(-1);
    }
  });
  it('two channels get one gain', () => {
    const left = tone(500, rate, 2, 0.3), out = normalizeLoudness({ sampleRateHz: rate, channels: [left, left.map((x) => x / 2)] });
    expect(out.channels[1]).toEqual(out.channels[0]!.map((x) => x / 2));
  });
  it('refuses what has no loudness', () => {
    for (const silent of [new Float32Array(rate), tone(500, rate, 0.3), new Float32Array(0)]) expect(() => normalizeLoudness(mono(silent))).toThrow(expect.objectContaining({ code: 'AUDIO_EMPTY' }) as Error);
    expect(() => normalizeLoudness(sine, { targetLufs: 3 })).toThrow('targetLufs must be between -70 and 0, got 3');
    expect(() => normalizeLoudness(sine, { peaks: 'clip' as 'limit' })).toThrow('peaks must be limit or quieter, got clip');
  });
});

const all = { applyGain: (a) => applyGain(a, { gainDb: 3 }), fade: (a) => fade(a, { inMs: 0, outMs: 0 }), highPass, removeHum, trimSilence, dither: (a) => dither(a, { bits: 16 }), simulateTelephone } satisfies Record<string, (audio: ReturnType<typeof mono>) => unknown>;
describe.each(Object.entries(all))('%s', (_, change) => {
  it('leaves its input as it was, and gives the same for the same', () => {
    const audio = mono(noise(3000, 9, 0.3)), copy = audio.channels[0]!.slice(), first = change(audio);
    expect(audio.channels[0]).toEqual(copy);
    expect(change(audio)).toEqual(first);
  });
  it('takes audio of no samples', () => { expect((change(mono(new Float32Array(0))) as unknown as ReturnType<typeof mono>).channels[0]!.length).toBe(0); });
  it.each([
    ['NaN', mono(Float32Array.of(0, NaN)), 'sample 1 of channel 0 is NaN, not a finite number'], ['infinity', mono(Float32Array.of(Infinity)), 'sample 0 of channel 0 is Infinity'], ['0 Hz', mono(new Float32Array(4), 0), 'sampleRateHz must be a positive integer, got 0'],
    ['no channel', { sampleRateHz: rate, channels: [] }, 'at least one channel'], ['unequal channels', { sampleRateHz: rate, channels: [new Float32Array(1), new Float32Array(2)] }, 'all channels must have the same length'],
  ])('refuses %s', (__, audio, message) => { expect(() => change(audio)).toThrow(expect.objectContaining({ code: 'AUDIO_OPTION_INVALID', message: expect.stringContaining(message) as string }) as Error); });
});
