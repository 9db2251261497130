// Prosody overlap against laws, and against what it is for: a speaker's own clips come near the top, and each way of spoiling them lower, in order.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { decodeWav, trackPitch } from '@voxtune/audio';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareProsody, overlapOfNormals, profileProsody } from './compare-prosody.js';
import { measureProsody, type Prosody } from './measure-prosody.js';

const speech = (pitchSemitones: number, rest: Partial<Prosody> = {}): Prosody => ({ pitchSemitones, pitchSpreadSemitones: 5, syllablesPerSec: 4, pauseShare: 0.1, levelSpreadDb: 7, ...rest });
const speaker = [11, 12, 13, 14, 15].map((pitch, i) => speech(pitch, { syllablesPerSec: 3.6 + 0.2 * i, pauseShare: 0.06 + 0.02 * i }));

describe('overlap', () => {
  it.each([[0, 1], [1, 0.6170751], [2, 0.3173105], [4, 0.0455003]])('of normals %d deviations apart is %d', (distance, share) => expect(overlapOfNormals(distance)).toBeCloseTo(share, 6)); // 2 Φ(−d/2), tables of the normal distribution

  it('is 1 at the speaker’s mean, falls with every step away to either side, and stays within 0…1', () => {
    const profile = profileProsody(speaker)!;
    expect(compareProsody(speech(13, { syllablesPerSec: 4, pauseShare: 0.1 }), profile)!.overlap).toBeCloseTo(1, 6);
    const away = fc.double({ min: 0, max: 40, noNaN: true });
    fc.assert(fc.property(away, away, fc.constantFrom('pitchSemitones', 'pitchSpreadSemitones', 'syllablesPerSec', 'pauseShare', 'levelSpreadDb'), fc.constantFrom(-1, 1), (a, b, measure, side) => {
      const at = (distance: number): number => compareProsody({ ...speech(13), [measure]: profile.measures[measure]!.mean + side * distance }, profile)!.overlap;
      const [near, far] = a < b ? [a, b] : [b, a];
      expect(at(near)).toBeGreaterThanOrEqual(at(far));
      expect(at(far)).toBeGreaterThan(0);
      expect(at(near)).toBeLessThanOrEqual(1);
    }));
  });

  it('needs five clips with pitch, and a clip with pitch; what cannot be told is left out', () => {
    expect(profileProsody(speaker.slice(1))).toBeNull();
    expect(profileProsody(speaker.map((clip) => ({ ...clip, pitchSemitones: null })))).toBeNull();
    const profile = profileProsody(speaker)!;
    expect(compareProsody(speech(13, { pitchSemitones: null }), profile)).toBeNull();
    expect(Object.keys(compareProsody(speech(13, { syllablesPerSec: null }), profile)!.parts)).not.toContain('syllablesPerSec');
  });
});

describe('measureProsody', () => {
  it('is blind to level, and finds the pitch of a tone with syllables', () => {
    const clip = (level: number): Float32Array => Float32Array.from({ length: 48_000 }, (_, n) => level * (0.02 + Math.max(0, Math.sin((2 * Math.PI * 4 * n) / 16_000))) * Math.sin((2 * Math.PI * 200 * n) / 16_000));
    const loud = measureProsody(clip(0.8), 16_000), soft = measureProsody(clip(0.08), 16_000);
    expect(loud.pitchSemitones).toBeCloseTo(12, 1);
    expect(loud.syllablesPerSec).toBeCloseTo(4, 0);
    for (const key of Object.keys(loud) as (keyof Prosody)[]) expect(soft[key], key).toBeCloseTo(loud[key]!, 2);
  });
  it('refuses what is no clip, and finds no pitch in noise', () => {
    expect(() => measureProsody(new Float32Array(16_000), 16_000)).toThrow('silent');
    let state = 1;
    const noise = Float32Array.from({ length: 16_000 }, () => { state = (state * 48_271) % 2_147_483_647; return state / 2_147_483_647 - 0.5; });
    expect(measureProsody(noise, 16_000)).toMatchObject({ pitchSemitones: null, syllablesPerSec: null });
  });
});

const wavs = fileURLToPath(new URL('../../../../../shared/data/ljspeech/wavs/', import.meta.url));
type Clip = { readonly samples: Float32Array; readonly rate: number };

