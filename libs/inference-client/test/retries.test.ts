// What is sent again, and what is given up.
import { describe, expect, it } from 'vitest';
import { encodeWav } from '../src/audio/wav.js';
import { createNodeFetch } from '../src/node-fetch.js';
import { RATE, tone, standIn, clientOf, request, failure, listen, drain } from './support/bench.js';

describe('retries', () => {
  it('sends again what a server refused to begin, and counts it', async () => {
    let calls = 0;
    const wav = encodeWav({ sampleRateHz: RATE, channels: 1, samples: tone(4) });
    const server = await listen((_request, response) => ((calls += 1) < 3 ? response.writeHead(503).end() : response.writeHead(200).end(wav)));
    const { attempts } = await clientOf(server, { dialect: 'api-v2', retries: 2 }).synthesize(request());
    expect([attempts, calls]).toEqual([3, 3]);
  });

  it('does so only as often as it is told', async () => {
    let calls = 0;
    const server = await listen((_request, response) => { calls += 1; response.writeHead(503).end('busy'); });
    const error = await failure(clientOf(server, { dialect: 'api-v2', retries: 1 }).synthesize(request()));
    expect([error.code, error.facts['status'], calls]).toEqual(['CLIENT_HTTP_ERROR', 503, 2]);
  });

  it.each([['a refusal', 400], ['an error', 500]])('does not repeat %s', async (_, status) => {
    let calls = 0;
    const server = await listen((_request, response) => { calls += 1; response.writeHead(status).end('no'); });
    expect((await failure(clientOf(server, { dialect: 'api-v2', retries: 3 }).synthesize(request()))).facts['status']).toBe(status);
    expect(calls).toBe(1);
  });

  it('does not repeat a request whose connection broke', async () => {
    let calls = 0;
    const server = await listen((incoming) => { calls += 1; incoming.socket.destroy(); });
    expect((await failure(clientOf(server, { dialect: 'api-v2', retries: 3 }).synthesize(request()))).code).toBe('CLIENT_UNREACHABLE');
    expect(calls).toBe(1);
  });

  it('says how often a server that is not there was tried', async () => {
    const server = await standIn('api-v2');
    await server.close();
    const error = await failure(clientOf(server, { dialect: 'api-v2', retries: 2 }).synthesize(request()));
    expect([error.code, error.facts['attempts'], error.facts['network']]).toEqual(['CLIENT_UNREACHABLE', 3, 'ECONNREFUSED']);
  });
});

describe.each([['the built-in fetch', {}], ['node:http', { fetch: createNodeFetch() }]])('a stream that stops coming, over %s', (_, options) => {
  const stalled = () =>
    listen((_request, response) => {
      response.writeHead(200, { 'content-type': 'audio/wav' });
      response.write(encodeWav({ sampleRateHz: RATE, channels: 1, samples: tone(1) }));
    });

  it('is given up after timeoutMs without a piece', async () => {
    const client = clientOf(await stalled(), { dialect: 'api-v2', timeoutMs: 150, ...options });
    expect((await failure(drain(client.stream(request())))).code).toBe('CLIENT_TIMEOUT');
  });

  it('ends when the caller aborts, and so does a whole synthesis', async () => {
    const client = clientOf(await stalled(), { dialect: 'api-v2', ...options });
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 60);
    const both = [failure(drain(client.stream(request(), { signal: controller.signal }))), failure(client.synthesize(request(), { signal: controller.signal }))];
    expect((await Promise.all(both)).map(({ code }) => code)).toEqual(['CLIENT_ABORTED', 'CLIENT_ABORTED']);
  });

  it('is not begun when the caller has aborted already', async () => {
    const client = clientOf(await stalled(), { dialect: 'api-v2', ...options });
    expect((await failure(client.synthesize(request(), { signal: AbortSignal.abort() }))).message).toContain('before it was sent');
  });
});
