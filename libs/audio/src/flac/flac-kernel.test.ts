import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasShared, noise, SHARED, tone } from '../../test/signals.js';
import { encodeWav } from '../wav/encode-wav.js';
import { encodeFlac } from './encode-flac.js';
import { type FlacKernel, openFlacKernel } from './flac-kernel.js';
import { openFlac } from './stream-flac.js';

type Decoded = { readonly channels: number[][]; readonly warnings: readonly unknown[]; readonly code: string };
const open = (file: Uint8Array, kernelFor: (bits: number) => FlacKernel | null): ReturnType<typeof openFlac> =>
  openFlac((offset, length) => Promise.resolve(file.subarray(offset, offset + length)), file.length, { kernelFor });

/** All that comes out, or the code of the error. */
async function decode(file: Uint8Array, kernelFor: (bits: number) => FlacKernel | null): Promise<Decoded> {
  const channels: number[][] = [];
  try {
    const { blocks, warnings } = await open(file, kernelFor);
    for await (const block of blocks) block.forEach((channel, c) => { (channels[c] ??= []).push(...channel); });
    return { channels, warnings, code: '' };
  } catch (error) {
    return { channels, warnings: [], code: String((error as { code?: unknown }).code) };
  }
}
/** With the kernel and without. */
const both = async (file: Uint8Array): Promise<readonly [Decoded, Decoded]> => [await decode(file, openFlacKernel), await decode(file, () => null)];

/** Two streams, a block of each at a time: each gives what it gives alone. */
async function takeTurns(files: readonly Uint8Array[]): Promise<void> {
  const ends = (channel: Float32Array): number[] => [...channel.subarray(0, 9), ...channel.subarray(-9), channel.reduce((sum, x) => sum + Math.abs(x), 0)];
  const alone = await Promise.all(files.map(async (file) => { const parts: number[] = []; for await (const [left] of (await open(file, () => null)).blocks) parts.push(...ends(left!)); return parts; }));
  const streams = await Promise.all(files.map(async (file) => (await open(file, openFlacKernel)).blocks)), together: number[][] = files.map(() => []);
  for (let more = true; more;) {
    more = false;
    for (const [i, stream] of streams.entries()) {
      const step = await stream.next();
      if (step.done === true) continue;
      more = true;
      together[i]!.push(...ends(step.value[0]!));
    }
  }
  expect(together).toEqual(alone);
}

const sound = (length: number, kind: number, seed: number): Float32Array => [
  noise(length, seed), noise(length, seed).map((x) => x / 3000), tone(440, 16000, length / 16000, 0.9, seed % 7), noise(length, seed).map((x) => (x > 0 ? 1 : -1)),
  new Float32Array(length).fill(0.3), noise(length, seed).map((x, i) => (i % 1000 === 7 ? x : x * 1e-4)), tone(50, 16000, length / 16000, 1, 1),
][kind]!;
const audio = fc.tuple(fc.integer({ min: 1, max: 9000 }), fc.integer({ min: 1, max: 3 }), fc.nat(6), fc.nat(6), fc.nat(999), fc.constantFrom(16 as const, 24 as const))
  .map(([length, channels, kind, other, seed, bits]) => encodeFlac({ sampleRateHz: 16000, channels: Array.from({ length: channels }, (_, c) => sound(length, c === 0 ? kind : other, seed + c)) }, { bitsPerSample: bits }));

describe('the kernel for FLAC', () => {
  it('runs here, for up to 24 bits', () => {
    expect(openFlacKernel(24)).not.toBeNull();
    expect(openFlacKernel(25)).toBeNull();
  });

  it('gives the samples of the plain decoder', async () => {
    await fc.assert(fc.asyncProperty(audio, async (file) => {
      const [kernel, plain] = await both(file);
      expect(plain.code).toBe('');
      expect(kernel).toEqual(plain);
    }), { numRuns: 40 });
  });

  it('of damaged files too: the same silence, warnings and errors', async () => {
    await fc.assert(fc.asyncProperty(audio, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }), fc.nat(3), async (file, changes, cut) => {
      const damaged = file.slice(0, cut === 0 ? Math.floor(file.length * 0.7) : file.length);
      for (const [at, value] of changes) damaged[42 + (at % Math.max(1, damaged.length - 42))] = value;
      const [kernel, plain] = await both(damaged);
      expect(kernel).toEqual(plain);
    }), { numRuns: 80 });
  });

  it('streams that take turns do not see each other', async () => {
    await takeTurns([1, 2].map((seed) => encodeFlac({ sampleRateHz: 16000, channels: [noise(400_000, seed), noise(400_000, seed + 9).map((x) => x / 9)] })));
  });

  const recording = `${SHARED}data/recordings/recording_04.flac`;
  it.skipIf(!hasShared('data/recordings/recording_04.flac') || spawnSync('flac', ['--version']).status !== 0)('what flac itself writes, at any level and with odd settings (skips without the flac command and ../shared)', async () => {
    expect(existsSync(recording)).toBe(true);
    const wav = encodeWav({ sampleRateHz: 16000, channels: [sound(50_001, 0, 3), sound(50_001, 5, 4)] }, { format: 'pcm24' });
    for (const options of [['-0'], ['-3'], ['-8'], ['-l', '32', '-m', '-r', '15', '--lax'], ['-b', '255', '--lax'], ['-b', '16384', '-l', '12', '--lax']]) {
      const { stdout, status } = spawnSync('flac', ['--silent', '--stdout', ...options, '-'], { input: wav, maxBuffer: 1 << 24 });
      expect(status).toBe(0);
      const [kernel, plain] = await both(stdout);
      expect(plain.code).toBe('');
      expect(kernel).toEqual(plain);
    }
    const uneven = spawnSync('flac', ['--silent', '--stdout', '-b', '3000', '--lax', '-'], { input: wav, maxBuffer: 1 << 24 }).stdout; // its frames lie across our blocks
    await takeTurns([uneven, encodeFlac({ sampleRateHz: 16000, channels: [noise(60_000, 5), noise(60_000, 6)] })]);
    const [kernel, plain] = await both(readFileSync(recording));
    expect(kernel).toEqual(plain);
  }, 60_000);
});
