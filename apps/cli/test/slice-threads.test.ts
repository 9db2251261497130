// The threads of sliceRecordings need what was built: a process of its own cuts with one and with three of them.
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { REPOSITORY, temporaryFolder } from './cli.js';
import { someRecordings } from './voices.js';

it('threads cut the same as one does, with models that stay in the caller’s thread; what one throws ends the whole, as it was thrown', { timeout: 120_000 }, async () => {
  const folder = await temporaryFolder();
  const recordingsDir = await someRecordings(join(folder, 'recordings'), 4);
  const script = join(folder, 'cut.mjs');
  await writeFile(script, `
    import assert from 'node:assert/strict';
    import { rm, readdir, readFile, writeFile } from 'node:fs/promises';
    import { ingestRecordings, sliceRecordings } from ${JSON.stringify(pathToFileURL(join(REPOSITORY, 'libs/dataset/dist/index.js')).href)};
    const recordingsDir = ${JSON.stringify(recordingsDir)}, clipsDir = ${JSON.stringify(join(folder, 'clips'))};
    const { recordings } = await ingestRecordings({ recordingsDir });
    const embed = async (windows) => windows.map((window) => Float32Array.of(1, window.reduce((sum, value) => sum + value * value, 0)));
    const speaker = { embed, windowLength: 25_600, sampleRateHz: 16_000, enrolment: Float32Array.of(1, 1) };
    const embedClip = async (samples) => Float32Array.of(samples.length, samples[100]);
    const cut = async (workers, more = {}) => {
      await rm(clipsDir, { recursive: true, force: true });
      const result = await sliceRecordings({ recordings, recordingsDir, clipsDir, workers, speaker, embedClip, ...more });
      return { result, files: await Promise.all((await readdir(clipsDir)).sort().map(async (name) => [name, (await readFile(clipsDir + '/' + name)).toString('base64')])) };
    };
    const one = await cut(1);
    assert.ok(one.result.clips.length >= 4 && one.result.embeddings.every((e) => e.length === 2));
    assert.deepEqual(await cut(3), one);
    class ModelError extends Error { code = 'MODEL'; }
    await assert.rejects(cut(3, { embedClip: async () => { throw new ModelError('no memory'); } }), ModelError);
    await assert.rejects(cut(3, { signal: AbortSignal.abort(new Error('enough')) }), /enough/);
    const later = new AbortController();
    await assert.rejects(cut(3, { signal: later.signal, embedClip: async () => { later.abort(new Error('enough')); return null; } }), /enough/);
    await rm(clipsDir, { recursive: true, force: true });
    await writeFile(clipsDir, 'a file');
    await assert.rejects(sliceRecordings({ recordings, recordingsDir, clipsDir, workers: 3 }), { code: 'DATASET_CLIP_WRITE' });
    console.log(one.result.clips.length + ' clips');
  `);
  const { stdout } = await promisify(execFile)(process.execPath, [script]);
  expect(stdout).toMatch(/^\d+ clips\n$/);
});
