import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { hasShared, noise, SHARED, tone } from '../../test/signals.js';
import { decodeFile } from '../file/decode-file.js';
import { probeFile } from '../file/probe-file.js';
import { decodeWav } from '../wav/decode-wav.js';
import { encodeWav } from '../wav/encode-wav.js';
import { decodeFlac } from './decode-flac.js';
import { encodeFlac, openFlacWriter } from './encode-flac.js';
import { parseFlacHeader } from './flac-header.js';
import { parseBytes } from '../file/byte-requests.js';

const folder = mkdtempSync(join(tmpdir(), 'audio-flac-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0, hasFlac = spawnSync('flac', ['--version']).status === 0;
/** What the encoder is to keep: the integers that encodeWav rounds to. */
const roundedAs = (audio: { sampleRateHz: number; channels: Float32Array[] }, bits: 16 | 24): Float32Array[] =>
  audio.channels[0]!.length === 0 ? audio.channels : [...decodeWav(encodeWav(audio, { format: `pcm${bits}` })).channels];

/** Sound of all kinds: silence, full-scale noise, tones, few levels, steps. */
const sound = fc.tuple(fc.nat(9000), fc.constantFrom('silence', 'noise', 'quiet', 'tone', 'levels', 'extremes', 'constant'), fc.integer()).map(([length, kind, seed]) => {
  const values = noise(length, seed);
  switch (kind) {
    case 'silence': return new Float32Array(length);
    case 'noise': return values;
    case 'quiet': return values.map((x) => x / 3000);
    case 'tone': return tone(440, 16000, length / 16000, 0.9, seed % 7);
    case 'levels': return values.map((x) => Math.round(x * 5) / 16);
    case 'extremes': return values.map((x) => (x > 0 ? 1 : -1));
    default: return new Float32Array(length).fill(0.3);
  }
});

describe('lossless', () => {
  it('decodes to what was rounded, whatever the sound, the channels and the bits; the digest is that of the samples', async () => {
    await fc.assert(fc.asyncProperty(fc.array(sound, { minLength: 1, maxLength: 4 }), fc.constantFrom(16, 24), fc.constantFrom(8000, 22050, 44100, 37, 255000, 654320, 700001), async (sounds, bits, sampleRateHz) => {
      const length = Math.min(...sounds.map(({ length }) => length)), audio = { sampleRateHz, channels: sounds.map((channel) => channel.slice(0, length)) };
      const bytes = encodeFlac(audio, { bitsPerSample: bits as 16 | 24 });
      expect(parseBytes(parseFlacHeader(bytes.length), bytes)).toMatchObject({ sampleRateHz, bitsPerSample: bits, channels: sounds.length, samples: length === 0 ? null : length });
      expect(Buffer.from(bytes.subarray(26, 42)).toString('hex')).toBe(createHash('md5').update(encodeWav(audio, { format: `pcm${bits as 16 | 24}` }).subarray(44, 44 + (length * sounds.length * bits) / 8)).digest('hex'));
      if (length === 0) return;
      const back = await decodeFlac(bytes);
      expect(back.warnings).toEqual([]);
      expect(back.channels).toEqual(roundedAs(audio, bits as 16 | 24));
    }), { numRuns: 60 });
  });
  it.skipIf(!hasFfmpeg)('ffmpeg decodes it to the same (skipped without ffmpeg)', () => {
    for (const bits of [16, 24] as const) {
      const audio = { sampleRateHz: 22050, channels: [noise(20000, 1, 0.3), tone(300, 22050, 20000 / 22050)] }, path = join(folder, `ffmpeg${bits}.flac`);
      writeFileSync(path, encodeFlac(audio, { bitsPerSample: bits, tags: { TITLE: '標題' } }));
      const raw = execFileSync('ffmpeg', ['-v', 'error', '-i', path, '-f', 'f32le', '-'], { maxBuffer: 1 << 26 }), theirs = new Float32Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.length));
      roundedAs(audio, bits).forEach((channel, c) => { expect(theirs.filter((_, i) => i % 2 === c)).toEqual(channel); });
    }
  });
  it.skipIf(!hasFlac)('flac tests it, MD5 included, also for odd rates, 8 channels and short files (skipped without flac)', () => {
    const cases = [
      encodeFlac({ sampleRateHz: 44100, channels: [noise(30000, 3), noise(30000, 3, 0.5)] }, { bitsPerSample: 24, tags: { A: 'b', TITLE: 'ü' } }), encodeFlac({ sampleRateHz: 8000, channels: [noise(1, 3)] }),
      encodeFlac({ sampleRateHz: 16001, channels: Array.from({ length: 8 }, (_, c) => tone(100 * c + 50, 16001, 1)) }), encodeFlac({ sampleRateHz: 700001, channels: [tone(100, 700001, 0.1)] }, { ditherSeed: 1 }),
    ];
    cases.forEach((bytes, i) => {
      const path = join(folder, `case${i}.flac`);
      writeFileSync(path, bytes);
      const { status, stderr } = spawnSync('flac', ['-t', '-s', '-w', path]);
      expect([i, status, String(stderr)]).toEqual([i, 0, '']);
    });
  });
});

