import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, openSync, closeSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { noise } from '../../test/signals.js';
import { createAudioWriter } from '../encode/audio-writer.js';
import { decodeBlocks } from '../file/decode-blocks.js';
import { probeFile } from '../file/probe-file.js';
import { decodeWav } from './decode-wav.js';
import { encodeWav } from './encode-wav.js';
import { formatWavHead } from './wav-head.js';
import { createWavEncoder, openWavWriter } from './wav-writer.js';

const folder = mkdtempSync(join(tmpdir(), 'audio-wav-writer-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const hasFfprobe = spawnSync('ffprobe', ['-version']).status === 0;
const stereo = [noise(2000, 1), noise(2000, 2)];
const FORMATS = ['pcm8', 'pcm16', 'pcm24', 'float32', 'mulaw', 'alaw'] as const;

describe('blocks', () => {
  it('give the samples of encodeWav, however they are cut', async () => {
    await fc.assert(fc.asyncProperty(fc.constantFrom(...FORMATS), fc.array(fc.nat(700), { maxLength: 6 }), fc.option(fc.integer(), { nil: undefined }), async (format, cuts, ditherSeed) => {
      const path = join(folder, 'cut.wav'), writer = await openWavWriter(path, { sampleRateHz: 16000, channels: 2, format, ditherSeed });
      let at = 0;
      for (const count of [...cuts, 2000]) { void writer.write(stereo.map((channel) => channel.subarray(at, Math.min(2000, at + count)))); at = Math.min(2000, at + count); }
      const written = await writer.close();
      const bytes = readFileSync(path), whole = encodeWav({ sampleRateHz: 16000, channels: stereo }, { format, ditherSeed });
      expect(written).toMatchObject({ samples: 2000, bytes: bytes.length });
      expect(decodeWav(bytes)).toEqual(decodeWav(whole));
      expect(bytes.subarray(-2000).equals(whole.subarray(-2000))).toBe(true);
      expect(bytes.readUInt32LE(4)).toBe(bytes.length - 8);
    }), { numRuns: 30 });
  });
  it('count what was clipped or no number', async () => {
    const writer = await openWavWriter(join(folder, 'counts.wav'), { sampleRateHz: 8000, channels: 1 });
    await writer.write([Float32Array.of(2, -2, 0.5, NaN, Infinity)]);
    expect(await writer.close()).toMatchObject({ samples: 5, clippedSamples: 3, nonFiniteSamples: 1 });
    expect(decodeWav(readFileSync(join(folder, 'counts.wav'))).channels[0]).toEqual(Float32Array.of(32767 / 32768, -1, 0.5, 0, 32767 / 32768));
  });
  it('an odd number of bytes is padded', async () => {
    const writer = await openWavWriter(join(folder, 'odd.wav'), { sampleRateHz: 8000, channels: 1, format: 'pcm8' });
    await writer.write([Float32Array.of(0.5)]);
    const { bytes } = await writer.close();
    expect(bytes % 2).toBe(0);
    expect(decodeWav(readFileSync(join(folder, 'odd.wav'))).warnings).toEqual([]);
  });
});

describe('the name', () => {
  const names = (): string[] => readdirSync(folder).filter((name) => name.startsWith('name'));
  it('is given when the file is whole; discarding leaves what was there', async () => {
    const path = join(folder, 'name.wav');
    writeFileSync(path, 'before');
    const writer = await openWavWriter(path, { sampleRateHz: 8000, channels: 1 });
    await writer.write([noise(100, 1)]);
    expect(readFileSync(path, 'utf8')).toBe('before');
    await writer.discard();
    await writer.discard();
    expect(names()).toEqual(['name.wav']);
    await expect(writer.write([noise(1, 1)])).rejects.toThrow('the writer is discarded');
    const again = await openWavWriter(path, { sampleRateHz: 8000, channels: 1 });
    await again.close();
    await again.discard();
    expect(names()).toEqual(['name.wav']);
    expect(readFileSync(path).length).toBe(80);
    await expect(again.close()).rejects.toThrow('the writer is closed');
  });
  it('a folder that is not there', async () => {
    await expect(openWavWriter(join(folder, 'none', 'x.wav'), { sampleRateHz: 8000, channels: 1 })).rejects.toMatchObject({ code: 'AUDIO_UNWRITABLE', facts: { reason: 'ENOENT' } });
  });
  it('a full disk: nothing stays', async () => {
    let discarded = 0;
    const writer = await createAudioWriter(createWavEncoder({ sampleRateHz: 8000, channels: 1 }), {
      write: (_, position) => (position > 1000 ? Promise.reject(new Error('ENOSPC')) : Promise.resolve()), commit: () => Promise.resolve(), discard: () => { discarded += 1; return Promise.resolve(); },
    });
    await writer.write([noise(1000, 1)]);
    await expect(writer.write([noise(1000, 1)])).rejects.toThrow('ENOSPC');
    await expect(writer.close()).rejects.toThrow('discarded');
    expect(discarded).toBe(1);
  });
});

describe('beyond 4 GiB', () => {
  const samples = 1.5e9, content = { sampleRateHz: 48000, channels: 2, format: 'pcm16', samples } as const; // 6 GB
  it('a file becomes RF64 once 32 bits do not hold its size, in a head of the same length', () => {
    const encoder = createWavEncoder({ sampleRateHz: 48000, channels: 1, format: 'pcm8' }), most = 0xffffffff + 8 - 80; // 80 bytes of head
    const { head, tail } = encoder.finish(most + 1), data = new DataView(head.buffer);
    expect([encoder.head.length, head.length, tail.length]).toEqual([80, 80, (most + 1) % 2]);
    expect(new TextDecoder('latin1').decode(head.subarray(0, 16))).toBe('RF64\xff\xff\xff\xffWAVEds64');
    expect([data.getBigUint64(20, true), data.getBigUint64(28, true), data.getBigUint64(36, true), data.getUint32(76, true)]).toEqual([BigInt(72 + most + 1 + tail.length), BigInt(most + 1), BigInt(most + 1), 0xffffffff]);
    expect(new TextDecoder().decode(encoder.finish(most - 1).head.subarray(0, 4))).toBe('RIFF');
  });
  it('such a file (6 GB, sparse) is read to its end', async () => {
    const path = join(folder, 'long.wav'), head = formatWavHead(content), file = openSync(path, 'w');
    writeSync(file, head, 0, head.length, 0);
    closeSync(file);
    truncateSync(path, head.length + samples * 4);
    expect(await probeFile(path)).toMatchObject({ codec: 'pcm_s16le', channels: 2, durationSec: samples / 48000 });
    const stream = await decodeBlocks(path);
    expect(stream.lengthSamples).toBe(samples);
    for await (const block of stream.blocks) { expect(block[0]![0]).toBe(0); break; }
    expect(stream.warnings()).toEqual([]);
  });
  it.skipIf(!hasFfprobe)('ffprobe reads its length (skipped without ffprobe)', () => {
    const { format } = JSON.parse(execFileSync('ffprobe', ['-v', 'error', '-of', 'json', '-show_format', join(folder, 'long.wav')]).toString()) as { format: { duration: string } };
    expect(Number(format.duration)).toBe(samples / 48000);
  });
});

describe('refusals', () => {
  it.each([
    [{ sampleRateHz: 0, channels: 1 }, 'sampleRateHz must be a positive integer, got 0'], [{ sampleRateHz: NaN, channels: 1 }, 'sampleRateHz must be a positive integer, got NaN'],
    [{ sampleRateHz: 4e9, channels: 1 }, 'sampleRateHz must be at most 10000000, got 4000000000'], [{ sampleRateHz: 8000, channels: 65535 }, 'channels must be at most 1024, got 65535'],
    [{ sampleRateHz: 8000, channels: 0 }, 'channels must be a positive integer, got 0'], [{ sampleRateHz: 8000, channels: 1, format: 'pcm12' as 'pcm16' }, 'format must be one of'],
  ])('%j', async (options, message) => {
    await expect(openWavWriter(join(folder, 'refused.wav'), options)).rejects.toThrow(expect.objectContaining({ code: 'AUDIO_OPTION_INVALID', message: expect.stringContaining(message) as string }) as Error);
    expect(readdirSync(folder).filter((name) => name.startsWith('refused'))).toEqual([]);
  });
  it('a block of other channels leaves the writer as it was', async () => {
    const writer = await openWavWriter(join(folder, 'shape.wav'), { sampleRateHz: 8000, channels: 2 });
    await expect(writer.write([new Float32Array(2)])).rejects.toThrow('block must have 2 channels of equal length, got lengths [2]');
    await writer.write([new Float32Array(2), new Float32Array(2)]);
    expect((await writer.close()).samples).toBe(2);
  });
});
