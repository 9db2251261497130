// Failures that come with status 200, and what is refused before it is sent.
import { describe, expect, it } from 'vitest';
import { encodeWav } from '../src/audio/wav.js';
import { type SynthesisRequest } from '../src/request.js';
import { RATE, tone, standIn, clientOf, request, failure, listen, drain } from './support/bench.js';

describe('failures that come with status 200', () => {
  it.each(['api-v2', 'guide'] as const)('%s: one second of silence at 16 kHz', async (dialect) => {
    const client = clientOf(await standIn(dialect, { faults: [{ kind: 'silence' }] }));
    expect((await failure(client.synthesize(request()))).code).toBe('CLIENT_ENGINE_SILENCE');
    const stream = client.stream(request());
    expect((await failure(drain(stream))).code).toBe('CLIENT_ENGINE_SILENCE');
  });

  it('lets no sample of that silence through a stream', async () => {
    const client = clientOf(await standIn('api-v2', { faults: [{ kind: 'silence' }] }));
    let pieces = 0;
    await expect((async () => { for await (const _ of client.stream(request())) pieces += 1; })()).rejects.toThrow('sign of a failed inference');
    expect(pieces).toBe(0);
  });

  it('zeros as long as the speech, which SoVITS weights of NaN give', async () => {
    const client = clientOf(await standIn('api-v2', { faults: [{ kind: 'zeros' }] }));
    expect((await failure(client.synthesize(request()))).code).toBe('CLIENT_AUDIO_SILENT');
    expect((await failure(drain(client.stream(request())))).code).toBe('CLIENT_AUDIO_SILENT');
  });

  it('values that are not numbers', async () => {
    const client = clientOf(await standIn('api-v2', { faults: [{ kind: 'nan' }] }));
    expect((await failure(client.synthesize(request()))).code).toBe('CLIENT_AUDIO_NOT_FINITE');
  });

  it.each([
    ['silence of another length', new Float32Array(RATE), 'CLIENT_AUDIO_SILENT'],
    ['a header and nothing more', new Float32Array(0), 'CLIENT_AUDIO_EMPTY'],
  ])('%s', async (_, samples, code) => {
    const server = await listen((_request, response) => response.writeHead(200, { 'content-type': 'audio/wav' }).end(encodeWav({ sampleRateHz: RATE, channels: 1, samples })));
    const client = clientOf(server, { dialect: 'api-v2' });
    expect((await failure(client.synthesize(request()))).code).toBe(code);
    expect((await failure(drain(client.stream(request())))).code).toBe(code);
  });

  it.each([
    ['no bytes at all', '', 'CLIENT_AUDIO_EMPTY'],
    ['a page of text', '<html>hello, this is a proxy</html>', 'CLIENT_AUDIO_UNKNOWN'],
  ])('%s', async (_, body, code) => {
    const server = await listen((_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(body));
    expect((await failure(clientOf(server, { dialect: 'api-v2' }).synthesize(request()))).code).toBe(code);
  });

  it('a WAV shorter than its header says, from a server that closes politely', async () => {
    const wav = encodeWav({ sampleRateHz: RATE, channels: 1, samples: tone(3) });
    const server = await listen((_request, response) => response.writeHead(200, { 'content-type': 'audio/wav' }).end(wav.subarray(0, wav.length / 2)));
    expect((await failure(clientOf(server, { dialect: 'api-v2' }).synthesize(request()))).code).toBe('CLIENT_STREAM_CUT');
  });

  it('api.py: text that is only punctuation never leaves', async () => {
    const seen: unknown[] = [];
    const server = await standIn('api', { onRequest: (r) => void seen.push(r) });
    expect((await failure(clientOf(server).synthesize(request({ text: '。。。' })))).facts['field']).toBe('text');
    expect(seen).toEqual([]);
  });
});

describe('what is checked before sending', () => {
  it.each<[Partial<SynthesisRequest>, string]>([
    [{ batchSize: 0 }, 'batchSize'], [{ topK: 0 }, 'topK'], [{ speed: 0 }, 'speed'], [{ speed: NaN }, 'speed'], [{ topK: 1.5 }, 'topK'],
    [{ textLanguage: 'xx' }, 'textLanguage'], [{ promptLanguage: '' }, 'promptLanguage'], [{ promptAudioPath: '' }, 'promptAudioPath'], [{ text: '  ' }, 'text'],
    [{ promptDurationSec: 2.9 }, 'promptDurationSec'], [{ promptDurationSec: 10.1 }, 'promptDurationSec'], [{ topP: 1.1 }, 'topP'], [{ fragmentIntervalSec: -1 }, 'fragmentIntervalSec'],
  ])('%o', async (extra, field) => {
    const seen: unknown[] = [];
    const server = await standIn('api-v2', { onRequest: (r) => void seen.push(r) });
    const error = await failure(clientOf(server).synthesize(request(extra)));
    expect([error.code, error.facts['field'], seen.length]).toEqual(['CLIENT_REQUEST_INVALID', field, 0]);
    expect(error.message).toContain(field);
  });

  it('api.py has no limit on the prompt’s length', async () => {
    const client = clientOf(await standIn('api'));
    await expect(client.synthesize(request({ promptDurationSec: 2 }))).resolves.toBeDefined();
  });
});
