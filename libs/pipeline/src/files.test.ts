import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readJsonLines, removeStray, removeTemps, writeFileAtomic, writeJsonLines } from './files.js';
import { hashFile } from './hash-file.js';

let dir = '';
beforeEach(async () => { dir = await mkdtemp(join(tmpdir(), 'files-')); });
afterEach(async () => { await rm(dir, { recursive: true, force: true }); });

describe('writeFileAtomic', () => {
  it('writes text, bytes and parts, over what was there, making folders', async () => {
    const path = join(dir, 'a', '名 "前"\n|.txt');
    await writeFileAtomic(path, 'a longer text than the next');
    await writeFileAtomic(path, new Uint8Array([1, 2]));
    expect([...(await readFile(path))]).toEqual([1, 2]);
    await writeFileAtomic(path, (async function* () { yield 'ab'; yield Buffer.from('c'); })());
    expect(await readFile(path, 'utf8')).toBe('abc');
  });
  it('leaves the old file and nothing else when it fails half-way', async () => {
    const path = join(dir, 'x');
    await writeFileAtomic(path, 'old');
    await expect(writeFileAtomic(path, (async function* () { yield 'new'; throw new Error('no more'); })())).rejects.toThrow('no more');
    expect(await readFile(path, 'utf8')).toBe('old');
    expect(await readdir(dir)).toEqual(['x']);
  });
  it('says what stands in the way', async () => {
    await writeFile(join(dir, 'file'), '');
    await expect(writeFileAtomic(join(dir, 'file', 'x'), '')).rejects.toMatchObject({ code: 'PIPELINE_NOT_WRITABLE', facts: { path: join(dir, 'file', 'x') } });
  });
});

describe('JSON Lines', () => {
  it('come back as they were', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.jsonValue()), async (rows) => {
      const plain = JSON.parse(JSON.stringify(rows)) as unknown[];
      await writeJsonLines(join(dir, 'rows.jsonl'), rows);
      expect(await readJsonLines(join(dir, 'rows.jsonl'))).toEqual(plain);
    }), { numRuns: 30 });
  });
  it('name the line that is damaged, and the file that is missing', async () => {
    await writeFile(join(dir, 'x'), '{"a":1}\n\n{"a":\n');
    await expect(readJsonLines(join(dir, 'x'))).rejects.toMatchObject({ code: 'PIPELINE_JSONL_INVALID', facts: { line: 3 } });
    await expect(readJsonLines(join(dir, 'y'))).rejects.toMatchObject({ code: 'PIPELINE_FILE_MISSING' });
    await expect(writeJsonLines(join(dir, 'z'), [undefined])).rejects.toThrow(TypeError);
  });
});

describe('cleaning', () => {
  it('removes what is not to be kept, links but not what they point to, and folders it emptied', async () => {
    for (const name of ['a', 'b/c', 'b/d', 'e/f']) await writeFileAtomic(join(dir, 'out', name), name);
    await symlink(dir, join(dir, 'out', 'link'));
    await writeFile(join(dir, 'outside'), '');
    expect(await removeStray(join(dir, 'out'), ['a', 'b/c'])).toEqual(['b/d', 'e/f', 'link']);
    expect((await readdir(join(dir, 'out'), { recursive: true })).sort()).toEqual(['a', 'b', 'b/c']);
    expect(await readdir(dir)).toContain('outside');
    expect(await removeStray(join(dir, 'gone'), [])).toEqual([]);
  });
  it('removes temporary names, below too when asked', async () => {
    await mkdir(join(dir, '.tmp-stage-x', 'deep'), { recursive: true });
    await writeFileAtomic(join(dir, 'sub', 'keep'), '');
    await writeFile(join(dir, 'sub', '.tmp-1'), '');
    await removeTemps(dir, false);
    expect((await readdir(dir, { recursive: true })).sort()).toEqual(['sub', 'sub/.tmp-1', 'sub/keep']);
    await removeTemps(dir, true);
    expect((await readdir(dir, { recursive: true })).sort()).toEqual(['sub', 'sub/keep']);
  });
});

it('hashes as sha256sum does, and stops when told', async () => {
  await writeFile(join(dir, 'abc'), 'abc');
  expect(await hashFile(join(dir, 'abc'))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'); // FIPS 180-2, B.1
  await expect(hashFile(join(dir, 'abc'), { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
  await expect(hashFile(join(dir, 'no'))).rejects.toMatchObject({ code: 'PIPELINE_FILE_MISSING' });
});
