import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { decodeWav, encodeWav } from '@voxtune/audio';
import { describe, expect, it } from 'vitest';
import { withFolder } from '../../test/make-audio.js';
import { cleanFiles, type Cleaner } from './clean-files.js';
import { sherpaDenoiser } from './sherpa-denoiser.js';

/** Made by tools/golden/sherpa-models.py: of the addon's shapes, and functions of the signal. */
const MODELS = join(import.meta.dirname, '../../test/sherpa');
const modelAt = (name: string) => join(MODELS, name);
const hasAddon = (() => { try { createRequire(import.meta.url).resolve('sherpa-onnx-node'); return true; } catch { return false; } })();
const RATE = 16_000;
const hiss = (() => { let state = 1; return () => { state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0; return state / 2 ** 31 - 1; }; })();
/** Bursts of a tone every other half second, in faint hiss. */
const noisy = (sec: number) => Float32Array.from({ length: Math.round(sec * RATE) }, (_, i) => (Math.floor(i / 8000) % 2 === 0 ? 0.3 * Math.sin((2 * Math.PI * 220 * i) / RATE) : 0) + 0.01 * hiss());
const wav = (samples: Float32Array, sampleRateHz = RATE) => encodeWav({ sampleRateHz, channels: [samples] }, { format: 'pcm16' });
/** Hands one sound to a cleaner alone, without the gate. */
const through = (cleaner: Cleaner, ...sounds: readonly Float32Array[]) => withFolder(async (dir) => {
  const jobs = sounds.map((_, i) => ({ input: join(dir, `${i}.wav`), folder: join(dir, `${i}`) }));
  for (const [i, { input, folder }] of jobs.entries()) { await writeFile(input, wav(sounds[i]!, cleaner.rateHz)); await mkdir(folder); }
  const reasons = await cleaner.clean(jobs);
  const made = await Promise.all(jobs.map(async ({ folder }) => { const [name] = await readdir(folder); return name === undefined ? null : decodeWav(await readFile(join(folder, name))); }));
  return { reasons, made };
});
const rms = (samples: Float32Array) => Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length);

describe.skipIf(!hasAddon)('sherpaDenoiser with the real addon (skipped where sherpa-onnx-node is not installed)', () => {
  it('is the model’s: one that halves the spectrum gives half of every sample', async () => {
    const cleaner = await sherpaDenoiser({ model: modelAt('gtcrn-half.onnx') });
    expect(cleaner).toMatchObject({ id: `sherpa-onnx gtcrn ${createHash('sha256').update(await readFile(modelAt('gtcrn-half.onnx'))).digest('hex').slice(0, 12)}`, rateHz: RATE, channels: 1 });
    const sound = noisy(2);
    const { reasons, made: [out] } = await through(cleaner, sound);
    expect([reasons, out!.sampleRateHz]).toEqual([[null], RATE]);
    expect(Math.abs(out!.channels[0]!.length - sound.length)).toBeLessThan(512); // less than a window of the model's own
    out!.channels[0]!.forEach((value, i) => { if (i > 512 && i < 31_000) expect(Math.abs(value - sound[i]! / 2)).toBeLessThan(2e-4); }); // 16-bit rounding, twice
  });
  it('takes DPDFNet too, at the rate that the model names', async () => {
    const cleaner = await sherpaDenoiser({ model: modelAt('dpdfnet-half.onnx') });
    expect(cleaner).toMatchObject({ id: expect.stringContaining('sherpa-onnx dpdfnet ') as string, rateHz: 48_000 });
    const sound = noisy(2);
    const { made: [out] } = await through(cleaner, sound);
    // The addon takes the two windows that a DPDFNet lags behind off the beginning; ours lags behind by nothing.
    out!.channels[0]!.forEach((value, i) => { if (i > 1000 && i < 29_000) expect(Math.abs(value - sound[i + 2 * 960]! / 2)).toBeLessThan(2e-4); });
  });
  it('passes the gate of every cleaner: what got better is taken, what got worse keeps the original, with the figure', async () => {
    await withFolder(async (dir, write) => {
      const path = join(dir, 'a b 客.wav');
      await write('a b 客.wav', wav(noisy(4)));
      const before = await readFile(path);
      const files = [{ path, name: 'a b 客' }];
      const [better] = await cleanFiles({ files, outDir: join(dir, 'out'), cleaner: await sherpaDenoiser({ model: modelAt('gtcrn-gate.onnx') }) });
      expect(better).toMatchObject({ output: join(dir, 'out', 'a b 客.wav'), reason: null });
      expect(better!.after! - better!.before!).toBeGreaterThan(5); // a tenth of the hiss is left; the measure itself reads less of it
      const [worse] = await cleanFiles({ files, outDir: join(dir, 'out'), cleaner: await sherpaDenoiser({ model: modelAt('gtcrn-worse.onnx') }) });
      expect(worse).toMatchObject({ output: null, reason: expect.stringMatching(/^it got worse: SNR, dB [\d.]+ before, [\d.]+ after$/) as string });
      expect(worse!.before).toBeCloseTo(better!.before!, 9);
      expect(await readFile(path)).toEqual(before);
    });
  });
  it('tells of sound that holds nothing, and goes on: empty, one sample, silence', async () => {
    const cleaner = await sherpaDenoiser({ model: modelAt('gtcrn-half.onnx') });
    const { reasons, made } = await through(cleaner, new Float32Array(0), new Float32Array(1).fill(0.5), new Float32Array(RATE), noisy(1));
    expect(reasons[0]).toBe('there is no sound in it');
    for (const [i, reason] of reasons.entries()) expect([i, reason === null]).toEqual([i, made[i] !== null]); // a result or a reason, never both
    expect(rms(made[2]!.channels[0]!)).toBe(0);
    expect(rms(made[3]!.channels[0]!)).toBeCloseTo(rms(noisy(1)) / 2, 2);
  });
  it.each([
    ['is not there', 'none.onnx', null, /none\.onnx cannot be read: ENOENT/],
    ['is no ONNX file', 'text.onnx', Buffer.from('not a model'), /text\.onnx is no ONNX model/],
    ['is empty', 'empty.onnx', Buffer.alloc(0), /empty\.onnx is no ONNX model/],
    ['is of another kind', 'other.onnx', modelAt('embedding.onnx'), /other\.onnx is no denoiser: its metadata has no model_type, sherpa-onnx takes gtcrn and dpdfnet/],
    ['segments', 'other.onnx', modelAt('segmentation.onnx'), /is no denoiser: its metadata has model_type pyannote-segmentation-3\.0/],
  ] as const)('says so where the model %s', async (_, name, content, message) => {
    await withFolder(async (dir) => {
      if (content !== null) await writeFile(join(dir, name), typeof content === 'string' ? await readFile(content) : content);
      await expect(sherpaDenoiser({ model: join(dir, name) })).rejects.toMatchObject({ code: 'DATASET_CLEANER_MISSING', message: expect.stringMatching(message) as string, hint: expect.stringContaining('voxtune models pull gtcrn') as string });
    });
  });
  it('a real abort of the native code is the recording’s reason, with the runtime’s words, and not the end of ours', async () => {
    const { reasons, made } = await through(await sherpaDenoiser({ model: modelAt('gtcrn-refuses.onnx') }), noisy(1), noisy(1));
    expect(reasons).toEqual(Array(2).fill(expect.stringMatching(/^sherpa-onnx: it ended with (SIGABRT|code \d+) — .*(Got: 257 Expected: 129|Please fix either the inputs\/outputs or the model)/s)));
    expect(made).toEqual([null, null]);
  });
  it('says what the addon said of a model that it ends its process on', async () => {
    await withFolder(async (dir) => {
      const whole = await readFile(modelAt('gtcrn-half.onnx'));
      const model = join(dir, 'lies.onnx');
      await writeFile(model, Buffer.from(whole.toString('latin1').replace('hop_length', 'hop_lengtx'), 'latin1'));
      const cleaner = await sherpaDenoiser({ model });
      await expect(through(cleaner, noisy(1))).rejects.toMatchObject({ code: 'DATASET_CLEANER_MISSING', message: expect.stringMatching(/the model cannot be opened: .*hop_length/s) as string });
    });
  });
});

