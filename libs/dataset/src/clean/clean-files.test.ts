import { spawnSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeWav, encodeWav } from '@voxtune/audio';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withFolder } from '../../test/make-audio.js';
import { cleanFiles, judgeCleaned, scoreSnr, type Cleaner } from './clean-files.js';
import { engineDenoiser, engineSeparator, guideSeparator } from './engine-cleaners.js';

const RATE = 16_000;
/** Bursts of a tone every other half second, in hiss of a level. */
const noisy = (hiss: number): Uint8Array => {
  let state = 1;
  return encodeWav({ sampleRateHz: RATE, channels: [Float32Array.from({ length: 4 * RATE }, (_, i) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (Math.floor(i / 8000) % 2 === 0 ? 0.3 * Math.sin((2 * Math.PI * 220 * i) / RATE) : 0) + hiss * (state / 2 ** 31 - 1);
  })] });
};

/** What the stand-ins for the checkout's scripts do with a file, by its number: take the hiss away, add some, write nothing, fail. */
const DEED = `
import array, os, wave
def deed(source, target):
    number = int(os.path.basename(source).split(".")[0])
    if number == 2:
        return
    if number == 3:
        raise RuntimeError("CUDA out of memory")
    with wave.open(source) as file:
        how, samples = file.getparams(), array.array("h", file.readframes(file.getnframes()))
    change = (lambda i, v: v if abs(v) > 1000 else v // 50) if number == 0 else (lambda i, v: max(-32768, min(32767, v + (i * 7919 % 8001) - 4000)))
    samples = array.array("h", [change(i, v) for i, v in enumerate(samples)])
    with wave.open(target, "wb") as file:
        file.setparams(how)
        file.writeframes(samples.tobytes())
`;
const PYTHON = 'python3';
const hasPython = spawnSync(PYTHON, ['--version']).status === 0;

describe.skipIf(!hasPython)('the checkout’s scripts (stood in for; skipped without python3)', () => {
  const inCheckout = (use: (given: { root: string; files: { path: string; name: string }[]; out: string }) => Promise<void>) => withFolder(async (dir, write) => {
    await mkdir(join(dir, 'tools/uvr5'), { recursive: true });
    await write('tools/uvr5/vr.py', `${DEED}
class AudioPre:
    def __init__(self, agg, model_path, device, is_half):
        assert model_path.endswith("HP2_all_vocals.pth") and agg == 10 and device == "cpu" and is_half is False
    def _path_audio_(self, music_file, ins_root, vocal_root, format, is_hp3=False):
        assert format == "wav" and is_hp3 is False
        deed(music_file, os.path.join(vocal_root, "vocal_%s_10.wav" % os.path.basename(music_file)))
class AudioPreDeEcho(AudioPre):
    pass
`);
    await write('tools/cmd-denoise.py', `${DEED}
import argparse, traceback
p = argparse.ArgumentParser()
for flag in "iop":
    p.add_argument("-" + flag)
a = p.parse_args()
for name in os.listdir(a.i):
    try:
        deed(a.i + "/" + name, a.o + "/" + name)
    except Exception:
        traceback.print_exc()
`);
    const files = ['good', 'worse', 'nothing', 'fails'].map((name) => ({ path: join(dir, `${name} "録音"|.wav`), name }));
    for (const { path } of files) await writeFile(path, noisy(0.02));
    await use({ root: dir, files, out: join(dir, 'out') });
  });
  it.each([
    ['UVR5 through the bridge', (root: string) => engineSeparator({ root, python: [PYTHON], model: 'HP2_all_vocals' }), 44_100, 'RuntimeError: CUDA out of memory'],
    ['cmd-denoise.py', (root: string) => engineDenoiser({ root, python: [PYTHON] }), 16_000, 'cmd-denoise.py left it out: RuntimeError: CUDA out of memory'],
  ])('%s: what got better is kept, the rest stays as it was, each with its reason', { timeout: 60_000 }, (_, cleanerOf, rateHz, fails) => inCheckout(async ({ root, files, out }) => {
    const before = await Promise.all(files.map(({ path }) => readFile(path)));
    const results = await cleanFiles({ files, outDir: out, cleaner: cleanerOf(root) });
    expect(results.map(({ output, reason }) => [output, reason])).toEqual([
      [join(out, 'good.wav'), null],
      [null, expect.stringMatching(/^it got worse: SNR, dB \d+\.\d\d before, -?\d+\.\d\d after$/) as string],
      [null, expect.stringMatching(/made nothing of it|left it out/) as string],
      [null, fails],
    ]);
    expect(results[0]!.after!).toBeGreaterThan(results[0]!.before!);
    expect(decodeWav(await readFile(join(out, 'good.wav')))).toMatchObject({ sampleRateHz: rateHz, channels: [{ length: 4 * rateHz }] });
    expect(await Promise.all(files.map(({ path }) => readFile(path)))).toEqual(before);
  }));
  it('says which script cannot be run, and why', () => inCheckout(async ({ root, files, out }) => {
    const refused = expect.objectContaining({ code: 'DATASET_CLEANER_FAILED', message: expect.stringContaining('tools/uvr5/separate.py cannot be run') as string }) as Error;
    await expect(cleanFiles({ files, outDir: out, cleaner: guideSeparator({ root, python: [PYTHON], model: 'HP2' }) })).rejects.toEqual(refused); // upstream has no such script
    await expect(cleanFiles({ files, outDir: out, cleaner: engineSeparator({ root, python: ['no-such-python'], model: 'HP2' }) })).rejects.toMatchObject({ code: 'DATASET_CLEANER_FAILED' });
  }));
});

