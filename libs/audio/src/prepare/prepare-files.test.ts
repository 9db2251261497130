import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { noise } from '../../test/signals.js';
import { decodeFile } from '../file/decode-file.js';
import { downmix } from '../mix/downmix.js';
import { measureAudio } from '../measure/measure-audio.js';
import { resample } from '../resample/resample.js';
import { planSlices } from '../slice/plan-slices.js';
import { encodeWav } from '../wav/encode-wav.js';
import { prepareFiles } from './prepare-files.js';

const folder = mkdtempSync(join(tmpdir(), 'audio-prepare-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const rate = 11025;
/** Bursts of noise with pauses. */
const speechLike = (seconds: number, seed: number): Float32Array => noise(seconds * rate, seed, 0.3).map((x, i) => (i % (5 * rate) < 4 * rate ? x : 0));
const save = (name: string, seconds: number, seed: number): string => {
  const path = join(folder, name), left = speechLike(seconds, seed);
  writeFileSync(path, encodeWav({ sampleRateHz: rate, channels: [left, left.map((x) => x / 2)] }));
  return path;
};
const paths = [save('a.wav', 13, 1), save('b.wav', 6, 2)];

describe('prepareFiles', () => {
  it('cuts, measures and writes what decodeFile, downmix, resample and planSlices give', async () => {
    const seen: number[] = [], outDir = join(folder, 'clips');
    const files = await prepareFiles(paths, { outDir, sampleRateHz: 8000, workers: 0, onProgress: ({ done, total }) => seen.push(done, total) });
    expect(seen).toEqual([1, 2, 2, 2]);
    for (const [i, path] of paths.entries()) {
      const audio = await decodeFile(path), mono = resample(downmix(audio), rate, 8000), plan = planSlices(mono, 8000);
      expect(plan.length).toBeGreaterThan(0);
      expect(files[i]).toMatchObject({ path, error: null, warnings: [] });
      expect(files[i]!.clips.map(({ start, end }) => ({ start, end }))).toEqual(plan.map(({ start, end }) => ({ start, end })));
      files[i]!.clips.forEach((clip, c) => {
        const samples = mono.slice(plan[c]!.start, plan[c]!.end);
        expect(readFileSync(clip.path).equals(encodeWav({ sampleRateHz: 8000, channels: [samples] }))).toBe(true);
        expect(clip.measurements).toEqual(measureAudio(samples, 8000));
      });
    }
    expect(readdirSync(outDir).length).toBe(files.flatMap(({ clips }) => clips).length);
    expect(readdirSync(outDir)[0]).toMatch(/^a\.wav_0000000000_\d{10}\.wav$/);
  });
  it('a bad recording is returned with its reason; the others go on', async () => {
    const bad = join(folder, 'bad.wav');
    writeFileSync(bad, 'no audio at all, only words');
    const files = await prepareFiles([bad, paths[1]!, join(folder, 'none.wav')], { outDir: join(folder, 'some'), sampleRateHz: 8000, workers: 0 });
    expect(files.map(({ error }) => error?.code ?? null)).toEqual(['AUDIO_FORMAT_UNKNOWN', null, 'AUDIO_UNREADABLE']);
    expect(files[1]!.clips.length).toBeGreaterThan(0);
  });
  it('silence gives no clip; two files of one name and senseless workers are refused; an abort is thrown', async () => {
    const quiet = join(folder, 'quiet.wav'), outDir = join(folder, 'quiet');
    writeFileSync(quiet, encodeWav({ sampleRateHz: rate, channels: [new Float32Array(9 * rate)] }));
    expect((await prepareFiles([quiet], { outDir, workers: 0 }))[0]).toMatchObject({ clips: [], error: null });
    await expect(prepareFiles([quiet, quiet], { outDir })).rejects.toThrow('two recordings are named quiet.wav');
    await expect(prepareFiles([quiet], { outDir, workers: 1.5 })).rejects.toThrow('workers must be');
    const controller = new AbortController();
    await expect(prepareFiles(paths, { outDir, workers: 0, signal: controller.signal, onProgress: () => controller.abort(new Error('enough')) })).rejects.toThrow('enough');
  });
  const built = fileURLToPath(new URL('../../dist/index.js', import.meta.url));
  it.skipIf(!existsSync(join(built, '../prepare-worker.js')))('threads give what the caller’s thread gives (skipped before a build)', async () => {
    const { prepareFiles: prepareBuilt } = await import(pathToFileURL(built).href) as { prepareFiles: typeof prepareFiles };
    const run = (workers: number): ReturnType<typeof prepareFiles> => prepareBuilt(paths, { outDir: join(folder, 'threads'), sampleRateHz: 8000, workers });
    const alone = await run(0);
    expect(alone.every(({ clips }) => clips.length > 0)).toBe(true);
    expect([await run(1), await run(2)]).toEqual([alone, alone]);
  });
  it.skipIf(!existsSync(join(built, '../prepare-worker.js')))('an abort stops the threads and leaves no half-written clip (skipped before a build)', async () => {
    const { prepareFiles: prepareBuilt } = await import(pathToFileURL(built).href) as { prepareFiles: typeof prepareFiles };
    const many = Array.from({ length: 6 }, (_, i) => save(`many-${i}.wav`, 40, i)), outDir = join(folder, 'stopped'), controller = new AbortController();
    const work = prepareBuilt(many, { outDir, sampleRateHz: 8000, workers: 2, signal: controller.signal, onProgress: () => controller.abort(new Error('enough')) });
    await expect(work).rejects.toThrow('enough');
    const written = readdirSync(outDir);
    expect(written.filter((name) => !name.endsWith('.wav'))).toEqual([]);
    expect(new Set(written.map((name) => name.slice(0, 6))).size).toBeLessThan(6);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(readdirSync(outDir)).toEqual(written); // nobody works on
  });
});
