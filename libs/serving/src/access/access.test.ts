import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBench, post, type Bench } from '../../test/support/gateway.js';
import { isLoopback } from './access.js';
import { hashKey } from './keys.js';
import { startGateway } from '../http/gateway.js';

let bench: Bench;
beforeAll(async () => { bench = await openBench(); });
afterAll(() => bench.close());
const KEY = 'a-key-of-some-length';

const statusWith = (url: string, headers: Record<string, string>): Promise<number | undefined> =>
  new Promise((resolve, reject) => request(url, { headers }, (response) => { response.resume(); resolve(response.statusCode); }).on('error', reject).end());

it.each([['127.0.0.1', true], ['127.8.8.8', true], ['localhost', true], ['[::1]', true], ['0.0.0.0', false], ['::', false], ['192.168.0.2', false], ['127.0.0.1.evil.example', false]])('knows whether %s stays on this machine', (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});

describe('a gateway', () => {
  it('does not listen beyond loopback without keys', async () => {
    const voices = [await bench.voice('ann')];
    const options = { voices, host: '0.0.0.0', logDir: bench.dir, worker: { dialect: 'api-v2' as const }, launchVoiceWorker: () => ({ command: 'never-started', args: [] }) };
    await expect(startGateway(options)).rejects.toMatchObject({ code: 'SERVING_KEYS_NEEDED' });
  });

  it('answers only who shows a key, except for its health', async () => {
    const gateway = await bench.gateway({ voices: [await bench.voice('ann')], apiKeys: [KEY] });
    const at = `${gateway.url}/v1/audio/voices`;
    expect(await statusWith(at, {})).toBe(401);
    expect(await statusWith(at, { authorization: `Bearer ${KEY}x` })).toBe(401);
    expect(await statusWith(at, { authorization: `Bearer ${KEY}` })).toBe(200);
    expect(await statusWith(at, { 'x-api-key': KEY })).toBe(200);
    expect(await statusWith(`${gateway.url}/metrics`, {})).toBe(401);
    expect(await statusWith(`${gateway.url}/healthz`, {})).toBe(200);
  });

  it('without keys refuses a foreign name that was pointed at this machine', async () => {
    const gateway = await bench.gateway({ voices: [await bench.voice('ann')] });
    expect(await statusWith(`${gateway.url}/v1/audio/voices`, { host: 'evil.example' })).toBe(403);
    expect(await statusWith(`${gateway.url}/v1/audio/voices`, { host: 'localhost:1' })).toBe(200);
  });

  it('says that its port is taken before it starts an engine', async () => {
    const voice = await bench.voice('ann');
    const first = await bench.gateway({ voices: [voice] });
    let launches = 0;
    const launchVoiceWorker = (): never => { launches += 1; throw new Error('an engine was started'); };
    await expect(bench.gateway({ voices: [voice], port: first.port, launchVoiceWorker })).rejects.toMatchObject({ code: 'SERVING_ADDRESS', facts: { port: first.port } });
    expect(launches).toBe(0);
  });
});

it('refuses keys that are too short to be secrets', async () => {
  await expect(bench.gateway({ voices: [await bench.voice('ann')], apiKeys: ['short'] })).rejects.toThrow('at least 16 characters');
});

it('shows a caller its own voices alone, and counts what it asks for', async () => {
  const gateway = await bench.gateway({ voices: [await bench.voice('ann'), await bench.voice('bob')], keys: [{ id: 'ivr', sha256: hashKey(KEY), voices: ['bob'], requestsPerMinute: 1 }] });
  const headers = { authorization: `Bearer ${KEY}` };
  expect(await (await fetch(`${gateway.url}/v1/audio/voices?legacy=true`, { headers })).json()).toEqual({ voices: ['bob'] });
  const say = (voice: string): Promise<Response> => post(`${gateway.url}/v1/audio/speech`, { input: 'Hello', voice, response_format: 'wav' }, { headers });
  expect((await say('ann')).status).toBe(404); // it does not say that there is one
  expect((await say('bob')).status).toBe(200);
  const over = await say('bob');
  expect([over.status, over.headers.get('retry-after'), ((await over.json()) as { error: { code: string } }).error.code]).toEqual([429, expect.stringMatching(/^[1-9]\d*$/), 'SERVING_LIMIT']);
});
