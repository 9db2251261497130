import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ENGINE, hum, makeWork, merge, names, outputs, prepare, remove, require, runStep, startStep } from './helper.mjs';

const { toInt16, wavOfInt16 } = require('../stand-in/wav.cjs');
const CLIPS = Array.from({ length: 6 }, (_, i) => `clip_${i}.wav`);
const made = [];
const work = (options) => {
  const one = makeWork(options);
  made.push(one);
  return one;
};
afterEach(() => made.splice(0).forEach(remove));

const python = (() => {
  try {
    execFileSync('python3', ['-c', 'import zipfile, pickle'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

describe('the feature steps', () => {
  it('write what the real ones write, for every line', async () => {
    const w = work();
    await prepare(w);
    const rows = readFileSync(join(w.exp, '2-name2text.txt'), 'utf8').trimEnd().split('\n').map((row) => row.split('\t'));
    expect(rows.map(([name]) => name)).toEqual(CLIPS);
    for (const [, phones, word2ph, norm] of rows) {
      const counts = JSON.parse(word2ph);
      expect(counts.reduce((a, b) => a + b, 0)).toBe(phones.split(' ').length);
      expect(counts.length).toBe([...norm].length);
    }
    for (const folder of ['3-bert', '4-cnhubert', '7-sv_cn']) expect(names(join(w.exp, folder))).toEqual(CLIPS.map((name) => `${name}.pt`));
    expect(names(join(w.exp, '5-wav32k'))).toEqual(CLIPS);
    const tsv = readFileSync(join(w.exp, '6-name2semantic-0.tsv'), 'utf8');
    expect(tsv.endsWith('\n')).toBe(false);
    expect(tsv.split('\n').map((row) => row.split('\t')[1].split(' ').length)).toEqual(CLIPS.map(() => 100)); // 4 s at 25 Hz
  });

  it.skipIf(!python)(`.pt files are what Python's zipfile and pickle call a float32 tensor${python ? '' : ' (skipped: no python3)'}`, async () => {
    const w = work({ clips: 1 });
    await prepare(w);
    const script = `
import sys, zipfile, pickle
class U(pickle.Unpickler):
    def find_class(self, m, n): return (lambda *a: a) if n == '_rebuild_tensor_v2' else (dict if n == 'OrderedDict' else n)
    def persistent_load(self, p): return p
for f in sys.argv[1:]:
    z = zipfile.ZipFile(f); assert z.testzip() is None
    s, offset, shape, stride, grad, hooks = U(z.open('archive/data.pkl')).load()
    size = 1
    for n in shape: size *= n
    assert size == s[4] and z.getinfo('archive/data/0').file_size == 4 * size, (shape, s)
    assert z.getinfo('archive/data/0').header_offset >= 0
    print(s[1], shape, stride)
`;
    const file = (folder) => join(w.exp, folder, 'clip_0.wav.pt');
    const out = execFileSync('python3', ['-c', script, file('3-bert'), file('4-cnhubert'), file('7-sv_cn')], { encoding: 'utf8' });
    const phones = readFileSync(join(w.exp, '2-name2text.txt'), 'utf8').split('\t')[1].split(' ').length;
    expect(out.trim().split('\n')).toEqual([`FloatStorage (1024, ${phones}) (${phones}, 1)`, 'FloatStorage (1, 768, 199) (152832, 199, 1)', 'FloatStorage (1, 20480) (20480, 1)']);
  });

  it('make the same bytes each time', async () => {
    const [a, b] = [work({ clips: 2 }), work({ clips: 2 })];
    await prepare(a);
    await prepare(b);
    expect(outputs(a)).toEqual(outputs(b));
  });

  it('take the lines of their part only', async () => {
    const w = work();
    await runStep(w, 'text', { env: { i_part: '1', all_parts: '2' } });
    const rows = readFileSync(join(w.exp, '2-name2text-1.txt'), 'utf8').trimEnd().split('\n');
    expect(rows.map((row) => row.split('\t')[0])).toEqual(['clip_1.wav', 'clip_3.wav', 'clip_5.wav']);
  });

  it('end the same after being killed at any file and run again', async () => {
    const whole = work({ clips: 3 });
    await prepare(whole);
    const w = work({ clips: 3 });
    for (const step of ['text', 'ssl', 'sv', 'semantic']) {
      expect((await runStep(w, step, { faults: `${step}:killed-midway` })).signal).toBe('SIGKILL');
      const again = startStep(w, step);
      setTimeout(() => again.child.kill('SIGKILL'), 90);
      await again.ended;
      expect((await runStep(w, step)).code).toBe(0);
    }
    merge(w);
    expect(outputs(w)).toEqual(outputs(whole));
  });
});

describe('the real defects', () => {
  it('skips a part that is there, even an empty one', async () => {
    const w = work();
    writeFileSync(join(w.exp, '2-name2text-0.txt'), '\n');
    expect(await runStep(w, 'text')).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect(readFileSync(join(w.exp, '2-name2text-0.txt'), 'utf8')).toBe('\n');
  });

  it('drops bad lines and exits 0', async () => {
    const w = work({ clips: 1 });
    writeFileSync(w.list, `a.wav|s|ZH|有|竖线\nb.wav|s|欢迎\n\nc.wav|s|FR|bonjour\nd.wav|s|ZH|\ne.wav|s|ZH|。。。\nf.wav|s|ZH|混合English文本。`);
    const { code, stdout } = await runStep(w, 'text');
    expect(code).toBe(0);
    expect(stdout).toContain('ValueError: too many values to unpack (expected 4)');
    expect(stdout).toContain('ValueError: not enough values to unpack (expected 4, got 3)');
    expect(stdout).toContain("\x1b[33m[Waring] The language = 'FR' of c.wav is not supported for training.\x1b[0m");
    expect(stdout).toContain('ValueError: torch.cat(): expected a non-empty list of Tensors');
    const rows = readFileSync(join(w.exp, '2-name2text-0.txt'), 'utf8').trimEnd().split('\n');
    expect(rows.map((row) => row.split('\t').filter((_, i) => i !== 1))).toEqual([['e.wav', '[1, 1, 1]', '...'], ['f.wav', expect.any(String), '混合文本.']]);
  });

  it('reads English as the real one: letters of other scripts are lost without a word, short texts get a comma', async () => {
    const w = work({ clips: 1 });
    writeFileSync(w.list, 'a.wav|s|EN|您好\nb.wav|s|EN|Hello 世界 mixed words Привет\nc.wav|s|EN|Hi.\nd.wav|s|EN|Café No. 42');
    const { code, stdout } = await runStep(w, 'text');
    expect([code, stdout]).toEqual([0, 'a.wav\nb.wav\nc.wav\nd.wav\n']);
    const rows = readFileSync(join(w.exp, '2-name2text-0.txt'), 'utf8').trimEnd().split('\n').map((row) => row.split('\t'));
    expect(rows.map(([, phones, words, norm]) => [phones.split(' ')[0], words, norm])).toEqual([
      [',', 'None', ''], ['HH', 'None', 'Hello  mixed words '], [',', 'None', 'Hi.'], ['K', 'None', 'Cafe No. four two'],
    ]);
    expect(rows[0][1]).toBe(',');
  });

  it('reads Cantonese without G2PW and without BERT features, and keeps a row of nothing', async () => {
    const w = work({ clips: 1 });
    writeFileSync(w.list, 'a.wav|s|YUE|你好，多謝。\nb.wav|s|YUE|');
    const bert = join(ENGINE, 'GPT_SoVITS/pretrained_models/chinese-roberta-wwm-ext-large');
    expect((await runStep(w, 'text', { cwd: tmpdir(), env: { bert_pretrained_dir: bert } })).code).toBe(0);
    const rows = readFileSync(join(w.exp, '2-name2text-0.txt'), 'utf8').trimEnd().split('\n').map((row) => row.split('\t'));
    expect(rows.map(([name, , words]) => [name, words])).toEqual([['a.wav', '[2, 2, 1, 2, 2, 1]'], ['b.wav', '[]']]);
    expect(names(join(w.exp, '3-bert'))).toEqual([]);
  });

  it('from another folder, Chinese text gives one byte and exit 0', async () => {
    const w = work({ clips: 1 });
    const bert = join(ENGINE, 'GPT_SoVITS/pretrained_models/chinese-roberta-wwm-ext-large');
    const { code, stdout } = await runStep(w, 'text', { cwd: tmpdir(), env: { bert_pretrained_dir: bert } });
    expect([code, readFileSync(join(w.exp, '2-name2text-0.txt'), 'utf8')]).toEqual([0, '\n']);
    expect(stdout).toContain('www.modelscope.cn');
  });

  it('fails on missing models, lists and PYTHONPATH', async () => {
    const w = work({ clips: 1 });
    const fails = async (step, env, words) => {
      const { code, stderr } = await runStep(w, step, { env });
      expect([code, stderr]).toEqual([1, expect.stringContaining(words)]);
    };
    await fails('text', { bert_pretrained_dir: '/nope' }, 'FileNotFoundError: /nope');
    await fails('text', { bert_pretrained_dir: tmpdir() }, 'TypeError: stat: path should be string');
    await fails('text', { inp_text: '/nope.list' }, "FileNotFoundError: [Errno 2] No such file or directory: '/nope.list'");
    await fails('text', { PYTHONPATH: '' }, "ModuleNotFoundError: No module named 'text'");
    await fails('ssl', { cnhubert_base_dir: '/nope' }, 'FileNotFoundError: /nope');
    await fails('sv', { sv_path: '/nope.ckpt' }, "FileNotFoundError: [Errno 2] No such file or directory: '/nope.ckpt'");
    await fails('semantic', { pretrained_s2G: '/nope.pth' }, 'FileNotFoundError: /nope.pth');
  });

  it('a missing, a corrupt and a silent clip vanish with a traceback and exit 0', async () => {
    const w = work({ clips: 3 });
    rmSync(join(w.root, 'wavs/clip_0.wav'));
    writeFileSync(join(w.root, 'wavs/clip_1.wav'), 'no audio');
    writeFileSync(join(w.root, 'wavs/clip_2.wav'), wavOfInt16(new Int16Array(64000), 32000));
    const { code, stdout } = await runStep(w, 'ssl');
    expect(code).toBe(0);
    expect(stdout.match(/ffmpeg\._run\.Error/g)).toHaveLength(2);
    expect(stdout).toContain('ParameterError: Audio buffer is not finite everywhere');
    expect(names(join(w.exp, '4-cnhubert'))).toEqual([]);
    expect((await runStep(w, 'sv')).stdout.match(/LibsndfileError/g)).toHaveLength(3);
    expect(await runStep(w, 'semantic')).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(join(w.exp, '6-name2semantic-0.tsv'), 'utf8')).toBe('');
  });
});

describe('planted faults', () => {
  it.each([['text', 'swallow=clip_2'], ['ssl', 'swallow=clip_2.wav'], ['sv', 'swallow=clip_2'], ['semantic', 'swallow=clip_2']])('%s:%s loses one clip and exits 0', async (step, fault) => {
    const w = work();
    for (const earlier of ['text', 'ssl', 'sv', 'semantic'].slice(0, ['text', 'ssl', 'sv', 'semantic'].indexOf(step))) await runStep(w, earlier);
    const { code } = await runStep(w, step, { faults: `${step}:${fault}` });
    const left = {
      text: () => readFileSync(join(w.exp, '2-name2text-0.txt'), 'utf8').trimEnd().split('\n').map((row) => row.split('\t')[0]),
      ssl: () => names(join(w.exp, '4-cnhubert')).map((name) => name.slice(0, -3)),
      sv: () => names(join(w.exp, '7-sv_cn')).map((name) => name.slice(0, -3)),
      semantic: () => readFileSync(join(w.exp, '6-name2semantic-0.tsv'), 'utf8').split('\n').map((row) => row.split('\t')[0]),
    }[step]();
    expect([code, left]).toEqual([0, CLIPS.filter((name) => name !== 'clip_2.wav')]);
  });

  it.each([['text', '2-name2text-0.txt', '\n'], ['semantic', '6-name2semantic-0.tsv', '']])('%s:empty writes %s without rows', async (step, file, want) => {
    const w = work();
    if (step === 'semantic') await runStep(w, 'ssl');
    expect((await runStep(w, step, { faults: `${step}:empty` })).code).toBe(0);
    expect(readFileSync(join(w.exp, file), 'utf8')).toBe(want);
  });

  it('says out of memory as torch does, once a clip', async () => {
    const w = work({ clips: 2 });
    const { code, stdout } = await runStep(w, 'ssl', { faults: 'ssl:oom' });
    expect([code, stdout.match(/torch\.OutOfMemoryError: CUDA out of memory/g).length]).toEqual([0, 2]);
  });

  it('can be asked for by JSON too, and refuses what it does not know', async () => {
    const w = work({ clips: 1 });
    expect((await runStep(w, 'text', { faults: '[{"stage":"text","fault":"killed"}]' })).signal).toBe('SIGKILL');
    const wrong = await runStep(w, 'text', { faults: 'texts:swallow' });
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('write stage:fault')]);
    expect(existsSync(join(w.exp, '2-name2text-0.txt'))).toBe(false);
  });
});

it('slices at silences, naming clips by sample offsets', async () => {
  const w = work({ clips: 1 });
  const speech = hum(120, 5);
  const input = join(w.root, 'rec.wav');
  const long = new Float32Array(32000 * 12);
  long.set(speech, 0);
  long.set(speech, 32000 * 6.5);
  writeFileSync(input, wavOfInt16(toInt16(long), 32000));
  const { start } = await import('./helper.mjs');
  const run = (...args) => start(['tools/slice_audio.py', ...args], { env: { PATH: process.env.PATH, PYTHONPATH: ENGINE } }).ended;
  const done = await run(input, join(w.root, 'out'), '-34', '3000', '300', '10', '500', '0.9', '0.25', '0', '1');
  expect(done).toMatchObject({ code: 0, stdout: '执行完毕，请检查输出文件\n' });
  const files = names(join(w.root, 'out'));
  expect(files.length).toBeGreaterThan(1);
  for (const file of files) expect(file).toMatch(/^rec\.wav_\d{10}_\d{10}\.wav$/);
  expect((await run(input, join(w.root, 'o2'), '-34', '100', '300', '10', '500', '0.9', '0.25', '0', '1')).stderr).toContain('min_length >= min_interval >= hop_size');
  expect((await run('/nope', join(w.root, 'o3'), '-34', '3000', '300', '10', '500', '0.9', '0.25', '0', '1'))).toMatchObject({ code: 0, stdout: '输入路径存在但既不是文件也不是文件夹\n' });
  expect((await run(input, join(w.root, 'o4'))).stderr).toContain('TypeError: slice() missing 9 required positional arguments');
});
