// What resample and slice write: FLAC or WAV, with so many bits; whole or not at all.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeFile, encodeWav, probeFile, resample } from '@voxtune/audio';
import { expect, it } from 'vitest';
import { cli, lastJson, temporaryFolder } from './cli.js';

const tone = Float32Array.from({ length: 3 * 22_050 }, (_, i) => 0.3 * Math.sin((2 * Math.PI * 300 * i) / 22_050));
async function recording(): Promise<{ folder: string; path: string }> {
  const folder = await temporaryFolder(), path = join(folder, 'in.wav');
  await writeFile(path, encodeWav({ sampleRateHz: 22_050, channels: [tone, tone] }, { format: 'float32' }));
  return { folder, path };
}

it('resample writes what the name and the flags say, with the samples of resample', async () => {
  const { folder, path } = await recording(), exact = resample(tone, 22_050, 16_000);
  for (const [name, args, codec, bits] of [
    ['a.flac', [], 'flac', 16], ['b.FLAC', ['--bits', '24'], 'flac', 24], ['c.wav', ['--bits', '24'], 'pcm_s24le', 24], ['d.wav', [], 'pcm_s16le', 16], ['e.wav', ['--float'], 'pcm_f32le', 32],
  ] as const) {
    const out = join(folder, 'new', name), done = await cli(['resample', path, out, '--rate', '16000', ...args, '--json']);
    expect(done.code, done.stderr).toBe(0);
    expect(lastJson(done)).toEqual({ input: path, output: out, sampleRateHz: 16_000, channels: 2, samples: exact.length });
    expect(await probeFile(out)).toMatchObject({ codec, bitsPerSample: bits, sampleRateHz: 16_000, channels: 2, durationSec: exact.length / 16_000 });
    const { channels } = await decodeFile(out);
    for (const channel of channels) expect(Math.max(...channel.map((x, i) => Math.abs(x - exact[i]!)))).toBeLessThanOrEqual(bits === 32 ? 0 : 2 ** -bits * 1.001);
  }
  expect((await readdir(join(folder, 'new'))).sort()).toEqual(['a.flac', 'b.FLAC', 'c.wav', 'd.wav', 'e.wav']);
});
it('resample leaves what was there when the input cannot be read to its end, and names what excludes what', async () => {
  const { folder, path } = await recording(), out = join(folder, 'out.flac');
  await writeFile(out, 'before');
  await writeFile(join(folder, 'bad.wav'), 'no sound');
  expect((await cli(['resample', join(folder, 'bad.wav'), out, '--rate', '16000'])).code).toBe(3);
  for (const args of [['--float'], ['--bits', '8'], ['--bits', '12']]) {
    const done = await cli(['resample', path, out, '--rate', '16000', ...args]);
    expect([done.code, done.stderr]).toEqual([2, expect.stringMatching(/FLAC|--bits/) as string]);
  }
  expect(await readFile(out, 'utf8')).toBe('before');
  const nowhere = await cli(['resample', path, join(path, 'x.wav'), '--rate', '16000', '--json']);
  expect([nowhere.code, lastJson<{ error: { code: string } }>(nowhere).error.code]).toEqual([4, 'AUDIO_UNWRITABLE']);
});
it('slice writes FLAC clips', async () => {
  const { folder, path } = await recording();
  const done = await cli(['slice', path, '--out', join(folder, 'clips'), '--flac', '--bits', '24', '--json']);
  expect(done.code, done.stderr).toBe(0);
  const { clips } = lastJson<{ clips: { path: string; startSec: number; endSec: number }[] }>(done);
  expect(clips.length).toBe(1);
  expect(clips[0]!.path).toMatch(/\.flac$/);
  expect(await probeFile(clips[0]!.path)).toMatchObject({ codec: 'flac', bitsPerSample: 24, channels: 1, durationSec: clips[0]!.endSec - clips[0]!.startSec });
  expect((await cli(['slice', path, '--out', folder, '--as-engine', '--flac'])).code).toBe(2);
});
it('probe tells of many files in their order, whichever was read first', async () => {
  const folder = await temporaryFolder(), names = Array.from({ length: 60 }, (_, i) => join(folder, `${String(i).padStart(2, '0')}.wav`));
  await Promise.all(names.map((name, i) => writeFile(name, i % 7 === 3 ? 'no sound' : encodeWav({ sampleRateHz: 8000 + i, channels: [tone.subarray(0, 10 * (i + 1))] }))));
  const done = await cli(['probe', folder, '--json']);
  expect(done.code, done.stderr).toBe(0);
  expect(lastJson<{ files: { path: string; ok: boolean; sampleRateHz?: number }[] }>(done).files.map(({ path, ok, sampleRateHz }) => [path, ok, sampleRateHz]))
    .toEqual(names.map((name, i) => (i % 7 === 3 ? [name, false, undefined] : [name, true, 8000 + i])));
});
