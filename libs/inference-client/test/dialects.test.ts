// What all three dialects have in common, how they are told apart, and misuse.
import { describe, expect, it } from 'vitest';
import { encodeWav } from '../src/audio/wav.js';
import { createClient } from '../src/client.js';
import { createNodeFetch } from '../src/node-fetch.js';
import { type Dialect } from '../src/request.js';
import { RATE, tone, promptPath, standIn, clientOf, request, failure, listen, drain } from './support/bench.js';

describe.each(['api-v2', 'api', 'guide'] as const)('%s', (dialect) => {
  it.each([['the built-in fetch', undefined], ['node:http', createNodeFetch()]])('speaks over %s, finding the dialect itself', async (_, fetch) => {
    const client = clientOf(await standIn(dialect), fetch === undefined ? {} : { fetch });
    const { audio, timing, attempts, warnings } = await client.synthesize(request());
    expect(await client.dialect()).toBe(dialect);
    expect([audio.sampleRateHz, audio.channels, audio.mediaType, attempts, warnings]).toEqual([RATE, 1, 'audio/wav', 1, []]);
    expect(audio.samples?.length).toBe(Math.round(audio.durationSec * RATE));
    expect(audio.durationSec).toBeGreaterThan(3);
    expect(timing.firstByteMs).toBeLessThanOrEqual(timing.totalMs);
    expect(timing.rtf).toBeCloseTo(timing.totalMs / 1000 / audio.durationSec, 10);
  });

  it('streams the samples of the whole answer', async () => {
    const client = clientOf(await standIn(dialect));
    const whole = await client.synthesize(request());
    const stream = client.stream(request());
    expect(await drain(stream)).toEqual(whole.audio.samples);
    expect(stream.warnings).toHaveLength(dialect === 'api-v2' ? 0 : 1);
  });

  it('sends each name of its table, and warns of what it has no name for', async () => {
    const seen: Record<string, unknown>[] = [];
    const server = await standIn(dialect, { onRequest: ({ body }) => void seen.push(body) });
    const { warnings } = await clientOf(server).synthesize(request({ textLanguage: 'EN', seed: 7, topK: 3, speed: 1.5, splitMethod: 'cut0', batchSize: 2 }));
    const want: Record<Dialect, object> = {
      'api-v2': { text_lang: 'en', seed: 7, top_k: 3, speed_factor: 1.5, text_split_method: 'cut0', batch_size: 2, ref_audio_path: promptPath(), prompt_lang: 'en' },
      api: { text_language: 'en', top_k: 3, speed: 1.5, refer_wav_path: promptPath(), prompt_language: 'en' },
      guide: { text_language: 'en', top_k: 3, speed_factor: 1.5, text_split_method: 'cut0', batch_size: 2, return_fragment: false, fragment_interval: 0.3 },
    };
    expect(seen[0]).toMatchObject(want[dialect]);
    const ignored = { 'api-v2': [], api: ['seed', 'splitMethod', 'batchSize'], guide: ['seed'] }[dialect];
    expect(warnings.map((warning) => warning.split(' ')[0])).toEqual(ignored);
  });

  it('gives the engine’s own words when it refuses', async () => {
    const server = await standIn(dialect, { faults: [{ kind: 'refuse', message: 'CUDA out of memory' }] });
    const error = await failure(clientOf(server).synthesize(request()));
    expect([error.code, error.facts['status']]).toEqual(['CLIENT_HTTP_ERROR', 400]);
    expect(error.message).toContain('CUDA out of memory');
  });

  it.each([['the built-in fetch', undefined], ['node:http', createNodeFetch()]])('notices a cut connection over %s, whole and streamed', async (_, fetch) => {
    const client = clientOf(await standIn(dialect, { faults: [{ kind: 'drop' }] }), fetch === undefined ? {} : { fetch });
    expect((await failure(client.synthesize(request()))).code).toBe('CLIENT_STREAM_CUT');
    expect((await failure(drain(client.stream(request())))).code).toBe('CLIENT_STREAM_CUT');
  });

  it('notices a missing prompt', async () => {
    const error = await failure(clientOf(await standIn(dialect)).synthesize(request({ promptAudioPath: '/nope.wav' })));
    expect(error.code).toBe(dialect === 'api' ? 'CLIENT_STREAM_CUT' : 'CLIENT_HTTP_ERROR');
  });

  it.each(['hang', 'slow'] as const)('stops waiting when the server is %s', async (kind) => {
    const client = clientOf(await standIn(dialect, { faults: [{ kind, delayMs: 60_000 }] }), { timeoutMs: 150 });
    expect((await failure(client.synthesize(request()))).code).toBe('CLIENT_TIMEOUT');
    const controller = new AbortController();
    const pending = failure(client.synthesize(request(), { signal: controller.signal, timeoutMs: 60_000 }));
    setTimeout(() => controller.abort(), 50);
    expect((await pending).code).toBe('CLIENT_ABORTED');
  });

  it('notices speech far too short for its text', async () => {
    const server = await standIn(dialect, { faults: [{ kind: 'short' }] });
    expect((await failure(clientOf(server).synthesize(request()))).code).toBe('CLIENT_AUDIO_TOO_SHORT');
    const { warnings } = await clientOf(server, { onTooShort: 'warning' }).synthesize(request());
    expect(warnings.join()).toContain('cannot hold');
  });

  it('notices that a server died', async () => {
    const server = await standIn(dialect, { faults: [{ kind: 'die' }] });
    const client = clientOf(server, { dialect });
    expect((await failure(client.synthesize(request()))).code).toBe('CLIENT_UNREACHABLE');
    expect(await client.isReady()).toBe(false);
  });
});

describe('finding the dialect', () => {
  it('names a server that speaks none', async () => {
    const server = await listen((_request, response) => response.writeHead(404).end());
    expect((await failure(clientOf(server).synthesize(request()))).code).toBe('CLIENT_DIALECT_UNKNOWN');
  });

  it('falls back to asking for the telltale routes', async () => {
    const server = await listen((incoming, response) => response.writeHead(incoming.url === '/synthesize' ? 405 : 404).end());
    expect(await clientOf(server).dialect()).toBe('guide');
  });

  it('says so when it was told the wrong one', async () => {
    const server = await standIn('api');
    expect((await failure(clientOf(server, { dialect: 'api-v2' }).synthesize(request()))).code).toBe('CLIENT_ROUTE_MISSING');
  });
});

describe('misuse', () => {
  it.each([['localhost:9880', 'http or https address'], ['', 'http or https address']])('refuses the address %j', (baseUrl, message) => {
    expect(() => createClient({ baseUrl })).toThrow(message);
  });
  it('refuses a negative number of retries, naming it', () => {
    expect(() => createClient({ baseUrl: 'http://x', retries: -1 })).toThrow('retries must be an integer of 0 or more, got -1');
  });
  it('lets go of the connection when a stream is left early', async () => {
    let closed = false;
    const server = await listen((incoming, response) => {
      response.writeHead(200, { 'content-type': 'audio/wav' });
      response.write(encodeWav({ sampleRateHz: RATE, channels: 1, samples: tone(1) }));
      incoming.socket.once('close', () => (closed = true));
    });
    for await (const chunk of clientOf(server, { dialect: 'api-v2' }).stream(request())) {
      expect(chunk.sampleRateHz).toBe(RATE);
      break;
    }
    await expect.poll(() => closed).toBe(true);
  });
});
