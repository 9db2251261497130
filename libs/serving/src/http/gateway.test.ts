import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bytesOf, openBench, post, type Bench } from '../../test/support/gateway.js';
import { readSaying } from '../../test/support/saying.js';
import type { Voice } from '../voice/read-voice.js';
import type { Gateway } from './gateway.js';

let bench: Bench;
let mei: Voice;
let gateway: Gateway;
const speech = (body: object): Promise<Response> => post(`${gateway.url}/v1/audio/speech`, body);
const errorOf = async (response: Response): Promise<Record<string, unknown>> => ((await response.json()) as { error: Record<string, unknown> }).error;

beforeAll(async () => {
  bench = await openBench();
  mei = await bench.voice('mei-美', { language: 'zh' });
  gateway = await bench.gateway({ voices: [mei, await bench.voice('tom')], maxBodyBytes: 40_000, maxInputCharacters: 3000, ffmpeg: null });
});
afterAll(() => bench.close());

describe('POST /v1/audio/speech', () => {
  it('answers a WAV file spoken by the voice, with what was done in its headers', async () => {
    const response = await speech({ model: 'gpt-sovits', input: 'Good morning', voice: 'tom', response_format: 'wav', speed: 1.25 });
    expect([response.status, response.headers.get('content-type'), response.headers.get('x-voxtune-voice'), response.headers.get('x-voxtune-attempts'), response.headers.get('x-voxtune-warning')]).toEqual([200, 'audio/wav', 'tom', '1', null]);
    const said = readSaying(await bytesOf(response));
    expect(said).toMatchObject({ text: expect.stringContaining('Good morning'), promptText: 'I am tom', language: 'en', speed: 1.25, crowded: false });
    expect(said.gpt).toContain('/tom/gpt.ckpt');
    expect(said.prompt).toContain('/tom/prompt.wav');
  });

  it('takes the voice as an object, and speaks its language', async () => {
    expect(readSaying(await bytesOf(await speech({ input: '早安', voice: { id: 'mei-美' }, response_format: 'wav' })))).toMatchObject({ promptText: 'I am mei-美', language: 'zh' });
  });

  it('answers wav, and says so, when no format is asked for', async () => {
    const response = await speech({ model: 'tts-1', input: 'Hello there', voice: 'tom', instructions: 'gladly', emotion: 'glad' });
    expect(response.headers.get('content-type')).toBe('audio/wav');
    expect(response.headers.get('x-voxtune-warning')).toMatch(/ignored: emotion.*mp3 needs ffmpeg.*instructions.*model/);
  });

  it('answers pcm at 24 kHz, 16 bits, without a header', async () => {
    const wav = await bytesOf(await speech({ input: 'Hello there', voice: 'tom', response_format: 'wav' }));
    const response = await speech({ input: 'Hello there', voice: 'tom', response_format: 'pcm' });
    const pcm = await bytesOf(response);
    expect([response.headers.get('content-type'), response.headers.get('x-voxtune-sample-rate-hz')]).toEqual(['audio/pcm', '24000']);
    expect(pcm.byteLength).toBe(2 * Math.ceil((((wav.byteLength - 44) / 2) * 24_000) / 32_000));
  });

  it.each([
    ['mp3', { response_format: 'mp3' }, 400, 'SERVING_FORMAT_UNAVAILABLE', 'response_format', /needs ffmpeg.*wav, pcm, mulaw, alaw/],
    ['an unknown way to stream', { stream_format: 'websocket' }, 400, 'SERVING_REQUEST_INVALID', 'stream_format', /audio/],
    ['an unknown voice', { voice: 'nobody' }, 404, 'SERVING_VOICE_UNKNOWN', 'voice', /mei-.*tom/],
    ['a path for a voice', { voice: '../tom' }, 400, 'SERVING_REQUEST_INVALID', 'voice', /not a voice id/],
    ['a path for a voice object', { voice: { id: 'a/../../etc/passwd' } }, 400, 'SERVING_REQUEST_INVALID', 'voice', /not a voice id/],
    ['no voice among several', { voice: undefined }, 400, 'SERVING_REQUEST_INVALID', 'voice', /missing/],
    ['no input', { input: undefined }, 400, 'SERVING_REQUEST_INVALID', 'input', /input/],
    ['a number for input', { input: 7 }, 400, 'SERVING_REQUEST_INVALID', 'input', /string/],
    ['punctuation only', { input: '…?! ' }, 400, 'SERVING_REQUEST_INVALID', 'input', /nothing to say/],
    ['control characters', { input: 'a\u0007b' }, 400, 'SERVING_REQUEST_INVALID', 'input', /control/],
    ['too much text', { input: '字'.repeat(3001) }, 400, 'SERVING_TEXT_TOO_LONG', 'input', /3001 characters; at most 3000/],
    ['speed 0', { speed: 0 }, 400, 'SERVING_REQUEST_INVALID', 'speed', /0.25/],
    ['an unknown language', { lang_code: 'xx' }, 400, 'SERVING_REQUEST_INVALID', 'lang_code', /zh/],
  ])('refuses %s', async (_, change, status, code, param, message) => {
    const response = await speech({ model: 'gpt-sovits', input: 'Hello', voice: 'tom', response_format: 'wav', ...change });
    const error = await errorOf(response);
    expect([response.status, error['code'], error['param']]).toEqual([status, code, param]);
    expect(error['message']).toMatch(message);
    expect(error['type']).toBe('invalid_request_error');
    expect(error['hint']).toEqual(expect.any(String));
  });

  it.each([['broken JSON', '{"input":', 400, 'SERVING_REQUEST_INVALID'], ['a list', '[]', 400, 'SERVING_REQUEST_INVALID'], ['an empty body', '', 400, 'SERVING_REQUEST_INVALID'], ['a body over the limit', JSON.stringify({ input: 'a'.repeat(50_000) }), 413, 'SERVING_BODY_TOO_LARGE']])('refuses %s', async (_, body, status, code) => {
    const response = await post(`${gateway.url}/v1/audio/speech`, body);
    expect([response.status, (await errorOf(response))['code']]).toEqual([status, code]);
  });

  it('refuses a body that is not JSON', async () => {
    const response = await post(`${gateway.url}/v1/audio/speech`, 'input=hello', { headers: { 'content-type': 'application/x-www-form-urlencoded' } });
    expect([response.status, (await errorOf(response))['code']]).toEqual([400, 'SERVING_REQUEST_INVALID']);
  });

  it('gives the request id back, or makes one', async () => {
    const given = await post(`${gateway.url}/v1/audio/speech`, {}, { headers: { 'x-request-id': 'call-42' } });
    const made = await speech({});
    expect(given.headers.get('x-request-id')).toBe('call-42');
    expect(made.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('POST /synthesize', () => {
  const guide = (body: object): Promise<Response> => post(`${gateway.url}/synthesize`, body);

  it.each([['its id', () => 'tom'], ['the form of the guide', () => 'reference/tom_ref.wav']])('speaks with the voice named by %s', async (_, ref) => {
    const response = await guide({ text: 'Hello there', text_language: 'en', ref_audio_path: ref(), aux_ref_audio_paths: [], prompt_text: '', prompt_language: 'zh', top_k: 5, top_p: 1.0, temperature: 1.0, text_split_method: 'cut5', batch_size: 1, speed_factor: 1.0, split_bucket: true, return_fragment: false, fragment_interval: 0.3 });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'audio/wav']);
    const said = readSaying(await bytesOf(response));
    expect(said).toMatchObject({ promptText: 'I am tom', language: 'en' });
    expect(said.prompt).toContain('/tom/prompt.wav');
  });

  it('knows the path of a voice’s own prompt audio', async () => {
    expect(readSaying(await bytesOf(await guide({ text: '早安', ref_audio_path: mei.prompt.path }))).promptText).toBe('I am mei-美');
  });

  it.each([
    ['a file of the machine', { ref_audio_path: '/etc/passwd' }, /ref_audio_path must name a voice/], ['a way up', { ref_audio_path: '../tom/prompt.wav' }, /ref_audio_path must name a voice/],
    ['further prompt audio', { aux_ref_audio_paths: ['/tmp/a.wav'] }, /aux_ref_audio_paths/], ['batch_size 0', { batch_size: 0 }, /batch_size/], ['top_k 0', { top_k: 0 }, /top_k/],
    ['speed_factor 0', { speed_factor: 0 }, /speed_factor/], ['fragments', { return_fragment: true }, /return_fragment/], ['cut9', { text_split_method: 'cut9' }, /text_split_method/],
  ])('refuses %s in words', async (_, change, message) => {
    const response = await guide({ text: 'Hello', ref_audio_path: 'tom', ...change });
    expect([response.status, response.headers.get('content-type'), response.headers.get('x-error-code')]).toEqual([400, 'text/plain; charset=utf-8', 'SERVING_REQUEST_INVALID']);
    expect(await response.text()).toMatch(message);
  });
});

describe('the other routes', () => {
  it('lists models and voices in the shapes that clients read', async () => {
    expect(await (await fetch(`${gateway.url}/v1/models`)).json()).toEqual({ object: 'list', data: [{ id: 'gpt-sovits', object: 'model', created: 0, owned_by: 'voxtune' }] });
    const listed = (await (await fetch(`${gateway.url}/v1/audio/voices`)).json()) as { voices: object[]; data: object[]; object: string };
    expect(listed.object).toBe('list');
    expect(listed.voices).toMatchObject([{ id: 'mei-美', name: 'mei-美', language: 'zh', engine: 'stand-in' }, { id: 'tom', name: 'tom' }]);
    expect(listed.data).toEqual(listed.voices);
    expect(await (await fetch(`${gateway.url}/v1/audio/voices?legacy=true`)).json()).toEqual({ voices: ['mei-美', 'tom'] });
  });

  it('tells that it lives, is ready, and what it did', async () => {
    expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
    expect(await (await fetch(`${gateway.url}/readyz`)).json()).toMatchObject({ status: 'ready', workers: [{ state: 'ready' }] });
    const text = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(text).toMatch(/^voxtune_http_requests_total\{route="\/v1\/audio\/speech",method="POST",status="200"\} \d+$/m);
    expect(text).toMatch(/^voxtune_synthesis_duration_seconds_count\{voice="tom",mode="whole"\} \d+$/m);
    expect(text).toMatch(/^voxtune_worker_up\{worker="0"\} 1$/m);
    expect(text).toMatch(/^voxtune_audio_seconds_total [\d.]+$/m);
  });

  it('answers what it does not know in the same shape', async () => {
    const response = await fetch(`${gateway.url}/v1/../tts?x=1`);
    expect([response.status, (await errorOf(response))['code']]).toEqual([404, 'SERVING_ROUTE_UNKNOWN']);
  });
});
