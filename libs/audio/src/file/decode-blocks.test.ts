import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { noise } from '../../test/signals.js';
import { encodeWav } from '../wav/encode-wav.js';
import { downmix } from '../mix/downmix.js';
import { decodeBlocks } from './decode-blocks.js';
import { decodeFile } from './decode-file.js';
import golden from './files.golden.json' with { type: 'json' };

const folder = mkdtempSync(join(tmpdir(), 'audio-blocks-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const ffmpegThere = spawnSync('ffmpeg', ['-version']).status === 0;
const save = (name: string, bytes: Uint8Array): string => { const path = join(folder, name); writeFileSync(path, bytes); return path; };
const openFiles = (): number => readdirSync('/proc/self/fd').length;

async function gather(path: string, blockSamples?: number): Promise<{ channels: number[][]; lengths: number[]; warnings: readonly unknown[] }> {
  const stream = await decodeBlocks(path, { blockSamples });
  const channels: number[][] = Array.from({ length: stream.channels }, () => []), lengths: number[] = [];
  for await (const block of stream.blocks) {
    lengths.push(block[0]!.length);
    block.forEach((part, c) => { for (const x of part) channels[c]!.push(x); });
  }
  return { channels, lengths, warnings: stream.warnings() };
}

describe('decodeBlocks gives what decodeFile gives, however it is blocked', () => {
  const files = golden.cases.filter(({ container }) => ffmpegThere || ['wav', 'flac', 'mp3'].includes(container));
  it.each(files.map(({ name, base64 }) => [name, base64] as const))('%s', async (name, base64) => {
    const good = Buffer.from(base64, 'base64');
    for (const [bytes, what] of [[good, 'whole'], [good.subarray(0, Math.floor(good.length * 0.7)), 'cut']] as const) {
      const path = save(`${what}-${name}`, bytes);
      const whole = await decodeFile(path).catch((error: unknown) => error as Error);
      if (whole instanceof Error) { await expect(gather(path)).rejects.toThrow(whole.message); continue; }
      await fc.assert(fc.asyncProperty(fc.option(fc.integer({ min: 1, max: 9000 }), { nil: undefined }), async (blockSamples) => {
        const { channels, lengths, warnings } = await gather(path, blockSamples);
        expect(channels.map((channel) => Float32Array.from(channel))).toEqual(whole.channels);
        expect(warnings).toEqual(whole.warnings);
        expect(lengths.every((length, i) => (blockSamples === undefined ? length > 0 : i < lengths.length - 1 ? length === blockSamples : length > 0 && length <= blockSamples))).toBe(true);
      }), { numRuns: 3 });
    }
  });
  it.each(files.map(({ name, base64 }) => [name, base64] as const))('%s as one channel says how many the file has', async (name, base64) => {
    const path = save(`mono-${name}`, Buffer.from(base64, 'base64')), { channels, fileChannels, blocks } = await decodeBlocks(path, { channel: 'mean' });
    for await (const block of blocks) expect(block.length).toBe(1);
    expect([channels, fileChannels]).toEqual([1, (await decodeFile(path)).channels.length]);
  });
  it('a WAV file of several blocks, and its length before any is read', async () => {
    const samples = noise(300_001, 3);
    const path = save('long.wav', encodeWav({ sampleRateHz: 8000, channels: [samples, samples.map((x) => -x)] }, { format: 'float32' }));
    const stream = await decodeBlocks(path);
    expect([stream.container, stream.codec, stream.sampleRateHz, stream.channels, stream.lengthSamples]).toEqual(['wav', 'pcm_f32le', 8000, 2, 300_001]);
    const { channels, lengths } = await gather(path);
    expect(lengths.length).toBeGreaterThan(3);
    expect(Float32Array.from(channels[0]!)).toEqual(samples);
  });
});

describe('with `channel` one channel comes out, as downmix makes it of the whole', () => {
  // an MP3 is mixed down before its synthesis: equal to the rounding of float32 sums
  it.each([['tone-stereo.mp3', 1e-6], ['tone-mono.mp3', 0], ['tone-mid-side.flac', 0]] as const)('%s', async (name, tolerance) => {
    const path = save(`one-${name}`, Buffer.from(golden.cases.find((file) => file.name === name)!.base64, 'base64')), whole = await decodeFile(path);
    for (const channel of ['mean', 'left', 'right'] as const) {
      const stream = await decodeBlocks(path, { channel }), expected = downmix(whole, channel);
      expect(stream.channels).toBe(1);
      let at = 0, worst = 0;
      for await (const block of stream.blocks) { expect(block).toHaveLength(1); for (const x of block[0]!) worst = Math.max(worst, Math.abs(x - expected[at++]!)); }
      expect([at, stream.warnings()]).toEqual([expected.length, whole.warnings]);
      expect(worst).toBeLessThanOrEqual(tolerance);
    }
    await expect(decodeBlocks(path, { channel: 'sum' as 'mean' })).rejects.toThrow('mode must be mean, left or right, got sum');
  });
});

describe('the file is closed', () => {
  const path = save('close.wav', encodeWav({ sampleRateHz: 8000, channels: [noise(400_000, 1)] }));
  it.skipIf(process.platform !== 'linux')('after the last block, a break and a throw (skipped where /proc is missing)', async () => {
    const before = openFiles();
    await gather(path);
    for await (const block of (await decodeBlocks(path)).blocks) { expect(block[0]!.length).toBeGreaterThan(0); break; }
    await expect((async () => { for await (const block of (await decodeBlocks(path, { blockSamples: 100 })).blocks) throw new Error(`after ${block[0]!.length}`); })()).rejects.toThrow('after 100');
    await expect(decodeBlocks(save('no.wav', Buffer.from('no audio at all, only words')))).rejects.toThrow('not audio');
    expect(openFiles()).toBe(before);
  });
  it('an abort between blocks', async () => {
    const controller = new AbortController();
    const stream = await decodeBlocks(path, { blockSamples: 1000, signal: controller.signal });
    await expect((async () => { for await (const block of stream.blocks) { expect(block.length).toBe(1); controller.abort(new Error('enough')); } })()).rejects.toThrow('enough');
  });
  it('blocks can be gone through once', async () => {
    const stream = await decodeBlocks(path);
    for await (const block of stream.blocks) expect(block.length).toBe(1);
    expect(() => stream.blocks[Symbol.asyncIterator]()).toThrow('once');
  });
});

describe.skipIf(!ffmpegThere)('ADPCM agrees with ffmpeg (skipped without ffmpeg)', () => {
  it.each([['adpcm_ima_wav', 1], ['adpcm_ima_wav', 2], ['adpcm_ms', 1], ['adpcm_ms', 2]] as const)('%s, %d channels', async (codec, channels) => {
    const input = save('in.wav', encodeWav({ sampleRateHz: 8000, channels: Array.from({ length: channels }, (_, c) => noise(20_000, c + 1, 0.8)) }));
    const path = join(folder, `${codec}-${channels}.wav`);
    execFileSync('ffmpeg', ['-v', 'error', '-y', '-i', input, '-c:a', codec, path]);
    const raw = execFileSync('ffmpeg', ['-v', 'error', '-i', path, '-f', 's16le', '-'], { maxBuffer: 1 << 26 });
    const values = new Int16Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.length));
    const audio = await decodeFile(path, { ffmpegPath: null });
    expect([audio.probe.codec, audio.warnings]).toEqual([codec, []]);
    audio.channels.forEach((channel, c) => expect(Int16Array.from(channel, (x) => x * 32768)).toEqual(Int16Array.from({ length: channel.length }, (_, i) => values[i * channels + c]!)));
    expect(values.length / channels - audio.channels[0]!.length).toBeLessThan(4096); // ffmpeg ignores the fact chunk and decodes the last block's padding
    expect(audio.channels[0]!.length).toBeGreaterThanOrEqual(20_000);
  });
});
