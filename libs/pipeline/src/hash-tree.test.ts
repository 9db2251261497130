import { stat } from 'node:fs/promises';
import { link, mkdir, mkdtemp, rename, rm, symlink, unlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openHashCache } from './hash-cache.js';
import { describeChange, hashTree } from './hash-tree.js';

let dir = '';
beforeEach(async () => { dir = await mkdtemp(join(tmpdir(), 'tree-')); await mkdir(join(dir, 't')); });
afterEach(async () => { await rm(dir, { recursive: true, force: true }); });

const put = async (name: string, text: string): Promise<void> => writeFile(join(dir, 't', name), text);
const look = async () => hashTree(join(dir, 't'), { cache: await openHashCache(join(dir, 'hashes.json')) });

it('depends on names and bytes, and on nothing else', async () => {
  await put('a', '1');
  await put('b', '2');
  const first = await look();
  await utimes(join(dir, 't', 'a'), 1, 1);
  for (const litter of ['.DS_Store', '.tmp-9', 'Thumbs.db']) await put(litter, 'x');
  await mkdir(join(dir, 't', 'empty'));
  expect((await look()).digest).toBe(first.digest);
  await rename(join(dir, 't', 'a'), join(dir, 't', 'c'));
  const renamed = await look();
  expect(renamed.digest).not.toBe(first.digest);
  expect(describeChange(first.files, renamed.files, 't')).toBe('t/a (missing), t/c (new)');
  await put('b', '3');
  expect(describeChange(renamed.files, (await look()).files, 't')).toBe('t/b (changed)');
});

it('tells a file, a folder and nothing apart, follows links and survives a loop', async () => {
  await put('a', '');
  expect(await hashTree(join(dir, 'none'), { cache: await openHashCache('') })).toEqual({ kind: 'missing', digest: 'missing', files: [] });
  const file = await hashTree(join(dir, 't', 'a'), { cache: await openHashCache('') });
  expect(file.kind).toBe('file');
  const before = await look();
  await symlink(join(dir, 't'), join(dir, 't', 'loop'));
  await symlink(join(dir, 'nowhere'), join(dir, 't', 'dangling'));
  expect((await look()).digest).toBe(before.digest);
  await writeFile(join(dir, 'outside'), 'seen through the link');
  await symlink(join(dir, 'outside'), join(dir, 't', 'link'));
  expect((await look()).files.map(([name, size]) => [name, size])).toEqual([['a', 0], ['link', 21]]);
});

it('notices a change that keeps size and modification time', async () => {
  await put('a', 'one');
  const past = new Date(Date.now() - 60_000);
  await utimes(join(dir, 't', 'a'), past, past);
  await new Promise((resolve) => setTimeout(resolve, 80));
  const cache = await openHashCache(join(dir, 'hashes.json'));
  const before = await hashTree(join(dir, 't'), { cache });
  await put('a', 'two');
  await utimes(join(dir, 't', 'a'), past, past);
  expect((await hashTree(join(dir, 't'), { cache })).digest).not.toBe(before.digest);
});

it('notices a change within the tick of the clock in which the file was hashed', async () => {
  const cache = await openHashCache(join(dir, 'hashes.json'));
  for (let i = 0; i < 200; i += 1) {
    await put('a', `${i % 2}`);
    const { files } = await hashTree(join(dir, 't'), { cache });
    expect(files[0]?.[2]).toBe(i % 2 === 0 ? '5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9' : '6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b');
  }
});

it('remembers across openings, and takes a damaged cache as an empty one', async () => {
  await put('a', 'x');
  const path = join(dir, 'hashes.json');
  const stats = await stat(join(dir, 't', 'a'), { bigint: true });
  const cache = await openHashCache(path);
  cache.set('a', stats, 'h', Date.now() + 60_000);
  cache.set('young', stats, 'h', Number(stats.mtimeNs / 1_000_000n));
  await cache.save();
  expect((await openHashCache(path)).get('a', stats)).toBe('h');
  expect((await openHashCache(path)).get('young', stats)).toBeNull();
  for (const damage of ['{"v":1,"files":[["a"]]}', '{', 'null', '{"v":2}']) {
    await writeFile(path, damage);
    expect((await openHashCache(path)).get('a', stats)).toBeNull();
  }
  await unlink(path);
  await (await openHashCache(path)).save();
  await expect(stat(path)).rejects.toThrow('ENOENT');
});

it('knows a file under its second name, and under its first although a link changed its time, and never another in its place', async () => {
  const at = (name: string) => join(dir, 't', name);
  const older = () => new Promise((resolve) => { setTimeout(resolve, 80); }); // a file is remembered once a tick of the file system has passed
  const facts = async (name: string) => stat(at(name), { bigint: true });
  const cache = await openHashCache(join(dir, 'hashes.json'));
  await put('a', 'sound');
  await older();
  const first = await hashTree(join(dir, 't'), { cache });
  await link(at('a'), at('b'));
  await older();
  expect(cache.get(at('a'), await facts('a'))).toBeNull();
  await hashTree(at('b'), { cache });
  expect(cache.get(at('a'), await facts('a'))).toBe(first.files[0]![2]);
  await cache.save();
  const again = await openHashCache(join(dir, 'hashes.json'));
  expect([again.get(at('b'), await facts('b')), again.get(at('a'), await facts('a'))]).toEqual([first.files[0]![2], first.files[0]![2]]);
  await put('other', 'noise');
  await link(at('other'), at('more'));
  await rename(at('other'), at('a'));
  expect(again.get(at('a'), await facts('a'))).toBeNull();
});
