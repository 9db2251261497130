import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { withFolder } from '../../test/make-audio.js';
import { attributeSpeakers } from './attribute-speakers.js';
import { sherpaDiarizer } from './sherpa-diarizer.js';

/** Made by tools/golden/sherpa-models.py: a tone of 400 Hz is one speaker, one of 1600 Hz another; which mel bands are loud is the embedding. */
const MODELS = join(import.meta.dirname, '../../test/sherpa');
const [segmentation, embedding] = [join(MODELS, 'segmentation.onnx'), join(MODELS, 'embedding.onnx')];
const PITCHES = [400, 1600] as const;
const RATE = 16_000;
const hasAddon = (() => { try { createRequire(import.meta.url).resolve('sherpa-onnx-node'); return true; } catch { return false; } })();
type Said = readonly [speaker: 0 | 1, startSec: number, endSec: number];
const call = (totalSec: number, turns: readonly Said[], rateHz = RATE): Float32Array => {
  const samples = new Float32Array(Math.round(totalSec * rateHz));
  for (const [speaker, startSec, endSec] of turns) for (let i = Math.round(startSec * rateHz); i < Math.min(samples.length, endSec * rateHz); i += 1) samples[i]! += 0.2 * Math.sin((2 * Math.PI * PITCHES[speaker] * i) / rateHz);
  return samples;
};
const embed = async (windows: readonly Float32Array[]) => windows.map((window) => Float32Array.from(PITCHES, (hz) => {
  let [re, im] = [0, 0];
  window.forEach((value, i) => { re += value * Math.cos((2 * Math.PI * hz * i) / RATE); im += value * Math.sin((2 * Math.PI * hz * i) / RATE); });
  return Math.hypot(re, im) + 1e-3;
}));
/** 60 s: six windows of the segmentation, turns across their edges, overlaps, backchannels. */
const TURNS: readonly Said[] = [[0, 1, 6], [1, 6.5, 14], [0, 13.5, 20], [1, 21, 24], [0, 25, 36], [1, 30, 30.6], [1, 36.5, 44], [0, 45, 52], [1, 51.4, 58]];

describe.skipIf(!hasAddon)('sherpaDiarizer with the real addon (skipped where sherpa-onnx-node is not installed)', () => {
  it('tells the turns of a call within a frame of the segmentation', async () => {
    const { diarize, close, id } = await sherpaDiarizer({ segmentation, embedding });
    const turns = await diarize(call(60, TURNS), RATE);
    await close();
    expect(id).toMatch(/^sherpa-onnx [0-9a-f]{12} [0-9a-f]{12} at 0\.5$/);
    const first = turns[0]!.speaker;
    expect(turns.map(({ speaker }) => (speaker === first ? 0 : 1))).toEqual(TURNS.map(([speaker]) => speaker));
    turns.forEach(({ startSec, endSec }, i) => { expect(Math.abs(startSec - TURNS[i]![1])).toBeLessThan(0.04); expect(Math.abs(endSec - TURNS[i]![2])).toBeLessThan(0.04); });
  });
  it('with an enrolment keeps what each speaker says alone, by the scorer of the calls; at another rate too', async () => {
    const { scoreCall } = await import(pathToFileURL(join(import.meta.dirname, '../../../../tools/calls/score.mjs')).href) as { scoreCall: (kept: readonly object[], turns: readonly object[], totalSec: number) => { pure: number; found: number } };
    const { diarize, close } = await sherpaDiarizer({ segmentation, embedding, speakers: 2 });
    const samples = call(60, TURNS);
    for (const [speaker, turns] of [[0, await diarize(samples, RATE)], [1, await diarize(call(60, TURNS, 8000), 8000)]] as const) {
      const { kept, speakers } = await attributeSpeakers({ samples, sampleRateHz: RATE, embed, windowLength: 1.6 * RATE, enrolment: Float32Array.from(PITCHES, (_, i) => (i === speaker ? 1 : 0)), turns });
      const score = scoreCall(kept, TURNS.map(([who, startSec, endSec]) => ({ party: who === speaker ? 'agent' : 'customer', startSec, endSec })), 60);
      expect(speakers).toBe(2);
      expect(score.pure).toBe(1);
      expect(score.found).toBeGreaterThan(0.93); // a quarter second is taken off beside the other
    }
    await close();
  });
  it('finds nobody in sound that holds nothing: none, one sample, silence', async () => {
    const { diarize, close } = await sherpaDiarizer({ segmentation, embedding });
    for (const samples of [new Float32Array(0), new Float32Array(1).fill(0.5), new Float32Array(3 * RATE), new Float32Array(25 * RATE)]) expect(await diarize(samples, RATE)).toEqual([]);
    expect(await diarize(call(3, [[0, 1, 2]]), RATE)).toHaveLength(1);
    await close();
  });
  it.each([
    ['the segmentation is not there', { segmentation: 'none.onnx' }, /none\.onnx cannot be read: ENOENT/], ['the speaker model is not there', { embedding: 'none.onnx' }, /none\.onnx cannot be read: ENOENT/],
    ['the two are swapped', { segmentation: embedding, embedding: segmentation }, /embedding\.onnx is no segmentation model: its metadata has no num_speakers, powerset_max_classes/],
    ['the speaker model is a denoiser', { embedding: join(MODELS, 'gtcrn-half.onnx') }, /gtcrn-half\.onnx is no speaker model of sherpa-onnx: its metadata has no framework, it takes wespeaker, 3d-speaker, nemo/],
  ])('says so where %s', async (_, wrong, message) => {
    await expect(sherpaDiarizer({ segmentation, embedding, ...wrong })).rejects.toMatchObject({ code: 'DATASET_DIARIZER_MISSING', message: expect.stringMatching(message) as string, hint: expect.stringContaining('voxtune models pull pyannote-segmentation') as string });
  });
  it('a real abort of the native code is the recording’s failure, with the runtime’s words', async () => {
    const { diarize, close } = await sherpaDiarizer({ segmentation, embedding: join(MODELS, 'embedding-refuses.onnx') });
    for (let twice = 0; twice < 2; twice += 1) await expect(diarize(call(60, TURNS), RATE)).rejects.toMatchObject({ code: 'DATASET_DIARIZER_FAILED', message: expect.stringMatching(/^sherpa-onnx: it ended with (SIGABRT|code \d+) — .*(Got: 80 Expected: 40|Please fix either)/s) as string });
    await close();
  });
  it('says what the addon said of a model that it ends its process on', async () => {
    await withFolder(async (dir) => {
      const model = join(dir, 'lies.onnx');
      await writeFile(model, Buffer.from((await readFile(embedding)).toString('latin1').replace('output_dim', 'output_din'), 'latin1'));
      await expect((await sherpaDiarizer({ segmentation, embedding: model })).diarize(call(3, [[0, 1, 2]]), RATE)).rejects.toMatchObject({ code: 'DATASET_DIARIZER_MISSING', message: expect.stringMatching(/the model cannot be opened: .*output_dim/s) as string });
    });
  });
  it('refuses a segmentation of three voices at once, on which the addon ends', async () => {
    await withFolder(async (dir) => {
      const model = join(dir, 'three.onnx');
      const whole = (await readFile(segmentation)).toString('latin1');
      const at = whole.indexOf('powerset_max_classes') + 'powerset_max_classes'.length + 2; // the value's tag and length
      await writeFile(model, Buffer.from(`${whole.slice(0, at)}3${whole.slice(at + 1)}`, 'latin1'));
      await expect(sherpaDiarizer({ segmentation: model, embedding })).rejects.toMatchObject({ message: expect.stringContaining('tells 3 speakers at once apart') as string });
    });
  });
});

