import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { noise } from '../../test/signals.js';
import { decodeFile } from '../file/decode-file.js';
import { probeFile } from '../file/probe-file.js';
import { decodeWav } from './decode-wav.js';
import { encodeWav } from './encode-wav.js';

const folder = mkdtempSync(join(tmpdir(), 'audio-w64-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const wav = encodeWav({ sampleRateHz: 16000, channels: [noise(501, 1), noise(501, 2)] }, { format: 'pcm24' });
const guid = (name: string): number[] => [...Buffer.from(name), ...(name === 'riff' ? [0x2e, 0x91, 0xcf, 0x11, 0xa5, 0xd6, 0x28, 0xdb, 0x04, 0xc1, 0, 0] : [0xf3, 0xac, 0xd3, 0x11, 0x8c, 0xd1, 0, 0xc0, 0x4f, 0x8e, 0xdb, 0x8a])];
const u64 = (value: number): number[] => [...new Uint8Array(BigUint64Array.of(BigInt(value)).buffer)];
/** Pads to a multiple of 8, as chunks must start. */
const chunk = (name: string, body: ArrayLike<number>): number[] => { const bytes = [...guid(name), ...u64(24 + body.length), ...Array.from(body)]; return [...bytes, ...new Array<number>((8 - (bytes.length % 8)) % 8).fill(0)]; };
const chunks = [...chunk('junk', [1, 2, 3]), ...chunk('fmt ', wav.subarray(20, 36)), ...chunk('data', wav.subarray(44, 44 + 501 * 6))];
const w64 = Uint8Array.from([...guid('riff'), ...u64(40 + chunks.length), ...guid('wave'), ...chunks]);

it('is read as the same samples in RIFF, odd chunks and all', async () => {
  const path = join(folder, 'x.wav');
  writeFileSync(path, w64);
  expect(await probeFile(path, { ffmpegPath: null })).toEqual({ container: 'w64', codec: 'pcm_s24le', sampleRateHz: 16000, channels: 2, durationSec: 501 / 16000, bitsPerSample: 24 });
  const audio = await decodeFile(path, { ffmpegPath: null });
  expect(audio.warnings).toEqual([]);
  expect(audio.channels).toEqual(decodeWav(wav).channels);
  expect(decodeWav(w64).channels).toEqual(audio.channels);
});
it('cut off or with a size of 0, says so', () => {
  expect(decodeWav(w64.subarray(0, w64.length - 100)).warnings).toMatchObject([{ code: 'AUDIO_TRUNCATED' }]);
  for (let length = 0; length <= 40 + 32 + 40 + 24; length++) expect(() => decodeWav(w64.subarray(0, length))).toThrow(expect.objectContaining({ name: 'AudioError' }) as Error);
});
it.skipIf(spawnSync('ffmpeg', ['-version']).status !== 0)('written by ffmpeg (skipped without ffmpeg)', async () => {
  const from = join(folder, 'from.wav'), to = join(folder, 'to.w64');
  writeFileSync(from, wav);
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-i', from, '-c:a', 'pcm_s24le', to]);
  expect((await decodeFile(to, { ffmpegPath: null })).channels).toEqual(decodeWav(wav).channels);
});