describe.skipIf(!existsSync(wavs))('on one reader’s clips (skipped without ../shared/data)', () => {
  const clips: Clip[] = existsSync(wavs) ? readdirSync(wavs).sort().slice(0, 16).map((name) => { const { channels, sampleRateHz } = decodeWav(readFileSync(`${wavs}${name}`)); return { samples: channels[0]!, rate: sampleRateHz }; }) : [];
  const held = clips.filter((_, i) => i % 4 === 0), known = clips.filter((_, i) => i % 4 !== 0);

  /** Plays faster or slower where the pitch lies below or above its median: at `share` 1 the pitch stands still. */
  function flatten({ samples, rate }: Clip, share: number): Clip {
    const { f0Hz, timesSec } = trackPitch(samples, rate);
    const voiced = f0Hz.filter((hz) => hz > 0).sort(), middle = voiced[voiced.length >> 1]!;
    const out: number[] = [];
    for (let at = 0, speed = 1; at < samples.length - 1; at += speed) {
      const hz = f0Hz[Math.min(f0Hz.length - 1, Math.max(0, Math.round((at / rate - timesSec[0]!) / 0.01)))]!;
      speed += ((hz > 0 ? (middle / hz) ** share : 1) - speed) * 0.01;
      const i = Math.floor(at);
      out.push(samples[i]! + (at - i) * (samples[i + 1]! - samples[i]!));
    }
    return { samples: Float32Array.from(out), rate };
  }
  /** Longer by a factor at its own pitch: windows laid where they fit best (Verhelst and Roelands, WSOLA, 1993). */
  function stretch({ samples, rate }: Clip, factor: number): Clip {
    const half = Math.round(0.02 * rate), search = Math.round(0.012 * rate), out = new Float32Array(Math.round(samples.length * factor));
    let last = 0;
    for (let to = 0; to + 2 * half < out.length; to += half) {
      const wanted = Math.round(to / factor), follow = last + half;
      let best = wanted, fit = -Infinity;
      for (let from = Math.max(0, wanted - search); from <= wanted + search && from + 2 * half < samples.length; from += 4) {
        let sum = 0;
        for (let i = 0; i < half; i += 4) sum += samples[from + i]! * (samples[follow + i] ?? 0);
        if (sum > fit) { fit = sum; best = from; }
      }
      for (let i = 0; i < 2 * half; i += 1) out[to + i]! += (samples[best + i] ?? 0) * (0.5 - 0.5 * Math.cos((Math.PI * (i + 0.5)) / half));
      last = best;
    }
    return { samples: out, rate };
  }
  const falls = (values: readonly number[]): void => { for (let i = 1; i < values.length; i += 1) expect(values[i], values.map((v) => v.toFixed(3)).join(' > ')).toBeLessThan(values[i - 1]!); };

  it('held-out clips come to the ceiling; a shifted pitch, a flattened melody and a slower pace below it, in order', { timeout: 120_000 }, () => {
    const profile = profileProsody(known.map(({ samples, rate }) => measureProsody(samples, rate)))!;
    const mean = (of: readonly Clip[]): number => of.reduce((sum, { samples, rate }) => sum + compareProsody(measureProsody(samples, rate), profile)!.overlap, 0) / of.length;
    const own = mean(held);
    expect(own).toBeGreaterThan(0.78); // theory: 0.84 for clips of the profile's own distribution
    const shifted = (semitones: number): number => mean(held.map(({ samples, rate }) => ({ samples, rate: Math.round(rate * 2 ** (semitones / 12)) })));
    falls([own, shifted(3), shifted(6)]);
    falls([own, shifted(-3), shifted(-6)]);
    falls([own, mean(held.map((clip) => flatten(clip, 0.5))), mean(held.map((clip) => flatten(clip, 1)))]);
    falls([own, mean(held.map((clip) => stretch(clip, 1.5))), mean(held.map((clip) => stretch(clip, 2)))]);
    for (const spoiled of [shifted(6), mean(held.map((clip) => flatten(clip, 1)))]) expect(spoiled).toBeLessThan(0.65); // below the guide's 0.70
  });
});
