import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bytesOf, openBench, post, type Bench } from '../../test/support/gateway.js';
import type { Gateway } from './gateway.js';

const noFfmpeg = spawnSync('ffmpeg', ['-version']).error !== undefined;
const title = (text: string): string => (noFfmpeg ? `${text} (skipped: no ffmpeg)` : text);

let bench: Bench;
let gateway: Gateway;
let cacheDir: string;
beforeAll(async () => {
  bench = await openBench();
  cacheDir = await mkdtemp(join(tmpdir(), 'voxtune-answers-'));
  gateway = await bench.gateway({ voices: [await bench.voice('ann')], cache: { dir: cacheDir }, engine: { speakMs: 100 } });
});
afterAll(async () => {
  await bench.close();
  await rm(cacheDir, { recursive: true, force: true });
});
const say = (body: object, init: RequestInit = {}): Promise<Response> => post(`${gateway.url}/v1/audio/speech`, { voice: 'ann', ...body }, init);
const decode = (bytes: Uint8Array, args: readonly string[], rateHz: number): Int16Array => {
  const { stdout, status, stderr } = spawnSync('ffmpeg', ['-v', 'error', ...args, '-i', 'pipe:0', '-ac', '1', '-ar', String(rateHz), '-f', 's16le', 'pipe:1'], { input: bytes, maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(stderr.toString());
  return new Int16Array(stdout.buffer, stdout.byteOffset, stdout.byteLength >> 1);
};

describe('formats', () => {
  it.skipIf(noFfmpeg).each([
    ['mp3', 'audio/mpeg', 'mp3'], ['opus', 'audio/ogg; codecs=opus', 'ogg'], ['aac', 'audio/aac', 'aac'], ['flac', 'audio/flac', 'flac'],
  ])(title('%s is what it says, whole, and as long as the speech'), async (format, type, demuxer) => {
    const response = await say({ input: 'A sentence to be encoded', response_format: format });
    expect([response.status, response.headers.get('content-type'), response.headers.get('x-voxtune-warning')]).toEqual([200, type, null]);
    const sec = Number(response.headers.get('x-voxtune-duration-sec'));
    expect(Math.abs(decode(await bytesOf(response), ['-f', demuxer], 32_000).length / 32_000 - sec)).toBeLessThan(0.1); // encoders pad to whole frames
  });

  it.skipIf(noFfmpeg)(title('mp3 is the default, and SDKs that accept any bytes get it'), async () => {
    const response = await say({ input: 'No format asked for' }, { headers: { accept: 'application/octet-stream' } });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'audio/mpeg']);
    expect(await (await fetch(`${gateway.url}/readyz`)).json()).toMatchObject({ formats: ['mp3', 'opus', 'aac', 'flac', 'wav', 'pcm', 'mulaw', 'alaw'] });
  });

  it.skipIf(noFfmpeg).each([['mulaw'], ['alaw']])(title('%s decodes, by ffmpeg, to the speech at 8 kHz'), async (format) => {
    const wav = decode(await bytesOf(await say({ input: 'On the telephone', response_format: 'wav', sample_rate: 8000 })), ['-f', 'wav'], 8000);
    const coded = await bytesOf(await say({ input: 'On the telephone', response_format: format }));
    const heard = decode(coded, ['-f', format, '-ar', '8000'], 8000);
    expect(heard.length).toBe(wav.length);
    let [signal, noise] = [0, 0];
    wav.forEach((value, index) => { signal += value ** 2; noise += (value - (heard[index] ?? 0)) ** 2; });
    expect(10 * Math.log10(signal / noise)).toBeGreaterThan(33); // G.711: about 38 dB at speech levels
  });
});

describe('the cache', () => {
  it('gives the same answer again without asking the engine', async () => {
    const first = await say({ input: 'Please hold the line', response_format: 'wav' });
    const before = await spoken();
    const again = await say({ input: 'Please hold the line', response_format: 'wav' });
    expect([first, again].map(({ headers }) => headers.get('x-voxtune-cache'))).toEqual(['miss', 'hit']);
    expect(await bytesOf(again)).toEqual(await bytesOf(first));
    expect((await spoken()) - before).toBe(0);
    expect(again.headers.get('x-voxtune-voice-version')).toBe(first.headers.get('x-voxtune-voice-version'));
  });

  it.each([['other text', { input: 'Please hold the line.' }], ['another speed', { speed: 1.5 }], ['another rate', { sample_rate: 16_000 }], ['another format', { response_format: 'pcm' }]])('does not take %s for the same', async (_, change) => {
    await say({ input: 'Please hold the line', response_format: 'wav' });
    expect((await say({ input: 'Please hold the line', response_format: 'wav', ...change })).headers.get('x-voxtune-cache')).toBe('miss');
  });

  it('speaks equal requests at the same time once', async () => {
    const before = await spoken();
    const answers = await Promise.all(Array.from({ length: 5 }, () => say({ input: 'All at once', response_format: 'wav' })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect((await spoken()) - before).toBe(1);
  });

  it('speaks anew for who asks for that', async () => {
    const before = await spoken();
    for (let n = 0; n < 2; n += 1) await say({ input: 'Fresh, please', response_format: 'wav' }, { headers: { 'cache-control': 'no-cache' } });
    expect((await spoken()) - before).toBe(2);
  });

  it('goes on speaking when its folder is gone', async () => {
    await rm(cacheDir, { recursive: true, force: true });
    const response = await say({ input: 'Without a cache', response_format: 'wav' });
    expect([response.status, response.headers.get('x-voxtune-cache')]).toEqual([200, 'not-kept']);
  });
});

const spoken = async (): Promise<number> => Number(/^voxtune_synthesis_duration_seconds_count\{voice="ann",mode="whole"\} (\d+)$/m.exec(await (await fetch(`${gateway.url}/metrics`)).text())?.[1] ?? 0);