// A module of the addon's form: what it does depends on how long the sound is, as native code might.
const FAKE = `
const { readFileSync } = require('node:fs');
exports.readWave = (path) => ({ samples: new Float32Array((readFileSync(path).length - 44) / 2), sampleRate: 16000 });
exports.OfflineSpeakerDiarization = class {
  process({ length }) {
    if (length === 1) process.abort();
    if (length === 2) process.kill(process.pid, 'SIGKILL');
    if (length === 3) for (;;);
    if (length === 4) throw new Error('bad_alloc');
    if (length === 5) return [{ start: 1, speaker: 0 }];
    if (length === 6) return null;
    return [{ start: 0, end: 1, speaker: 3 }];
  }
};`;

describe('sherpaDiarizer when the addon fails', () => {
  it('fails for one recording, tells how, leaves no file, and the next gets a new process', { timeout: 60_000 }, async () => {
    await withFolder(async (dir) => {
      const addon = join(dir, 'addon.cjs');
      await writeFile(addon, FAKE);
      vi.stubEnv('TMPDIR', dir);
      const { diarize, close } = await sherpaDiarizer({ segmentation, embedding, addon, timeoutMs: 3000 });
      for (const [length, why] of [[1, /it ended with (SIGABRT|code 134|code 3221226505)/], [2, /it ended with (SIGKILL|code 1)/], [3, /no answer within 3 s/], [4, /bad_alloc/], [5, /a turn without times/], [6, /an answer without turns/]] as const) {
        await expect(diarize(new Float32Array(length), RATE), `${length}`).rejects.toMatchObject({ code: 'DATASET_DIARIZER_FAILED', message: expect.stringMatching(why) as string });
        expect(await diarize(new Float32Array(9), RATE)).toEqual([{ startSec: 0, endSec: 1, speaker: 3 }]);
      }
      await close();
      vi.unstubAllEnvs();
      expect(await readdir(dir)).toEqual(['addon.cjs']);
    });
  });
  it('says which package to install where it cannot be loaded', async () => {
    await withFolder(async (dir) => {
      await copyFile(segmentation, join(dir, 's.onnx'));
      await expect((await sherpaDiarizer({ segmentation: join(dir, 's.onnx'), embedding, addon: join(dir, 'none.cjs') })).diarize(new Float32Array(9), RATE)).rejects.toMatchObject({ code: 'DATASET_DIARIZER_MISSING', hint: expect.stringContaining('npm install sherpa-onnx-node') as string });
    });
  });
});
