// The best pair of checkpoints, planted by the stand-in engine, is found, published, and not spoken twice.
import { readdir, readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SHARED, temporaryFolder } from './cli.js';
import { demoVoice, run, someRecordings } from './voices.js';

const MODELS = join(SHARED, 'models');
type Report = { readonly checkpoints: { readonly pick: object; readonly runnerUp: object; readonly why: string; readonly sweep: { readonly syntheses: number; readonly entries: readonly object[] } | null }; readonly sentences: readonly object[] };
const reportOf = async (path: string): Promise<{ report: Report; folder: string }> => {
  const [id] = await readdir(join(path, 'work/evaluation'));
  const folder = join(path, 'work/evaluation', id!);
  return { report: JSON.parse(await readFile(join(folder, 'report.json'), 'utf8')) as Report, folder };
};

describe('the sweep', () => {
  it.skipIf(!existsSync(MODELS))('finds the planted best pair, which is not the last, within its budget (skipped without ../shared/models)', { timeout: 240_000 }, async () => {
    const folder = await temporaryFolder();
    const path = await demoVoice(folder, { recordings: await someRecordings(join(folder, 'recordings'), 8) });
    const env = { STAND_IN_BEST: '2,2' };
    const first = await run(path, ['--models', MODELS], { env });
    expect(first, first.stderr).toMatchObject({ code: 0 });
    const { report, folder: evaluation } = await reportOf(path);
    expect(report.checkpoints).toMatchObject({ pick: { gptEpoch: 2, sovitsEpoch: 2 }, why: expect.stringContaining('GPT epoch 2 with SoVITS epoch 2 is the best of 4 pairs') as string });
    expect(report.checkpoints.sweep!.entries).toHaveLength(4);
    const spoken = (await readdir(join(evaluation, 'audio/spoken'))).filter((name) => name.endsWith('.wav'));
    expect(spoken).toHaveLength(report.checkpoints.sweep!.syntheses); // the evaluation of the pick spoke nothing anew
    const voice = JSON.parse(await readFile(join(path, 'voice.json'), 'utf8')) as { weights: Record<'gpt' | 'sovits', { epoch: number }> };
    expect([voice.weights.gpt.epoch, voice.weights.sovits.epoch]).toEqual([2, 2]);
  });

  it('takes the last epochs, and says why, where nothing can measure', { timeout: 240_000 }, async () => {
    const folder = await temporaryFolder();
    const path = await demoVoice(folder, { recordings: await someRecordings(join(folder, 'recordings'), 8) });
    const finished = await run(path);
    expect(finished, finished.stderr).toMatchObject({ code: 0 });
    expect((await reportOf(path)).report.checkpoints).toMatchObject({ pick: { gptEpoch: 4, sovitsEpoch: 4 }, sweep: null, why: expect.stringContaining('for want of a model') as string });
  });
});