describe('size', () => {
  it('silence takes next to nothing, noise no more than verbatim', () => {
    expect(encodeFlac({ sampleRateHz: 8000, channels: [new Float32Array(80000)] }).length).toBeLessThan(400);
    expect(encodeFlac({ sampleRateHz: 8000, channels: [noise(80000, 1)] }).length).toBeLessThan(160000 * 1.002);
  });
  it('the same sound in both channels costs once', () => {
    const one = noise(40000, 1, 0.2);
    expect(encodeFlac({ sampleRateHz: 8000, channels: [one, one] }).length).toBeLessThan(encodeFlac({ sampleRateHz: 8000, channels: [one] }).length * 1.01);
  });
  const files = ['data/recordings/recording_01.wav', 'data/calls/call_03.flac', 'data/ljspeech/wavs/LJ001-0001.wav'];
  it.skipIf(!hasFlac || !hasShared('data'))('speech takes at most 3 % more than with flac -5 (skipped without flac or shared data)', async () => {
    for (const file of files) {
      const whole = await decodeFile(SHARED + file), audio = { sampleRateHz: whole.sampleRateHz, channels: whole.channels.map((channel) => channel.slice(0, 20 * whole.sampleRateHz)) };
      const wav = join(folder, 'speech.wav'), theirs = join(folder, 'theirs.flac');
      writeFileSync(wav, encodeWav(audio));
      execFileSync('flac', ['-s', '-f', '-5', '--no-padding', '--no-seektable', '-o', theirs, wav]);
      expect(encodeFlac(audio).length / statSync(theirs).size).toBeLessThan(1.03);
    }
  });
});

describe('openFlacWriter', () => {
  it('writes the bytes of encodeFlac, however the samples are cut', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.nat(6000), { maxLength: 6 }), fc.option(fc.integer(), { nil: undefined }), async (cuts, ditherSeed) => {
      const channels = [noise(15000, 1, 0.1), noise(15000, 2, 0.1)], path = join(folder, 'cut.flac'), writer = await openFlacWriter(path, { sampleRateHz: 16000, channels: 2, ditherSeed });
      let at = 0;
      for (const count of [...cuts, 15000]) { await writer.write(channels.map((channel) => channel.subarray(at, at + count))); at = Math.min(15000, at + count); }
      const written = await writer.close(), whole = encodeFlac({ sampleRateHz: 16000, channels }, { ditherSeed });
      expect(written).toMatchObject({ samples: 15000, bytes: whole.length });
      expect(readFileSync(path).equals(whole)).toBe(true);
    }), { numRuns: 15 });
    expect(await probeFile(join(folder, 'cut.flac'))).toMatchObject({ codec: 'flac', durationSec: 15000 / 16000 });
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });
});

it.each([
  [{ sampleRateHz: 0 }, {}, 'sampleRateHz must be a positive integer, got 0'], [{ sampleRateHz: 2e6 }, {}, 'sampleRateHz must be at most 1048575, got 2000000'],
  [{ channels: [] }, {}, 'at least one channel'], [{ channels: Array.from({ length: 9 }, () => new Float32Array(1)) }, {}, 'channels must be at most 8, got 9'],
  [{ channels: [new Float32Array(1), new Float32Array(2)] }, {}, 'all channels must have the same length'], [{}, { bitsPerSample: 12 as 16 }, 'bitsPerSample must be 16 or 24, got 12'],
  [{}, { tags: { 'A=B': '' } }, 'names of tags are printable ASCII without =, got "A=B"'], [{}, { ditherSeed: 0.5 }, 'ditherSeed must be an integer, got 0.5'],
])('refuses %j %j', (audio, options, message) => {
  expect(() => encodeFlac({ sampleRateHz: 8000, channels: [new Float32Array(4)], ...audio }, options)).toThrow(expect.objectContaining({ code: 'AUDIO_OPTION_INVALID', message: expect.stringContaining(message) as string }) as Error);
});
