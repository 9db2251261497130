// `config presets`: what it goes by, and what it says of it.
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cli, lastJson, temporaryFolder } from './cli.js';

type Presets = { facts: { speechMin: number | null; gpuGiB: number | null }; fitting: string; because: string; presets: { name: string; gpt: { batchSize: number } }[] };

/** A voice with clips of so many seconds; a negative one was dropped. */
async function voiceOf(root: string, clips: Partial<Record<'work' | 'work/reviewed', readonly number[]>>, engine = '{}'): Promise<void> {
  await writeFile(join(root, 'voxtune.yaml'), `voice: ann\nlanguage: en\nengine: ${engine}\n`);
  for (const [folder, seconds] of Object.entries(clips)) {
    await mkdir(join(root, folder), { recursive: true });
    await writeFile(join(root, folder, 'clips.jsonl'), seconds.map((sec) => `${JSON.stringify({ startSec: 1, endSec: 1 + Math.abs(sec), kept: sec > 0 })}\n`).join(''));
  }
}
const NO_GPU = { env: { PATH: '' } };
const presets = async (root: string, options: Parameters<typeof cli>[1] = NO_GPU): Promise<Presets> => {
  const finished = await cli(['config', 'presets', root, '--json'], options);
  expect(finished.code, finished.stderr + finished.stdout).toBe(0);
  return lastJson<Presets>(finished);
};

it('goes by the speech that was kept: as reviewed, else as cut, else the usual', async () => {
  const root = await temporaryFolder();
  await voiceOf(root, {});
  expect(await presets(root)).toMatchObject({ facts: { speechMin: null, gpuGiB: null }, fitting: 'usual', because: 'the length of the speech is not known yet' });
  await voiceOf(root, { work: [1500, 600, -3000] });
  expect(await presets(root)).toMatchObject({ facts: { speechMin: 35 }, fitting: 'much', because: '35.0 minutes of speech' });
  await voiceOf(root, { 'work/reviewed': [240, -1500, -600] }); // the person left little of it
  expect(await presets(root)).toMatchObject({ facts: { speechMin: 4 }, fitting: 'few', because: '4.0 minutes of speech' });
  const { stdout } = await cli(['config', 'presets', root], NO_GPU);
  expect(stdout).toMatch(/^few \* .*8 epochs, batch 1 /m);
  expect(stdout).toMatch(/^\* fits: 4\.0 minutes of speech; .*one clip, without a GPU/m);
});

it('a manifest that cannot be read is said, not passed over for another', async () => {
  const root = await temporaryFolder();
  await voiceOf(root, { work: [1500], 'work/reviewed': [] });
  await writeFile(join(root, 'work/reviewed/clips.jsonl'), '{"startSec": 1,\n');
  const finished = await cli(['config', 'presets', root, '--json'], NO_GPU);
  expect([finished.code, lastJson<{ error: { code: string; facts: { line: number } } }>(finished).error]).toMatchObject([1, { code: 'PIPELINE_JSONL_INVALID', facts: { line: 1 } }]);
});

it.skipIf(process.platform === 'win32')('goes by the GPU that the engine would use (skipped on Windows: a script stands for nvidia-smi)', async () => {
  const root = await temporaryFolder();
  const bin = join(root, 'bin');
  await mkdir(bin);
  await writeFile(join(bin, 'nvidia-smi'), '#!/bin/sh\n[ $# = 0 ] || echo "0, Tesla K80, 11000, 11441, 470.1, 3.7\n1, NVIDIA RTX A2000, 6000, 6144, 570.1, 8.6"\n');
  await chmod(join(bin, 'nvidia-smi'), 0o755);
  const batch = async (engine: string) => {
    await voiceOf(root, { work: [600] }, engine);
    const { facts, presets: all } = await presets(root, { env: { PATH: bin } });
    return [facts.gpuGiB, all[0]!.gpt.batchSize];
  };
  expect(await batch('{}')).toEqual([6, 3]); // the engine leaves a K80 alone
  expect(await batch('{ device: cpu }')).toEqual([null, 1]);
});
