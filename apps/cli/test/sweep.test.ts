// The planted best checkpoints are found, published, and not spoken twice. On four sentences, for two were seen to tell nothing: DNSMOS hears the
// noise that the stand-in plants by SoVITS epoch, and the faults the gaps that it plants by GPT epoch.
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cli, lastJson, SHARED, temporaryFolder } from './cli.js';
import { demoVoice, run, someRecordings } from './voices.js';

const MODELS = ['speaker-ge2e', 'dnsmos'].map((name) => join(SHARED, 'models', name));
type Report = { readonly checkpoints: { readonly pick: { readonly gptEpoch: number; readonly sovitsEpoch: number }; readonly sweep: { readonly syntheses: number; readonly entries: readonly object[] } | null } };

describe('the sweep', () => {
  it.skipIf(!MODELS.every((path) => existsSync(path)))('finds the planted best pair, which is not the last, within its budget (skipped without ../shared/models)', { timeout: 120_000 }, async () => {
    const folder = await temporaryFolder();
    const models = join(folder, 'models');
    await mkdir(models);
    for (const path of MODELS) await symlink(path, join(models, basename(path)));
    const path = await demoVoice(folder, { recordings: await someRecordings(join(folder, 'recordings'), 4), epochs: [8, 8] });
    const file = join(path, 'voxtune.yaml');
    await writeFile(file, (await readFile(file, 'utf8')).replace('sentences: 8', 'sentences: 4').replaceAll('saveEvery: 2', 'saveEvery: 4'));
    const foreseen = lastJson<{ sweep: object }>(await cli(['evaluate', path, '--dry-run', '--json']));
    expect(foreseen.sweep).toMatchObject({ pairs: 4, syntheses: 12, foreseen: true, words: 'evaluate: 4 checkpoint pairs (by the epochs to be saved); 4 × 2, 2 × 4 sentences: 12 syntheses at most.' });
    const junit = join(folder, 'out/verdict.xml');
    const first = await run(path, ['--models', models, '--junit', junit], { env: { STAND_IN_BEST: '4,4' } });
    expect(first, first.stderr).toMatchObject({ code: 0 });
    const [id] = await readdir(join(path, 'work/evaluation'));
    const evaluation = join(path, 'work/evaluation', id!);
    const report = JSON.parse(await readFile(join(evaluation, 'report.json'), 'utf8')) as Report;
    expect(report.checkpoints).toMatchObject({ pick: { gptEpoch: 4, sovitsEpoch: 4 }, runnerUp: { gptEpoch: expect.any(Number) as number }, why: expect.stringMatching(/^GPT epoch 4 with SoVITS epoch 4 is (the best|picked) of 4 pairs.*Runner-up: GPT epoch/) as string });
    expect(report.checkpoints.sweep!.entries).toHaveLength(4);
    const spoken = (await readdir(join(evaluation, 'audio/spoken'))).filter((name) => name.endsWith('.wav'));
    expect(spoken).toHaveLength(report.checkpoints.sweep!.syntheses); // the evaluation of the pick spoke nothing anew
    const voice = JSON.parse(await readFile(join(path, 'voice.json'), 'utf8')) as { weights: Record<'gpt' | 'sovits', { epoch: number }> };
    expect([voice.weights.gpt.epoch, voice.weights.sovits.epoch]).toEqual([4, 4]);
    expect(await readFile(junit, 'utf8')).toContain('<skipped message="a stand-in engine made the audio"/>');
    const strict = await run(path, ['--models', models, '--strict', '--profile', 'production']); // nothing is spoken again; the stand-in fails a strict gate
    expect(strict.code, strict.stderr).toBe(5);
    expect(strict.outcome).toMatchObject({ ok: true, gate: { verdict: 'fail', profile: 'production', error: { code: 'CLI_BELOW_THRESHOLD' } } });
  });
});
