// The measuring verbs on plain files: what a user types, what comes back.
import { existsSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeWav, encodeWav } from '@voxtune/audio';
import { describe, expect, it } from 'vitest';
import { onnxBytes } from '../../../libs/eval/test/onnx-bytes.js';
import { cli, lastJson, SHARED, temporaryFolder } from './cli.js';

const there = existsSync(join(SHARED, 'models/speaker-ge2e')) && existsSync(join(SHARED, 'data/ljspeech'));
const GE2E = join(SHARED, 'models/speaker-ge2e/ge2e.onnx');
const lj = (n: number): string => join(SHARED, `data/ljspeech/wavs/LJ001-00${String(n).padStart(2, '0')}.wav`);
const others = ['zh/cosyvoice_zero_shot_prompt.wav', 'zh/funasr_asr_example.wav'].map((name) => join(SHARED, 'data', name));

describe.skipIf(!there)('similarity (skipped without ../shared)', () => {
  it('puts cosines on a scale from other speakers to the same, and finds the equal error rate of labelled pairs', { timeout: 60_000 }, async () => {
    const folder = await temporaryFolder();
    for (const [name, files] of [['own', [lj(1), lj(2), lj(3)]], ['others', others]] as const) {
      await mkdir(join(folder, name));
      for (const [i, file] of files.entries()) await copyFile(file, join(folder, name, `${i}.wav`));
    }
    const scaled = await cli(['similarity', lj(4), lj(5), others[0]!, '--model', GE2E, '--genuine', join(folder, 'own'), '--impostors', join(folder, 'others'), '--json']);
    const { pairs, scale } = lastJson<{ pairs: { cosine: number; calibrated: number }[]; scale: { genuine: number; impostor: number; genuinePairs: number; impostorPairs: number } }>(scaled);
    expect(scale).toMatchObject({ genuinePairs: 3, impostorPairs: 6 });
    for (const { cosine, calibrated } of pairs) expect(calibrated).toBeCloseTo((cosine - scale.impostor) / (scale.genuine - scale.impostor), 9);
    expect(pairs[0]!.calibrated).toBeGreaterThan(0.7);
    expect(pairs[1]!.calibrated).toBeLessThan(0.3);

    await writeFile(join(folder, 'trials.txt'), `1 own/0.wav own/1.wav\n1 own/1.wav own/2.wav\n0 own/0.wav others/0.wav\n\n0 others/1.wav own/2.wav\n`);
    expect(lastJson(await cli(['similarity', '--trials', join(folder, 'trials.txt'), '--model', GE2E, '--json']))).toMatchObject({ equalErrorRate: 0, genuine: 2, impostors: 2 });
    await writeFile(join(folder, 'wrong.txt'), '1 own/0.wav\n');
    const wrong = await cli(['similarity', '--trials', join(folder, 'wrong.txt'), '--model', GE2E, '--json']);
    expect([wrong.code, lastJson<{ error: { code: string; message: string } }>(wrong).error]).toEqual([3, expect.objectContaining({ code: 'CLI_UNPAIRED', message: expect.stringContaining('wrong.txt:1: a line is "1 A B"') as string })]);
  });
});

describe.skipIf(!there)('score (skipped without ../shared)', () => {
  it('predicts UTMOS with a model that a descriptor names, and says where none is', { timeout: 60_000 }, async () => {
    const folder = await temporaryFolder();
    const model = onnxBytes({ nodes: [{ op: 'Mul', inputs: ['wave', 'wave'], output: 'square' }, { op: 'ReduceMean', inputs: ['square'], output: 'mos', ints: { axes: [1] }, int: { keepdims: 0 } }], inputs: [{ name: 'wave', shape: ['N', 'T'] }], outputs: [{ name: 'mos', shape: ['N'] }] });
    await writeFile(join(folder, 'utmos.onnx'), model);
    await writeFile(join(folder, 'utmos.onnx.json'), JSON.stringify({ v: 1, id: 'utmos-of-a-test', kind: 'mos', sha256: createHash('sha256').update(model).digest('hex'), licence: 'MIT', source: 'made here', descriptor: { sampleRateHz: 16_000, input: { name: 'wave' }, outputs: ['mos'] } }));
    const { model: dnsmos, utmosModel, files } = lastJson<{ model: null; utmosModel: { id: string }; files: { utmos: number; p808: null }[] }>(await cli(['score', lj(1), '--models', folder, '--json']));
    expect([dnsmos, utmosModel.id, files[0]!.p808]).toEqual([null, 'utmos-of-a-test', null]);
    expect(files[0]!.utmos).toBeGreaterThan(0); // its mean square
    const none = await cli(['score', lj(1), '--models', join(SHARED, 'data/zh'), '--json']);
    expect([none.code, lastJson<{ error: { hint: string } }>(none).error.hint]).toEqual([4, expect.stringContaining('voxtune models pull dnsmos-p835')]);
  });
});

