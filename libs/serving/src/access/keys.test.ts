import { describe, expect, it } from 'vitest';
import { createAccess } from './access.js';
import { formatKeys, hashKey, makeKey, parseKeys } from './keys.js';
import { createRateLimit } from './rate-limit.js';

describe('keys', () => {
  it('are random, known by their hash, and survive being written', () => {
    const { key, record } = makeKey('ivr', { voices: ['ann'], requestsPerMinute: 60 });
    expect(key).toMatch(/^vt-[\w-]{43}$/);
    expect(makeKey('ivr').key).not.toBe(key);
    const text = formatKeys([record]);
    expect(text).not.toContain(key);
    expect(parseKeys(text, 'keys.json')).toEqual([record]);
    expect(createAccess('0.0.0.0', parseKeys(text, 'keys.json')).check({ authorization: `Bearer ${key}` }).id).toBe('ivr');
  });

  it.each([
    ['text', 'no', 'is not JSON'], ['another version', '{"v":2,"keys":[]}', 'v:'], ['a key in the clear', JSON.stringify({ v: 1, keys: [{ id: 'a', sha256: 'hunter2-hunter2' }] }), '64 hexadecimal'],
    ['an unknown field', JSON.stringify({ v: 1, keys: [{ id: 'a', sha256: hashKey('x'), voice: 'ann' }] }), 'voice'], ['no voices at all', JSON.stringify({ v: 1, keys: [{ id: 'a', sha256: hashKey('x'), voices: [] }] }), 'voices'],
    ['two of one name', JSON.stringify({ v: 1, keys: [{ id: 'a', sha256: hashKey('x') }, { id: 'a', sha256: hashKey('y') }] }), 'called a'],
  ])('refuses a file with %s', (_, text, words) => {
    expect(() => parseKeys(text, 'keys.json')).toThrow(expect.objectContaining({ code: 'SERVING_KEYS_INVALID', message: expect.stringContaining(words) }));
  });

  it('may be good for some voices and for so much a minute', () => {
    const caller = createAccess('127.0.0.1', [{ id: 'ivr', sha256: hashKey('secret'), voices: ['ann'], requestsPerMinute: 2, charactersPerMinute: 100 }]).check({ 'x-api-key': 'secret' });
    expect([caller.mayUse('ann'), caller.mayUse('bob')]).toEqual([true, false]);
    caller.admit(10);
    caller.admit(10);
    expect(() => caller.admit(10)).toThrow(expect.objectContaining({ code: 'SERVING_LIMIT', facts: { key: 'ivr', retryAfterSec: 30 } }));
  });
});

describe('createRateLimit', () => {
  it('lets a minute’s worth pass at once, then evenly', () => {
    let now = 0;
    const limit = createRateLimit(60, () => now);
    for (let n = 0; n < 60; n += 1) expect(limit.take(1).ok).toBe(true);
    expect(limit.take(1)).toEqual({ ok: false, waitSec: 1 });
    now = 1000;
    expect([limit.take(1).ok, limit.take(1).ok]).toEqual([true, false]);
  });

  it('passes one thing larger than a minute’s worth when it is full, and is paid back', () => {
    let now = 0;
    const limit = createRateLimit(100, () => now);
    expect(limit.take(250).ok).toBe(true);
    expect(limit.take(1)).toMatchObject({ ok: false });
    now = 90_000;
    expect(limit.take(1)).toMatchObject({ ok: false });
    now = 91_000;
    expect(limit.take(1).ok).toBe(true);
  });
});
