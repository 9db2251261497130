import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { bytesOf, openBench, post, type Bench } from '../../test/support/gateway.js';
import { readSaying } from '../../test/support/saying.js';
import type { Gateway } from './gateway.js';

const noFfmpeg = spawnSync('ffmpeg', ['-version']).error !== undefined;

let bench: Bench;
beforeEach(async () => { bench = await openBench(); });
afterEach(() => bench.close());

const speech = (gateway: Gateway, body: object, init: RequestInit = {}): Promise<Response> => post(`${gateway.url}/v1/audio/speech`, { voice: 'ann', ...body }, init);
type SpeechEvent = { readonly type: string; readonly audio?: string; readonly usage?: object; readonly error?: { readonly code: string } };
const eventsOf = (text: string): readonly SpeechEvent[] => text.split('\n\n').filter((one) => one !== '').map((one) => JSON.parse(one.replace(/^data: /, '')) as SpeechEvent);
const WORDS = 'The first sentence is here. The second one follows it. And the third ends it.';

it('sends the same speech in chunks as whole, with a first piece before the last is spoken', async () => {
  const gateway = await bench.gateway({ voices: [await bench.voice('ann')], engine: { speakMs: 400 } });
  const startedMs = performance.now();
  const response = await speech(gateway, { input: WORDS, response_format: 'wav', stream_format: 'audio' });
  expect([response.status, response.headers.get('content-type'), response.headers.get('content-length')]).toEqual([200, 'audio/wav', null]);
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const pieces: Uint8Array[] = [];
  const atMs: number[] = [];
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    pieces.push(next.value);
    atMs.push(performance.now() - startedMs);
  }
  const streamed = Buffer.concat(pieces);
  expect(streamed.toString('latin1', 0, 4)).toBe('RIFF');
  expect(streamed.readUInt32LE(40)).toBe(0xffff_ffff);
  expect(readSaying(streamed)).toMatchObject({ promptText: 'I am ann', crowded: false });
  expect(atMs.at(-1)! - atMs[0]!).toBeGreaterThan(300); // two more sentences of 400 ms were spoken after the first
});

it.each([['pcm', 24_000], ['mulaw', 8000]])('streams %s at its own rate without seams', async (format, rateHz) => {
  const gateway = await bench.gateway({ voices: [await bench.voice('ann')] });
  const response = await speech(gateway, { input: WORDS, response_format: format, stream_format: 'audio' });
  expect(response.headers.get('x-voxtune-sample-rate-hz')).toBe(String(rateHz));
  const own = await bytesOf(await speech(gateway, { input: WORDS, response_format: 'wav', stream_format: 'audio' }));
  const samples = (await bytesOf(response)).byteLength / (format === 'pcm' ? 2 : 1);
  expect(samples).toBe(Math.ceil((((own.byteLength - 44) / 2) * rateHz) / 32_000));
});

it('sends events with the audio in base64, and what it took', async () => {
  const gateway = await bench.gateway({ voices: [await bench.voice('ann')] });
  const response = await speech(gateway, { input: WORDS, response_format: 'wav', stream_format: 'sse' });
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  const events = eventsOf(await response.text());
  const audio = Buffer.concat(events.flatMap(({ audio: piece }) => (piece === undefined ? [] : [Buffer.from(piece, 'base64')])));
  expect(readSaying(audio).promptText).toBe('I am ann');
  const seconds = (audio.byteLength - 44) / 64_000;
  const spoken = Math.round(seconds * 25);
  expect(events.at(-1)).toEqual({ type: 'speech.audio.done', usage: { input_tokens: WORDS.length, output_tokens: spoken, total_tokens: WORDS.length + spoken } });
});

it.skipIf(noFfmpeg)(`streams mp3 that ffmpeg made on the way${noFfmpeg ? ' (skipped: no ffmpeg)' : ''}`, async () => {
  const gateway = await bench.gateway({ voices: [await bench.voice('ann')] });
  const response = await speech(gateway, { input: WORDS, stream_format: 'audio' });
  expect(response.headers.get('content-type')).toBe('audio/mpeg');
  const { stdout } = spawnSync('ffmpeg', ['-v', 'error', '-f', 'mp3', '-i', 'pipe:0', '-f', 's16le', 'pipe:1'], { input: await bytesOf(response), maxBuffer: 2 ** 26 });
  const own = await bytesOf(await speech(gateway, { input: WORDS, response_format: 'wav' }));
  expect(Math.abs(stdout.byteLength / 64_000 - (own.byteLength - 44) / 64_000)).toBeLessThan(0.2);
});

it('answers with an error when nothing was spoken yet, trying once more before', async () => {
  const gateway = await bench.gateway({ voices: [await bench.voice('ann')], engine: { faults: [{ kind: 'silence', text: 'mute' }, { kind: 'refuse', text: 'bad' }] } });
  for (const [input, status, code] of [['mute text', 502, 'SERVING_ENGINE_SILENT'], ['bad text', 502, 'SERVING_ENGINE_REFUSED']]) {
    const response = await speech(gateway, { input, response_format: 'wav', stream_format: 'sse' });
    expect([response.status, ((await response.json()) as { error: { code: string } }).error.code]).toEqual([status, code]);
  }
});

it('never lets a cut stream look whole: the connection breaks, or an event says so', async () => {
  const gateway = await bench.gateway({ voices: [await bench.voice('ann')], engine: { faults: [{ kind: 'drop', text: 'second' }] } });
  const cut = await speech(gateway, { input: WORDS, response_format: 'wav', stream_format: 'audio' });
  if (cut.status === 200) await expect(cut.arrayBuffer()).rejects.toThrow();
  else expect(cut.status).toBe(502);
  const told = await speech(gateway, { input: WORDS, response_format: 'wav', stream_format: 'sse' });
  const text = await told.text();
  if (told.status === 200) expect(eventsOf(text).at(-1)).toMatchObject({ type: 'speech.audio.error', error: { code: 'SERVING_ENGINE_LOST' } });
  else expect(told.status).toBe(502);
  expect([cut.status, told.status]).toContain(200); // the cut came after some of it was spoken
});

it('frees the worker when a reader leaves in the middle', async () => {
  const gateway = await bench.gateway({ voices: [await bench.voice('ann')], engine: { speakMs: 200 } });
  const leaving = new AbortController();
  const response = await speech(gateway, { input: WORDS, response_format: 'wav', stream_format: 'audio' }, { signal: leaving.signal });
  await (response.body as ReadableStream<Uint8Array>).getReader().read();
  leaving.abort();
  const next = await speech(gateway, { input: 'Another sentence', response_format: 'wav' });
  expect(readSaying(await bytesOf(next))).toMatchObject({ crowded: false, text: expect.stringContaining('Another sentence') });
});
