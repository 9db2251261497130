import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { decodeFile, downmix } from '@voxtune/audio';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { landmarksOf, type Landmarks } from './landmarks.js';
import { findNearDuplicates } from './near-duplicates.js';

const SHARED = resolve(import.meta.dirname, '../../../../../shared/data');
const WAVS = join(SHARED, 'ljspeech/wavs');
const present = existsSync(WAVS) && spawnSync('ffmpeg', ['-version']).status === 0;
const listen = async (path: string): Promise<Landmarks> => { const audio = await decodeFile(path); return landmarksOf(downmix(audio), audio.sampleRateHz); };

describe.skipIf(!present)('the same speech (skipped where ../shared has no LJSpeech or there is no ffmpeg)', () => {
  let dir = '';
  const names = present ? readdirSync(WAVS).sort() : [];
  let clips: Landmarks[] = [];
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'voxtune-same-'));
    clips = await Promise.all(names.map((name) => listen(join(WAVS, name))));
  }, 120_000);
  afterAll(() => rm(dir, { recursive: true, force: true }));
  it('is not found between the 32 clips, nor between the calls, of one speaker', { timeout: 60_000 }, async () => {
    expect(findNearDuplicates(clips)).toEqual([]);
    const calls = readdirSync(join(SHARED, 'calls')).filter((name) => /\.(wav|mp3|flac|m4a)$/.test(name));
    // Calls 1 and 4 have the same customer with the same utterances; the others share nothing.
    const pairs = findNearDuplicates(await Promise.all(calls.map((name) => listen(join(SHARED, 'calls', name)))));
    expect(pairs.map(({ first, second }) => `${calls[first]!} ${calls[second]!}`).filter((pair) => pair !== 'call_01.wav call_04.m4a')).toEqual([]);
  });
  it.each([
    ['MP3 of 32 kbit/s', 'a.mp3', ['-b:a', '32k']], ['µ-law at 8 kHz', 'b.wav', ['-ar', '8000', '-c:a', 'pcm_mulaw']], ['AAC of 24 kbit/s', 'c.m4a', ['-b:a', '24k']],
    ['48 kHz and 14 dB quieter', 'd.flac', ['-ar', '48000', '-af', 'volume=-14dB']], ['half a second cut off at both ends', 'e.wav', ['-af', 'atrim=start=0.507,asetpts=N/SR/TB,areverse,atrim=start=0.51,areverse', '-ar', '16000']],
  ])('is found in %s', { timeout: 60_000 }, async (_, file, how) => {
    for (const place of [0, 4, 10]) {
      const copy = join(dir, `${place}-${file}`);
      execFileSync('ffmpeg', ['-v', 'error', '-y', '-i', join(WAVS, names[place]!), ...how, copy]);
      expect(findNearDuplicates([...clips, await listen(copy)]).map(({ first, second }) => [first, second])).toEqual([[place, clips.length]]);
    }
  });
});

it('takes any samples, what is not finite too, and finds nothing in what has no peaks', () => {
  fc.assert(fc.property(fc.float32Array({ maxLength: 3000 }), fc.constantFrom(8000, 16_000, 44_100), (samples, rateHz) => {
    const { hashes, frames } = landmarksOf(samples, rateHz);
    expect(hashes.length).toBe(frames.length);
    expect(findNearDuplicates([landmarksOf(new Float32Array(8000), 8000), { hashes, frames }])).toEqual([]);
  }), { numRuns: 50 });
});

describe('kinds', () => {
  /** A recording made of pieces: each piece is 40 landmarks of its own, one after another in time. */
  const joined = (pieces: readonly number[]): Landmarks => {
    const marks = pieces.flatMap((piece, place) => Array.from({ length: 40 }, (_, i) => ({ hash: (Math.imul(piece * 40 + i + 1, 0x9e3779b1) >>> 10), frame: place * 400 + i * 7 }))).sort((a, b) => a.hash - b.hash || a.frame - b.frame);
    return { hashes: Uint32Array.from(marks, ({ hash }) => hash), frames: Uint32Array.from(marks, ({ frame }) => frame) };
  };
  it('links each of many copies once', () => {
    const pairs = findNearDuplicates(Array.from({ length: 150 }, () => joined([1, 2, 3])));
    expect(pairs.map(({ first, second, share }) => [first, second, share])).toEqual(Array.from({ length: 149 }, (_, i) => [0, i + 1, 1]));
  });
  it('links a recording with both that it joins, and says where they begin', () => {
    expect(findNearDuplicates([joined([1]), joined([2]), joined([1, 2])])).toEqual([{ first: 0, second: 2, share: 1, offsetSec: 0 }, { first: 1, second: 2, share: 1, offsetSec: -400 * 0.016 }]);
  });
  it('makes the same kinds as comparing each with each', () => {
    const kinds = (count: number, pairs: readonly (readonly [number, number])[]) => {
      let of = Array.from({ length: count }, (_, i) => i);
      for (const [a, b] of pairs) of = of.map((one) => (one === of[a] || one === of[b] ? Math.min(of[a]!, of[b]!) : one));
      return of;
    };
    fc.assert(fc.property(fc.array(fc.uniqueArray(fc.nat(12), { minLength: 1, maxLength: 3 }), { maxLength: 8 }), (recordings) => {
      const all = recordings.map(joined);
      const each = all.flatMap((one, b) => all.slice(0, b).flatMap((other, a) => (findNearDuplicates([other, one]).length > 0 ? [[a, b] as const] : [])));
      expect(kinds(all.length, findNearDuplicates(all).map(({ first, second }) => [first, second]))).toEqual(kinds(all.length, each));
    }), { numRuns: 100 });
  });
});
