// The official package of OpenAI, for Node, against the gateway; the one for Python where it is installed.
import { spawnSync, spawn } from 'node:child_process';
import OpenAI, { APIError } from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '../src/http/gateway.js';
import { openBench, type Bench } from './support/gateway.js';
import { readSaying } from './support/saying.js';

const KEY = 'a-key-of-some-length';
const WORDS = 'The first sentence is here. The second one follows it.';
const noPython = spawnSync('python3', ['-c', 'import openai']).status !== 0;

let bench: Bench;
let gateway: Gateway;
let client: OpenAI;
beforeAll(async () => {
  bench = await openBench();
  gateway = await bench.gateway({ voices: [await bench.voice('ann'), await bench.voice('bob')], apiKeys: [KEY] });
  client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: KEY, maxRetries: 0 });
});
afterAll(() => bench.close());

describe('openai for Node', () => {
  it('synthesises with a voice of ours', async () => {
    const response = await client.audio.speech.create({ model: 'gpt-sovits', voice: 'bob', input: WORDS, response_format: 'wav' });
    expect(readSaying(new Uint8Array(await response.arrayBuffer())).promptText).toBe('I am bob');
  });

  it('streams events', async () => {
    const events = await client.audio.speech.create({ model: 'gpt-sovits', voice: 'ann', input: WORDS, response_format: 'wav', stream_format: 'sse' });
    const text = await events.text();
    const types = text.split('\n\n').filter((one) => one !== '').map((one) => (JSON.parse(one.slice('data: '.length)) as { type: string }).type);
    expect([types[0], types.at(-1)]).toEqual(['speech.audio.delta', 'speech.audio.done']);
  });

  it('lists models, and voices by a call of its own', async () => {
    const models: string[] = [];
    for await (const model of client.models.list()) models.push(model.id);
    expect(models).toEqual(['gpt-sovits']);
    expect(await client.get('/audio/voices')).toMatchObject({ voices: [{ id: 'ann' }, { id: 'bob' }] });
  });

  it('throws its own errors, with our codes', async () => {
    const refused = client.audio.speech.create({ model: 'gpt-sovits', voice: 'nobody', input: WORDS });
    await expect(refused).rejects.toBeInstanceOf(APIError);
    await expect(refused).rejects.toMatchObject({ status: 404, code: 'SERVING_VOICE_UNKNOWN', param: 'voice', type: 'invalid_request_error' });
    await expect(new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'another-key-of-length', maxRetries: 0 }).models.list()).rejects.toMatchObject({ status: 401 });
  });
});

const SCRIPT = `
import sys, openai
client = openai.OpenAI(base_url=sys.argv[1] + "/v1", api_key=sys.argv[2], max_retries=0)
wav = client.audio.speech.create(model="gpt-sovits", voice="bob", input="One sentence.", response_format="wav").content
assert wav[:4] == b"RIFF", wav[:16]
with client.audio.speech.with_streaming_response.create(model="gpt-sovits", voice="ann", input="One sentence.", response_format="pcm", stream_format="audio") as response:
    assert sum(len(piece) for piece in response.iter_bytes()) > 40000
assert [m.id for m in client.models.list()] == ["gpt-sovits"]
try:
    client.audio.speech.create(model="gpt-sovits", voice="nobody", input="x")
    raise SystemExit("no error")
except openai.NotFoundError as error:
    assert error.code == "SERVING_VOICE_UNKNOWN", error
print("ok", openai.__version__)
`;

describe('openai for Python', () => {
  it.skipIf(noPython)(`synthesises, streams, lists and fails as it should${noPython ? ' (skipped: pip install openai)' : ''}`, async () => {
    const child = spawn('python3', ['-c', SCRIPT, gateway.url, KEY], { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    child.stdout.on('data', (piece: Buffer) => { said += piece.toString(); });
    child.stderr.on('data', (piece: Buffer) => { said += piece.toString(); });
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect([code, said]).toEqual([0, expect.stringMatching(/^ok /)]);
  });
});
