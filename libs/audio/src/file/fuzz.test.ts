import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { damage } from '../../test/damage.mjs';
import { outcomeOf } from '../../test/outcome.mjs';
import { sampleFiles } from '../../test/sample-files.mjs';
import { noise } from '../../test/signals.js';
import { AudioError } from '../errors.js';
import { crc16, crc8 } from '../flac/crc.js';
import { decodeFlac } from '../flac/decode-flac.js';
import { encodeWav } from '../wav/encode-wav.js';
import { decodeBlocks } from './decode-blocks.js';
import { decodeFile } from './decode-file.js';
import golden from './files.golden.json' with { type: 'json' };
import { probeFile } from './probe-file.js';

const folder = mkdtempSync(join(tmpdir(), 'audio-fuzz-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const files = sampleFiles(golden, encodeWav);
/** Numbers 0 to 1 from a seed (mulberry32). */
const seeded = (seed: number) => (): number => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
};

describe('damaged files (more of them: tools/fuzz)', () => {
  it('1500 of them: a typed error, a warning, or finite samples of the promised length', async () => {
    const random = seeded(7), path = join(folder, 'damaged'), outcomes = new Set<string>();
    for (let i = 0; i < 1500; i++) {
      const { kind, name, bytes } = files[Math.floor(random() * files.length)]!;
      writeFileSync(path, damage(kind, bytes, random));
      const { outcome, bad } = await outcomeOf(path);
      expect(bad, `file ${i}, ${name}`).toBeNull();
      outcomes.add(outcome);
    }
    expect([...outcomes]).toEqual(expect.arrayContaining(['decoded', 'warned', 'AUDIO_TRUNCATED', 'AUDIO_CORRUPT', 'AUDIO_EMPTY', 'AUDIO_FORMAT_UNKNOWN']));
  }, 60_000);
  it('what fuzzing found: a float64 sample beyond float32 is no number; an MP3 tag that counts too few frames is named', async () => {
    const path = join(folder, 'found'), wide = Uint8Array.from(files.find(({ name }) => name === 'float64.wav')!.bytes), mp3 = Uint8Array.from(files.find(({ name }) => name === 'tone-mono.mp3')!.bytes);
    new DataView(wide.buffer).setFloat64(44 + 16 * 5, 1e39, true);
    writeFileSync(path, wide);
    const { channels, warnings } = await decodeFile(path);
    expect([channels[0]![5], warnings.map(({ code }) => code)]).toEqual([0, ['AUDIO_VALUES_REPLACED']]);
    const tag = Buffer.from(mp3).indexOf('Info');
    new DataView(mp3.buffer).setUint32(tag + 8, 3);
    writeFileSync(path, mp3);
    expect((await decodeFile(path)).warnings.map(({ code }) => code)).toEqual(['AUDIO_SIZE_UNKNOWN']);
  });
});

describe('headers that lie', () => {
  const good = encodeWav({ sampleRateHz: 8000, channels: [noise(300, 1)] });
  it.each([
    ['a rate of 0', 24, 0], ['a rate of 4 GHz', 24, 4_000_000_000], ['no channel', 22, 0, 2], ['65 535 channels', 22, 65_535, 2], ['a LIST chunk of 4 GB', 36, 0xffffffff, 4, 'LIST'],
    ['an fmt chunk of 2 GB', 16, 0x7fffffff],
  ].map(([title, at, value, width = 4, chunk = '']) => ({ title: String(title), at: Number(at), value: Number(value), width, chunk })))('WAV: $title is a typed error with the byte where it stands', async ({ at, value, width, chunk }) => {
    const bytes = Uint8Array.from(chunk === '' ? good : Buffer.concat([good.subarray(0, 36), Buffer.from(`${chunk}\0\0\0\0`), good.subarray(36)])), view = new DataView(bytes.buffer);
    if (width === 2) view.setUint16(at, value, true);
    else view.setUint32(chunk === '' ? at : at + 4, value, true);
    const path = join(folder, 'lie.wav');
    writeFileSync(path, bytes);
    for (const read of [probeFile, decodeFile]) {
      const error: unknown = await read(path, { ffmpegPath: null }).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(AudioError);
      expect((error as AudioError).facts['byteOffset']).toBeTypeOf('number');
    }
  });
});

/** Silence: 65 535 samples of 8 channels in a frame of 40 bytes. */
function flacBomb(frames: number): Uint8Array {
  const head = Buffer.from([0x66, 0x4c, 0x61, 0x43, 0x80, 0, 0, 34, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, ...[0x0b, 0xb8, 0x0e, 0xf0], 0, 0, 0, 0, ...Array<number>(16).fill(0)]);
  const list = Array.from({ length: frames }, (_, i) => {
    const start = [0xff, 0xf8, 0x70, 0x78, 0xf0 | (i >> 18), 0x80 | ((i >> 12) & 63), 0x80 | ((i >> 6) & 63), 0x80 | (i & 63), 0xff, 0xfe];
    const frame = Uint8Array.from([...start, crc8(Uint8Array.from(start), 0, start.length), ...Array.from({ length: 8 }, () => [0, 0, 0]).flat()]);
    const crc = crc16(frame, 0, frame.length);
    return Uint8Array.from([...frame, crc >> 8, crc & 255]);
  });
  return Buffer.concat([head, ...list]);
}

describe('a small FLAC file of very much silence', () => {
  const path = join(folder, 'bomb.flac');
  const bomb = flacBomb(400);
  writeFileSync(path, bomb);
  it('is refused beyond maxDecodedBytes, before the memory is asked for', async () => {
    expect(bomb.length).toBeLessThan(16_000);
    await expect(decodeFile(path, { maxDecodedBytes: 2 ** 26 })).rejects.toMatchObject({ code: 'AUDIO_TOO_LONG', facts: { mostBytes: 2 ** 26 } });
  });
  it('streams in constant memory', async () => {
    let samples = 0;
    for await (const block of (await decodeBlocks(path)).blocks) { samples += block[0]!.length; if (samples > 2_000_000) break; }
    expect(samples).toBeGreaterThan(2_000_000);
  });
  it('tiny damaged input is told in a moment', async () => {
    const started = performance.now();
    for (let i = 0; i < 50; i++) await expect(decodeFlac(bomb.subarray(0, 42 + i % 8))).rejects.toBeInstanceOf(AudioError);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