describe.skipIf(!there)('compare (skipped without ../shared)', () => {
  it('measures two folders, pairs them by name, says what is better, and writes a page to hear them blind', { timeout: 120_000 }, async () => {
    const folder = await temporaryFolder();
    for (const name of ['good', 'noisy', 'speaker']) await mkdir(join(folder, name));
    for (const n of [8, 12, 23]) {
      const { channels: [samples], sampleRateHz } = decodeWav(await readFile(lj(n)));
      let state = n;
      const noisy = samples!.map((sample) => { state = (state * 48_271) % 2_147_483_647; return sample + 0.08 * (state / 2_147_483_647 - 0.5); });
      await copyFile(lj(n), join(folder, `good/s${n}.wav`));
      await writeFile(join(folder, `noisy/s${n}.wav`), encodeWav({ sampleRateHz, channels: [noisy] }));
    }
    await copyFile(lj(2), join(folder, 'good/alone.wav'));
    await writeFile(join(folder, 'noisy/bad.wav'), 'not audio');
    await writeFile(join(folder, 'good/bad.wav'), 'not audio');
    for (const n of [2, 3, 4, 5, 6]) await copyFile(lj(n), join(folder, `speaker/${n}.wav`));
    const page = join(folder, 'ab.html');
    const compared = await cli(['compare', join(folder, 'good'), join(folder, 'noisy'), '--models', join(SHARED, 'models'), '--speaker', join(folder, 'speaker'), '--out', page, '--json']);
    expect(compared.code, compared.stderr + compared.stdout).toBe(0);
    const { rows, unpaired, problems } = lastJson<{ rows: { measure: string; better: string; n: number; wins: number; losses: number }[]; unpaired: { first: string[]; second: string[] }; problems: { code: string }[] }>(compared);
    const row = (measure: string) => rows.find((one) => one.measure === measure)!;
    expect(row('bak')).toMatchObject({ better: 'first', n: 3, losses: 3, wins: 0 });
    expect(row('similarity').n).toBe(3);
    expect(row('naturalness').n).toBe(3);
    expect(unpaired).toEqual({ first: ['alone'], second: [] });
    expect(problems).toHaveLength(2);
    const html = await readFile(page, 'utf8');
    expect(html.match(/class="trial"/g)).toHaveLength(3);
    expect(html).not.toMatch(/https?:/);
  });
  it('says that two folders have nothing in common, and that a voice was not evaluated', async () => {
    const folder = await temporaryFolder();
    for (const name of ['a', 'b']) { await mkdir(join(folder, name)); await copyFile(lj(2), join(folder, name, `${name}.wav`)); }
    const nothing = await cli(['compare', join(folder, 'a'), join(folder, 'b'), '--json']);
    expect([nothing.code, lastJson<{ error: { code: string } }>(nothing).error.code]).toEqual([3, 'CLI_UNPAIRED']);
    await writeFile(join(folder, 'x.json'), '{"v":1}');
    expect(lastJson<{ error: { message: string } }>(await cli(['compare', join(folder, 'x.json'), join(folder, 'a'), '--json'])).error.message).toContain('is no evaluation report');
  });
});

describe.skipIf(!there)('models quantize (skipped without ../shared)', () => {
  it('writes a smaller copy that is recognised and used, and tells its drift on real clips', { timeout: 120_000 }, async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'clips'));
    await mkdir(join(folder, 'models'));
    await copyFile(lj(2), join(folder, 'clips/2.wav'));
    await copyFile(join(SHARED, 'models/dnsmos/model_v8.onnx'), join(folder, 'models/model_v8.onnx'));
    const made = await cli(['models', 'quantize', join(folder, 'models/model_v8.onnx'), '--to', 'int8', '--clips', join(folder, 'clips'), '--json']);
    const { models: [copy] } = lastJson<{ models: [{ path: string; id: string; bytesBefore: number; bytesAfter: number; drift: { measure: string; largest: number; clips: number }[] }] }>(made);
    expect(copy).toMatchObject({ id: 'dnsmos-p808-int8', drift: [{ measure: 'p808', clips: 1 }] });
    expect(copy.bytesAfter).toBeLessThan(0.5 * copy.bytesBefore);
    expect(copy.drift[0]!.largest).toBeLessThan(0.2);
    await mkdir(join(folder, 'small'));
    for (const end of ['', '.json']) await copyFile(`${copy.path}${end}`, join(folder, `small/model_v8.int8.onnx${end}`));
    expect(lastJson<{ files: { p808: number }[] }>(await cli(['score', lj(2), '--models', join(folder, 'small'), '--json'])).files[0]!.p808).toBeGreaterThan(3);
    expect((await cli(['models', 'quantize', join(SHARED, 'models/silero-vad/silero_vad.onnx'), '--json'])).code).toBe(4);
  });
});

it.each<[string, readonly string[], number, string, string]>([
  ['a folder for a text', ['wer', 'ref.txt', '.'], 3, 'CLI_PATH_MISSING', 'is a folder; a text file with one utterance a line is needed'],
  ['a text that is not there', ['wer', 'ref.txt', 'none.txt'], 3, 'CLI_PATH_MISSING', 'none.txt cannot be read'],
  ['a reference without words', ['wer', 'empty.txt', 'empty.txt'], 3, 'CLI_UNPAIRED', 'empty.txt holds no words'],
  ['a folder without a speaker model', ['similarity', 'a.wav', 'b.wav', '--model', '.'], 4, 'CLI_MODEL_MISSING', 'no speaker encoder in'],
  ['what is neither voice nor report nor folder', ['compare', 'ref.txt', 'nobody'], 3, 'CLI_PATH_MISSING', 'ref.txt is no voice, no report.json and no folder of audio'],
  ['an argument that says nothing', ['models', 'verify', 'dnsmos-p808'], 2, 'CLI_USAGE', 'models verify: takes no WHAT, got dnsmos-p808'],
])('says what is wrong with %s', async (_, args, code, error, message) => {
  const cwd = await temporaryFolder();
  await writeFile(join(cwd, 'ref.txt'), 'a b c\n');
  await writeFile(join(cwd, 'empty.txt'), '\n');
  const finished = await cli([...args, '--json'], { cwd });
  expect([finished.code, lastJson<{ error: { code: string; message: string } }>(finished).error]).toEqual([code, expect.objectContaining({ code: error, message: expect.stringContaining(message) as string })]);
});
