import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cacheKey, openSpeechCache } from './speech-cache.js';

let dir: string;
beforeEach(async () => { dir = await mkdtemp(join(tmpdir(), 'voxtune-cache-')); });
afterEach(() => rm(dir, { recursive: true, force: true }));

const key = (name: string): string => cacheKey('ann', { name });
const answer = (size: number, fill = 7) => ({ bytes: new Uint8Array(size).fill(fill), headers: { 'content-type': 'audio/wav' } });

describe('cacheKey', () => {
  it('does not depend on the order of properties, nor on what is undefined', () => {
    expect(cacheKey('ann', { a: 1, b: 'x', c: undefined })).toBe(cacheKey('ann', { b: 'x', a: 1 }));
    expect(cacheKey('ann', { a: 1 })).not.toBe(cacheKey('ann', { a: '1' }));
    expect(cacheKey('ann', { a: 1 })).not.toBe(cacheKey('bob', { a: 1 }));
  });
});

describe('openSpeechCache', () => {
  it('gives back what it was given, also after a new start', async () => {
    const cache = await openSpeechCache({ dir });
    expect(await cache.get(key('a'))).toBeNull();
    expect(await cache.put(key('a'), answer(100))).toBe(true);
    for (const one of [cache, await openSpeechCache({ dir })]) {
      const kept = await one.get(key('a'));
      expect([...(kept?.bytes ?? [])]).toEqual([...answer(100).bytes]);
      expect(kept?.headers).toEqual({ 'content-type': 'audio/wav' });
    }
  });

  it('drops the answer used longest ago, and never exceeds its size', async () => {
    const cache = await openSpeechCache({ dir, maxBytes: 3500 });
    for (const name of ['a', 'b', 'c']) await cache.put(key(name), answer(1000));
    await cache.get(key('a'));
    await cache.put(key('d'), answer(1000));
    expect([await cache.get(key('b')), cache.entries]).toEqual([null, 3]);
    expect(await cache.get(key('a'))).not.toBeNull();
    expect(cache.sizeBytes).toBeLessThanOrEqual(3500);
    expect((await openSpeechCache({ dir, maxBytes: 1500 })).entries).toBe(1);
    expect(await readdir(dir)).toHaveLength(1);
  });

  it('refuses what is larger than itself', async () => {
    const cache = await openSpeechCache({ dir, maxBytes: 500 });
    expect(await cache.put(key('a'), answer(1000))).toBe(false);
    expect(await readdir(dir)).toEqual([]);
  });

  it('never gives a damaged, shortened or foreign file', async () => {
    const cache = await openSpeechCache({ dir });
    await cache.put(key('a'), answer(50));
    const path = join(dir, `${key('a')}.answer`);
    const whole = await readFile(path);
    for (let length = 0; length < whole.byteLength; length += 1) {
      await writeFile(path, whole.subarray(0, length));
      expect(await (await openSpeechCache({ dir })).get(key('a'))).toBeNull();
    }
    const flipped = Buffer.from(whole);
    const unremembered = await openSpeechCache({ dir, memoryBytes: 0 });
    await unremembered.put(key('a'), answer(50));
    flipped[whole.byteLength - 1] = 8;
    await writeFile(path, flipped);
    expect(await unremembered.get(key('a'))).toBeNull();
    expect(await readdir(dir)).toEqual([]);
  });

  it('keeps the last answers in memory as well, within bounds, and forgets those of one voice everywhere', async () => {
    const cache = await openSpeechCache({ dir, memoryBytes: 250 });
    for (const name of ['a', 'b', 'c']) await cache.put(key(name), answer(100));
    await cache.put(cacheKey('bob', {}), answer(300));
    for (const name of await readdir(dir)) await writeFile(join(dir, name), 'damaged');
    expect(await cache.get(key('a'))).toBeNull(); // read from disk: 250 bytes hold the last two
    expect((await cache.get(key('c')))?.bytes.length).toBe(100);
    await cache.put(cacheKey('bob', {}), answer(300));
    expect(await cache.forgetVoice('ann')).toBe(2);
    expect([await cache.get(key('c')), cache.entries, await readdir(dir)]).toEqual([null, 1, [`${cacheKey('bob', {})}.answer`]]);
    expect(await cache.get(cacheKey('bob', {}))).not.toBeNull();
  });

  it('removes what a killed process left half-written, and lets other files be', async () => {
    await writeFile(join(dir, 'x.part'), 'half');
    await writeFile(join(dir, 'notes.txt'), 'mine');
    await openSpeechCache({ dir });
    expect(await readdir(dir)).toEqual(['notes.txt']);
  });

  it('goes on when the folder can no longer be written', async () => {
    const cache = await openSpeechCache({ dir });
    await rm(dir, { recursive: true });
    expect(await cache.put(key('a'), answer(10))).toBe(false);
    expect(await cache.get(key('a'))).toBeNull();
  });
});