// A module of the addon's form: what it does depends on how long the sound is, as native code might.
const FAKE = `
const { readFileSync, writeFileSync } = require('node:fs');
let given;
exports.readWave = (path) => { given = readFileSync(path); return { samples: new Float32Array((given.length - 44) / 2), sampleRate: 16000 }; };
exports.writeWave = (path) => { writeFileSync(path, given); return true; };
exports.OfflineSpeechDenoiser = class {
  run({ samples, sampleRate }) {
    if (samples.length === 1) process.abort();
    if (samples.length === 2) process.kill(process.pid, 'SIGKILL');
    if (samples.length === 3) for (;;);
    if (samples.length === 4) throw new Error('Expect 16000, given 8000');
    if (samples.length === 5) return { samples: new Float32Array(0), sampleRate };
    if (samples.length === 6) return { samples: new Float32Array(6).fill(NaN), sampleRate };
    return { samples, sampleRate };
  }
};`;

describe('sherpaDenoiser when the addon fails', () => {
  it('is one recording’s reason, and the next gets a new process', { timeout: 60_000 }, async () => {
    await withFolder(async (dir) => {
      const addon = join(dir, 'addon.cjs');
      await writeFile(addon, FAKE);
      const cleaner = await sherpaDenoiser({ model: modelAt('gtcrn-half.onnx'), addon, timeoutMs: 3000 });
      const { reasons, made } = await through(cleaner, ...[9, 1, 9, 2, 9, 3, 9, 4, 5, 6, 9].map((length) => new Float32Array(length)));
      expect(reasons.map((reason) => reason?.replace(/ — .*/s, '').replace(/SIGABRT|code 134|code 3221226505/, 'abort').replace('code 1', 'SIGKILL') ?? null)).toEqual([
        null, 'sherpa-onnx: it ended with abort', null, 'sherpa-onnx: it ended with SIGKILL', null, 'sherpa-onnx: no answer within 3 s', null,
        'sherpa-onnx: Expect 16000, given 8000', 'sherpa-onnx: the result is empty', 'sherpa-onnx: the result holds numbers that are not finite', null,
      ]);
      expect(made.map((one) => one !== null)).toEqual(reasons.map((reason) => reason === null));
    });
  });
  it('says which package to install where there is none, and stops when called off', async () => {
    await withFolder(async (dir) => {
      const addon = join(dir, 'addon.cjs');
      const cleaner = await sherpaDenoiser({ model: modelAt('gtcrn-half.onnx'), addon });
      await expect(through(cleaner, new Float32Array(9))).rejects.toMatchObject({ code: 'DATASET_CLEANER_MISSING', message: expect.stringContaining('Cannot find module') as string });
      await writeFile(addon, FAKE);
      const controller = new AbortController();
      await writeFile(join(dir, 'hang.wav'), wav(new Float32Array(3)));
      await mkdir(join(dir, 'hang'));
      const hanging = cleaner.clean([{ input: join(dir, 'hang.wav'), folder: join(dir, 'hang') }], controller.signal);
      setTimeout(() => controller.abort(new Error('called off')), 500);
      await expect(hanging).rejects.toThrow('called off');
      expect(readdirSync(join(dir, 'hang'))).toEqual([]);
    });
  });
});
