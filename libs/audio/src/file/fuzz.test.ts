import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { damage } from '../../test/damage.mjs';
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
const small = golden.cases.filter(({ container, codec }) => ['flac', 'mp3', 'wav'].includes(container) || codec === 'opus').map(({ container, base64 }) => [container, Uint8Array.from(Buffer.from(base64, 'base64'))] as const);
const files = [...small, ['wav', encodeWav({ sampleRateHz: 8000, channels: [noise(300, 1), noise(300, 2)] }, { format: 'float32' })] as const];
/** Numbers 0 to 1 from a seed (mulberry32). */
const seeded = (seed: number) => (): number => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
};

describe('damaged files (more of them: tools/fuzz)', () => {
  it('2000 of them: a typed error, or finite samples in channels of one length', async () => {
    const random = seeded(7), path = join(folder, 'damaged');
    let errors = 0, decoded = 0;
    for (let i = 0; i < 2000; i++) {
      const [kind, good] = files[Math.floor(random() * files.length)]!;
      writeFileSync(path, damage(kind, good, random));
      for (const read of [probeFile, decodeFile]) {
        const result = await read(path, { ffmpegPath: null, maxDecodedBytes: 2 ** 26 }).catch((error: unknown) => error);
        if (result instanceof Error) { expect(result, `file ${i}, ${kind}: ${result.stack}`).toBeInstanceOf(AudioError); errors += 1; continue; }
        if (read === probeFile) continue;
        const { channels } = result as Awaited<ReturnType<typeof decodeFile>>;
        expect(channels.every((channel) => channel.length === channels[0]!.length && channel.every(Number.isFinite)), `file ${i}, ${kind}`).toBe(true);
        decoded += 1;
      }
    }
    expect([errors > 200, decoded > 200]).toEqual([true, true]);
  }, 60_000);
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
