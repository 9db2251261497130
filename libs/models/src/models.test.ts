import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MODELS_ADVICE, MODEL_REGISTRY, ModelsError, parseDescriptor, recognizeModels, scanModels, verifyModel } from './index.js';

const SHARED = fileURLToPath(new URL('../../../../shared/models/', import.meta.url));
const present = existsSync(SHARED);
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

let dir = '';
beforeEach(async () => { dir = await mkdtemp(join(tmpdir(), 'models-')); });
afterEach(async () => { await rm(dir, { recursive: true, force: true }); });

const CONTENTS = 'a model of our own';
const described = { v: 1, id: 'utmos-own', kind: 'mos', sha256: sha256(CONTENTS), licence: 'MIT', source: 'made here', descriptor: { sampleRateHz: 16000 } };
const putDescribed = async (name: string, change: object = {}): Promise<string> => {
  const path = join(dir, name);
  await writeFile(path, CONTENTS);
  await writeFile(`${path}.json`, JSON.stringify({ ...described, ...change }));
  return path;
};

describe('the registry', () => {
  it('has one entry per id and per contents, each complete', () => {
    expect(MODEL_REGISTRY.map((model) => model.id)).toEqual(['dnsmos-p835', 'dnsmos-p808', 'silero-vad', 'speaker-ge2e']);
    expect(new Set(MODEL_REGISTRY.map((model) => model.sha256)).size).toBe(MODEL_REGISTRY.length);
    for (const model of MODEL_REGISTRY) {
      expect(model.sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(model.licence).toMatch(/^(CC-BY-4\.0|MIT|Apache-2\.0)$/);
      expect(model.descriptor.sampleRateHz).toBe(16_000);
    }
  });

  it.skipIf(!present)('recognises the real models (skipped without ../shared/models), by contents and size', async () => {
    const { models, findings } = await scanModels(SHARED);
    expect(models.map((model) => model.id).sort()).toEqual(MODEL_REGISTRY.map((model) => model.id).sort());
    expect(findings).toEqual([]);
    for (const model of models) expect((await readFile(model.path)).length).toBe(model.sizeBytes);
  });

  it.skipIf(!present)('recognises a real model under any name (skipped without ../shared/models)', async () => {
    await mkdir(join(dir, 'a b'));
    await copyFile(join(SHARED, 'dnsmos/model_v8.onnx'), join(dir, 'a b', '模型.bin'));
    expect((await recognizeModels(dir)).map(({ id, kind }) => ({ id, kind }))).toEqual([{ id: 'dnsmos-p808', kind: 'mos' }]);
  });
});

describe('a folder of models', () => {
  it('takes a file with a descriptor, and follows links without going in circles', async () => {
    await putDescribed('own.bin');
    await symlink(dir, join(dir, 'loop'));
    const { models, findings } = await scanModels(dir);
    expect(models).toMatchObject([{ id: 'utmos-own', kind: 'mos', sha256: described.sha256, descriptor: { sampleRateHz: 16000 } }]);
    expect(findings).toEqual([]);
  });

  it('says what it could not take, and why', async () => {
    await writeFile(join(dir, 'ge2e.onnx'), 'half a download');
    await writeFile(join(dir, 'strange.onnx'), 'who knows');
    await writeFile(join(dir, 'notes.txt'), 'not a model, and nothing to say about it');
    const { models, findings } = await scanModels(dir);
    expect(models).toEqual([]);
    expect(findings.map(({ code, level }) => [code, level])).toEqual([['MODELS_CORRUPT', 'warning'], ['MODELS_UNKNOWN', 'note'], ['MODELS_NONE_RECOGNISED', 'warning']]);
    expect(findings[0]?.message).toContain('has the name of speaker-ge2e, but not its contents');
  });

  it('uses the first of two files of one model', async () => {
    await putDescribed('b.onnx');
    await putDescribed('a.onnx');
    const { models, findings } = await scanModels(dir);
    expect(models.map((model) => model.path)).toEqual([join(dir, 'a.onnx')]);
    expect(findings.map((finding) => finding.code)).toEqual(['MODELS_DUPLICATE']);
  });

  it('refuses a folder that is not there, and one that is a file', async () => {
    await expect(scanModels(join(dir, 'gone'))).rejects.toMatchObject({ name: 'ModelsError', code: 'MODELS_DIR_MISSING', hint: MODELS_ADVICE.MODELS_DIR_MISSING });
    await writeFile(join(dir, 'file'), '');
    await expect(recognizeModels(join(dir, 'file'))).rejects.toMatchObject({ code: 'MODELS_DIR_MISSING' });
  });

  it('stops when told to', async () => {
    await putDescribed('own.onnx');
    await expect(scanModels(dir, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('one file', () => {
  it.each([
    ['contents that are not the descriptor\'s', { sha256: '0'.repeat(64) }, 'MODELS_CORRUPT'],
    ['a descriptor without a licence', { licence: '' }, 'MODELS_DESCRIPTOR_INVALID'],
    ['a descriptor that takes a registered id', { id: 'speaker-ge2e' }, 'MODELS_DESCRIPTOR_INVALID'],
  ])('refuses %s', async (_, change, code) => {
    await expect(verifyModel(await putDescribed('own.onnx', change))).rejects.toMatchObject({ code });
  });

  it('refuses what nobody knows and what is not there', async () => {
    await writeFile(join(dir, 'x.bin'), 'x');
    await expect(verifyModel(join(dir, 'x.bin'))).rejects.toMatchObject({ code: 'MODELS_UNKNOWN' });
    await expect(verifyModel(join(dir, 'gone.onnx'))).rejects.toMatchObject({ code: 'MODELS_FILE_MISSING' });
    await expect(verifyModel(dir)).rejects.toMatchObject({ code: 'MODELS_NOT_READABLE' });
  });
});

describe('a descriptor', () => {
  it.each([
    ['not json', '{', 'the descriptor must be JSON'],
    ['a list', '[]', 'the descriptor must be an object'],
    ['an unknown field', JSON.stringify({ ...described, license: 'MIT' }), 'license must be left out; known fields: v, id, kind'],
    ['another version', JSON.stringify({ ...described, v: 2 }), 'v must be 1, got 2'],
    ['an unknown kind', JSON.stringify({ ...described, kind: 'tts' }), 'kind must be one of mos, speaker, vad, asr, denoise, segmentation, got "tts"'],
    ['a short hash', JSON.stringify({ ...described, sha256: 'abc' }), 'sha256 must be 64 hex digits, got "abc"'],
    ['no descriptor', JSON.stringify({ ...described, descriptor: undefined }), 'descriptor must be an object, got nothing'],
  ])('refuses %s, naming the field', (_, text, message) => {
    expect(() => parseDescriptor(text, 'm.onnx.json')).toThrow(`m.onnx.json: ${message}`);
  });

  it('never throws anything but a ModelsError, whatever the JSON', () => {
    fc.assert(fc.property(fc.oneof(fc.json(), fc.string(), fc.record({ v: fc.constant(1), id: fc.string(), kind: fc.constantFrom('mos', 'x') }, { requiredKeys: [] }).map((value) => JSON.stringify(value))), (text) => {
      try {
        parseDescriptor(text, 'x');
      } catch (error) {
        expect(error).toBeInstanceOf(ModelsError);
      }
    }));
  });
});