it('accounts for each file, whatever a cleaner makes of it', () => withFolder(async (dir, write) => {
  await write('a.wav', noisy(0.02));
  await write('not audio.wav', 'words');
  await fc.assert(fc.asyncProperty(fc.array(fc.constantFrom('a.wav', 'not audio.wav'), { maxLength: 3 }), fc.array(fc.constantFrom('same', 'short', 'two', 'text', 'fail'), { minLength: 3, maxLength: 3 }), async (names, deeds) => {
    const cleaner: Cleaner = { id: 'fake', rateHz: RATE, channels: 1, clean: (jobs) => Promise.all(jobs.map(async ({ input, folder }, i) => {
      const deed = deeds[i]!, audio = await readFile(input);
      if (deed === 'fail') return 'no';
      await writeFile(join(folder, '1.wav'), deed === 'text' ? 'words' : deed === 'short' ? noisy(0.02).slice(0, 20_044) : audio);
      if (deed === 'two') await writeFile(join(folder, '2.wav'), audio);
      return null;
    })) };
    const results = await cleanFiles({ files: names.map((name, i) => ({ path: join(dir, name), name: `${i}` })), outDir: join(dir, 'out'), cleaner });
    expect(results.map(({ path }) => path)).toEqual(names.map((name) => join(dir, name)));
    for (const { output, reason } of results) expect((output === null) === (reason !== null)).toBe(true);
  }), { numRuns: 15 });
}));

it('keeps what is equal, and never what cannot be measured', () => {
  const same = { beforeSec: 4, afterSec: 4, quieterDb: 3, measure: 'SNR, dB' };
  expect(judgeCleaned({ ...same, before: 10, after: 10 })).toBeNull();
  expect(judgeCleaned({ ...same, before: null, after: 1 })).toBeNull();
  expect(judgeCleaned({ ...same, before: 10, after: null })).toContain('cannot be measured');
  expect(judgeCleaned({ ...same, before: 10, after: 9.994 })).toBe('it got worse: SNR, dB 10.00 before, 9.99 after');
  expect(judgeCleaned({ ...same, afterSec: NaN, before: 1, after: 2 })).toContain('another length');
  expect(judgeCleaned({ ...same, quieterDb: Infinity, before: 10, after: 90 })).toBe('the result is silent');
  expect(judgeCleaned({ ...same, quieterDb: 30.04, before: 10, after: 90 })).toBe('the result is 30.0 dB quieter: speech went with the noise');
});

it('takes pauses of digital silence for the least noise, not for none that can be measured', async () => {
  const [heard, gated] = [0.02, 0].map((hiss) => decodeWav(noisy(hiss)).channels[0]!) as [Float32Array, Float32Array];
  const [before, after] = [await scoreSnr(heard, RATE), await scoreSnr(gated, RATE)];
  expect(before).toBeLessThan(30);
  expect(after).toBeCloseTo(10 * Math.log10(gated.reduce((sum, value) => sum + value * value, 0) / gated.length / (2 ** -30 / 12)), 1);
  expect(judgeCleaned({ beforeSec: 4, afterSec: 4, quieterDb: 0, measure: 'SNR, dB', before, after })).toBeNull();
  expect(await scoreSnr(new Float32Array(4 * RATE), RATE)).toBeNull();
  expect(await scoreSnr(Float32Array.from({ length: 4 * RATE }, (_, i) => 0.3 * Math.sin(i / 5)), RATE)).toBeNull(); // a steady tone has no pauses
});
