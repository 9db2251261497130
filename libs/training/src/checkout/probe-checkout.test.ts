import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pretrainedFiles } from '../profile/versions.js';
import { planInterpreterSearch } from './find-interpreter.js';
import { probeCheckout } from './probe-checkout.js';

const root = mkdtempSync(join(tmpdir(), 'voxtune-checkout-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const put = (path: string, text = 'x'): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};
const HASH = '48b1a0169a28582a8984402f82cf438d3bfa6aca';

describe('a checkout', () => {
  beforeAll(() => {
    for (const name of ['1-get-text', '2-get-hubert-wav32k', '2-get-sv', '3-get-semantic']) put(`GPT_SoVITS/prepare_datasets/${name}.py`);
    for (const path of ['GPT_SoVITS/s1_train.py', 'GPT_SoVITS/s2_train.py', 'GPT_SoVITS/configs/s1longer-v2.yaml', 'GPT_SoVITS/configs/s2v2Pro.json']) put(path, `text of ${path}`);
    for (const path of pretrainedFiles('v2Pro')) put(/\.\w+$/.test(path) ? path : `${path}/config.json`);
  });

  it('that is none is refused, naming what is missing', async () => {
    await expect(probeCheckout(join(root, 'GPT_SoVITS'))).rejects.toMatchObject({ code: 'TRAINING_NOT_A_CHECKOUT', facts: { path: join(root, 'GPT_SoVITS') } });
    await expect(probeCheckout(join(root, 'nowhere'))).rejects.toMatchObject({ code: 'TRAINING_NOT_A_CHECKOUT' });
  });

  it('says which versions can be trained and what the others lack', async () => {
    const checkout = await probeCheckout(root, { pathDirs: [] });
    expect(checkout).toMatchObject({ kind: 'gpt-sovits', commit: null, versions: ['v2Pro'], interpreterFound: false });
    expect(checkout.missing.v2ProPlus).toContain('GPT_SoVITS/configs/s2v2ProPlus.json');
    expect(checkout.templates['GPT_SoVITS/configs/s2v2Pro.json']).toBe('text of GPT_SoVITS/configs/s2v2Pro.json');
    expect(checkout.findings.map(({ code }) => code)).toEqual(expect.arrayContaining(['ENGINE_PYTHON_MISSING', 'ENGINE_FFMPEG_MISSING', 'ENGINE_LANGUAGE_DETECTOR_MISSING', 'ENGINE_FILE_MISSING']));
    expect(checkout.findings.filter(({ version }) => version === 'v2Pro')).toEqual([]);
  });

  it('finds what one version lacks, and half-saved files', async () => {
    rmSync(join(root, 'GPT_SoVITS/text'), { recursive: true });
    put('1795449269.1541314.pth');
    const { findings, versions } = await probeCheckout(root, { version: 'v2Pro', languages: ['zh', 'en'] });
    expect(versions).toEqual([]);
    expect(findings.find(({ code }) => code === 'ENGINE_G2PW_MISSING')).toMatchObject({ level: 'error' });
    expect(findings.map(({ code }) => code)).toEqual(expect.arrayContaining(['ENGINE_NLTK_DATA', 'ENGINE_STRAY_FILES']));
    expect((await probeCheckout(root, { version: 'v2Pro', languages: ['en'] })).versions).toEqual(['v2Pro']); // English is read without G2PW
  });

  it.each([
    ['a detached head', () => put('.git/HEAD', `${HASH}\n`)],
    ['a branch', () => (put('.git/HEAD', 'ref: refs/heads/main\n'), put('.git/refs/heads/main', `${HASH}\n`))],
    ['a packed branch', () => (rmSync(join(root, '.git/refs'), { recursive: true }), put('.git/packed-refs', `# pack-refs with: peeled\n${HASH} refs/heads/main\n`))],
    ['a work tree', () => (rmSync(join(root, '.git'), { recursive: true }), put('.git', 'gitdir: elsewhere/wt\n'), put('elsewhere/wt/HEAD', 'ref: refs/heads/x\n'), put('elsewhere/wt/commondir', '..\n'), put('elsewhere/refs/heads/x', HASH))],
  ])('tells its commit from the files of %s', async (_, make) => {
    make();
    expect((await probeCheckout(root)).commit).toBe(HASH);
  });

  it('prefers the asked-for Python, then runtime, venv, .venv, PATH', async () => {
    const program = (path: string): void => (put(path, '#!/bin/sh\n'), chmodSync(join(root, path), 0o755));
    for (const path of ['bin/python3', '.venv/bin/python', 'venv/bin/python', 'runtime/python']) {
      program(path);
      const { interpreter } = await probeCheckout(root, { pathDirs: [join(root, 'bin')] });
      expect(interpreter).toEqual({ command: path === 'bin/python3' ? 'python3' : join(root, path), args: [] });
    }
    expect((await probeCheckout(root, { python: join(root, 'bin/python3') })).interpreter.command).toBe(join(root, 'bin/python3'));
    expect(await probeCheckout(root, { python: join(root, 'no/python') })).toMatchObject({ interpreterFound: false });
  });

  it('that is a stand-in runs on Node', async () => {
    put('stand-in-engine.json', '{"kind":"stand-in","interpreter":"python.mjs"}');
    expect(await probeCheckout(root)).toMatchObject({ kind: 'stand-in', interpreterFound: true, interpreter: { command: process.execPath, args: [join(root, 'python.mjs')] } });
    put('stand-in-engine.json', '{"kind":"stand-in","interpreter":"../../bin/sh"}');
    await expect(probeCheckout(root)).rejects.toMatchObject({ code: 'TRAINING_NOT_A_CHECKOUT' });
  });
});

it('looks where Windows keeps its programs', () => {
  expect(planInterpreterSearch('C:\\GPT-SoVITS\\', null, 'win32').map(({ path }) => path)).toEqual([
    'C:\\GPT-SoVITS\\runtime\\python.exe', 'C:\\GPT-SoVITS\\venv\\Scripts\\python.exe', 'C:\\GPT-SoVITS\\.venv\\Scripts\\python.exe', 'python',
  ]);
});
