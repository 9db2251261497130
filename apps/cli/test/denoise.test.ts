// denoise with sherpa-onnx: the real addon, and small models of ours (tools/golden/sherpa-models.py) whose doing is known.
import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { cli, DEMO, lastJson, REPOSITORY, temporaryFolder } from './cli.js';
import { demoVoice, run, someRecordings, stageOf } from './voices.js';

const MODELS = join(REPOSITORY, 'libs/dataset/test/sherpa');
const RECORDING = join(DEMO, 'recordings', readdirSync(join(DEMO, 'recordings')).filter((name) => name.endsWith('.wav')).sort()[0]!);
const hasAddon = (() => { try { createRequire(join(REPOSITORY, 'libs/dataset/package.json')).resolve('sherpa-onnx-node'); return true; } catch { return false; } })();
type Row = { id: string; before: number | null; after: number | null; reason: string | null };
type Result = { files: { output: string | null; before: number; after: number | null; reason: string | null }[] };
const rows = async (path: string) => (await readFile(join(path, 'work/denoised.jsonl'), 'utf8')).trim().split('\n').map((line) => JSON.parse(line) as Row);

describe.skipIf(!hasAddon)('denoise --model (skipped where sherpa-onnx-node is not installed)', () => {
  it.each([['gtcrn-gate.onnx', 0, null], ['gtcrn-worse.onnx', 3, /^it got worse: SNR, dB [\d.]+ before, -?[\d.]+ after$/], ['gtcrn-refuses.onnx', 3, /^sherpa-onnx: it ended with (SIGABRT|code \d+) — /]] as const)('with %s ends with %i', { timeout: 60_000 }, async (model, code, reason) => {
    const out = await temporaryFolder();
    const ended = await cli(['denoise', RECORDING, '--out', out, '--model', join(MODELS, model), '--json']);
    expect(ended.code, ended.stderr + ended.stdout).toBe(code);
    const [file] = lastJson<Result>(ended).files;
    expect(file).toMatchObject({ reason: reason === null ? null : expect.stringMatching(reason), output: reason === null ? join(out, `${basename(RECORDING, '.wav')}.wav`) : null });
    expect(file!.after === null ? null : Math.sign(file!.after - file!.before)).toBe(model === 'gtcrn-refuses.onnx' ? null : reason === null ? 1 : -1);
  });
  it.each([
    ['no such file', ['--model', 'none.onnx'], 4, 'DATASET_CLEANER_MISSING'], ['another kind of model', ['--model', join(MODELS, 'embedding.onnx')], 4, 'DATASET_CLEANER_MISSING'],
    ['a name that was not pulled', ['--model', 'gtcrn'], 4, 'CLI_MODEL_MISSING'], ['two ways at once', ['--model', 'x.onnx', '--engine', '/tmp'], 2, 'CLI_USAGE'], ['no way', [], 2, 'CLI_USAGE'],
  ] as const)('refuses %s', { timeout: 60_000 }, async (_, flags, code, error) => {
    const out = await temporaryFolder();
    const ended = await cli(['denoise', RECORDING, '--out', out, ...flags, '--json'], { env: { VOXTUNE_MODELS: out } });
    expect([ended.code, lastJson<{ error: { code: string } }>(ended).error.code]).toEqual([code, error]);
    expect(await readdir(out)).toEqual([]);
  });
  it('as a stage needs no checkout, takes a model that was pulled, and goes on where it was', { timeout: 180_000 }, async () => {
    const parent = await temporaryFolder();
    const recordings = await someRecordings(join(parent, 'recordings'), 3);
    const path = await demoVoice(parent, { recordings });
    const file = join(path, 'voxtune.yaml');
    const before = (await readFile(file, 'utf8')).replace(/^ {2}path: .*$/m, '  path: null');
    const configure = (denoise: object) => writeFile(file, `${before}\n${stringify({ denoise: { enabled: true, ...denoise } })}`);
    await configure({ model: 'gtcrn' });
    const missing = await run(path, ['--until', 'list'], { env: { VOXTUNE_MODELS: join(parent, 'models') } });
    expect(missing.code).toBe(4);
    expect(stageOf(missing.outcome, 'denoise')).toMatchObject({ state: 'skipped', reason: expect.stringContaining('the model gtcrn is not here yet — Get it: voxtune models pull gtcrn') as string });

    await configure({ model: '../model.onnx' });
    await copyFile(join(MODELS, 'gtcrn-gate.onnx'), join(parent, 'model.onnx'));
    const first = await run(path, ['--until', 'list']);
    expect(first.code, first.stdout.slice(-1500)).toBe(0);
    expect(stageOf(first.outcome, 'denoise')).toMatchObject({ state: 'done', in: 3, kept: 3, dropped: [] });
    const denoised = await rows(path);
    for (const { reason, before: was, after } of denoised) expect([reason === null, reason?.includes('it got worse') ?? false]).toContainEqual(after! >= was!);
    expect((await readdir(join(path, 'work/denoised'))).sort()).toEqual(denoised.filter(({ reason }) => reason === null).map(({ id }) => `${id}.wav`).sort());

    const more = (await readdir(join(DEMO, 'recordings'))).filter((name) => name.endsWith('.wav')).sort().at(-1)!;
    await copyFile(join(DEMO, 'recordings', more), join(recordings, more));
    const second = await run(path, ['--until', 'denoise']);
    expect(stageOf(second.outcome, 'denoise')).toMatchObject({ in: 4, kept: 4 });
    expect((await rows(path)).filter(({ id }) => denoised.some((row) => row.id === id))).toEqual(denoised);

    await copyFile(join(MODELS, 'gtcrn-worse.onnx'), join(parent, 'model.onnx')); // other contents under the same name
    const third = await run(path, ['--until', 'denoise']);
    expect(stageOf(third.outcome, 'denoise')).toMatchObject({ state: 'done', in: 4, kept: 4 });
    expect((await rows(path)).every(({ reason }) => reason?.startsWith('it got worse') === true)).toBe(true);
    expect(await readdir(join(path, 'work/denoised'))).toEqual([]);
  });
});
