import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { hasShared, SHARED } from '../../test/signals.js';
import { decodeFile } from '../file/decode-file.js';
import { createBandwidthMeter } from './bandwidth-meter.js';

const folder = mkdtempSync(join(tmpdir(), 'audio-bandwidth-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const encoders = spawnSync('ffmpeg', ['-v', 'error', '-encoders']);
const canEncode = encoders.status === 0 && encoders.stdout.toString().includes('libmp3lame');
const bandwidthOf = (samples: Float32Array, rate: number): number => { const meter = createBandwidthMeter(rate); meter.push([samples]); return meter.end(); };

describe.skipIf(!canEncode || !hasShared('data/ljspeech'))('real speech through MP3 (skipped without ffmpeg with LAME, or without shared data)', () => {
  const speech = `${SHARED}data/ljspeech/wavs/LJ001-0015.wav`; // 22.05 kHz, sound up to 11 kHz
  const through = async (...args: string[]): Promise<number> => {
    const path = join(folder, 'x.mp3');
    execFileSync('ffmpeg', ['-v', 'error', '-y', '-i', speech, '-ac', '1', '-c:a', 'libmp3lame', ...args, path]);
    const { channels, sampleRateHz } = await decodeFile(path);
    return bandwidthOf(channels[0]!, sampleRateHz);
  };
  it.each([4000, 6000, 8000])('finds a low-pass of %d Hz within the bands of MP3 (345 Hz) and of the meter (129 Hz)', async (hz) => {
    expect(Math.abs((await through('-b:a', '64k', '-cutoff', String(hz))) - hz)).toBeLessThan(345 + 129);
  });
  it('rises with the bit rate, as LAME opens its low-pass', async () => {
    const found: number[] = [];
    for (const rate of ['8k', '16k', '24k', '32k', '40k']) found.push(await through('-b:a', rate));
    for (let i = 1; i < found.length; i++) expect(found[i]!).toBeGreaterThan(found[i - 1]!);
    expect(found[0]!).toBeLessThan(4000);
    expect(found.at(-1)!).toBeGreaterThan(9500);
  });
  it('a spectral tilt is not a low-pass: 12 dB an octave above 1 kHz takes less than 5 %', async () => {
    const { channels, sampleRateHz } = await decodeFile(speech), pole = Math.exp((-2 * Math.PI * 1000) / sampleRateHz);
    let tilted = channels[0]!;
    for (let times = 0; times < 2; times++) { let y = 0; tilted = tilted.map((x) => (y = (1 - pole) * x + pole * y)); }
    expect(bandwidthOf(tilted, sampleRateHz)).toBeGreaterThan(0.95 * bandwidthOf(channels[0]!, sampleRateHz));
  });
});
