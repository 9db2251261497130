// What a careless or hostile caller may send: each gets a clear answer or a closed connection, and the next caller is served.
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Gateway } from '../src/http/gateway.js';
import { bytesOf, openBench, post, type Bench } from './support/gateway.js';
import { readSaying } from './support/saying.js';

let bench: Bench;
let gateway: Gateway;
const sockets: Socket[] = [];
beforeAll(async () => {
  bench = await openBench();
  gateway = await bench.gateway({ voices: [await bench.voice('ann')], ffmpeg: null, arrivalMs: 1500, deadlineMs: 3000 });
});
afterEach(async () => {
  sockets.splice(0).forEach((socket) => socket.destroy());
  const response = await post(`${gateway.url}/v1/audio/speech`, { input: 'The next caller', response_format: 'wav' }); // after each of these
  expect(readSaying(await bytesOf(response)).text).toContain('The next caller');
});
afterAll(() => bench.close());

const codeOf = async (response: Response): Promise<unknown> => ((await response.json()) as { error: { code: unknown } }).error.code;
const raw = async (text: string | Uint8Array): Promise<Socket> => {
  const socket = connect(gateway.port, '127.0.0.1').on('error', () => undefined);
  sockets.push(socket);
  await new Promise<void>((ready) => socket.once('connect', () => ready()));
  socket.write(text);
  return socket;
};
const request = (path: string, body: string, length = Buffer.byteLength(body)): string => `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n${body}`;
const answerOf = (socket: Socket): Promise<string> => new Promise((whole) => {
  let text = '';
  socket.on('data', (piece: Buffer) => { text += piece.toString('latin1'); }).on('close', () => whole(text));
});

describe.each(['/v1/audio/speech', '/v1/voxtune/speech', '/synthesize'])('POST %s', (path) => {
  const field = path === '/v1/audio/speech' ? 'input' : 'text';
  const form = path === '/synthesize' ? {} : path === '/v1/audio/speech' ? { response_format: 'wav' } : { format: 'wav' };
  const failure = async (response: Response): Promise<unknown> => (path === '/synthesize' ? response.headers.get('x-error-code') : await codeOf(response));
  const send = async (body: unknown): Promise<unknown[]> => {
    const response = await post(`${gateway.url}${path}`, body);
    return [response.status, await failure(response)];
  };
  it.each([
    ['JSON that breaks off', '{"', 400], ['a list', '[1]', 400], ['a number', '7', 400], ['null', 'null', 400], ['nothing', '', 400], ['deep nesting', `${'['.repeat(50_000)}${']'.repeat(50_000)}`, 400],
    ['a prototype', '{"__proto__": {"voice": "ann"}}', 400], ['bytes that are no UTF-8', '{"x": "\u0000"}', 400], ['a body over the limit', `{"x": "${'a'.repeat(200_000)}"}`, 413],
  ])('refuses %s', async (_, body, status) => {
    expect(await send(body)).toEqual([status, status === 413 ? 'SERVING_BODY_TOO_LARGE' : 'SERVING_REQUEST_INVALID']);
  });
  it.each([
    ['no text', undefined, 'INVALID'], ['an empty text', '', 'INVALID'], ['blanks', ' \n\t ', 'INVALID'], ['a number', 7, 'INVALID'], ['a list', ['Hello'], 'INVALID'], ['an object', { a: 1 }, 'INVALID'], ['true', true, 'INVALID'],
    ['a zero byte', 'a\u0000b', 'INVALID'], ['an escape', 'a\u001b[31mb', 'INVALID'], ['DEL', 'a\u007fb', 'INVALID'], ['100 000 characters', 'a'.repeat(100_000), 'LONG'],
  ])('refuses %s for a text', async (_, text, code) => {
    expect(await send({ ...form, [field]: text })).toEqual([400, code === 'LONG' ? 'SERVING_TEXT_TOO_LONG' : 'SERVING_REQUEST_INVALID']);
  });
  it('speaks a text with half a surrogate pair, and one of emoji, as it can', async () => {
    for (const text of ['Hello \ud800 there', 'Hello 👩‍👩‍👧 there']) expect((await post(`${gateway.url}${path}`, { ...form, [field]: text })).status).toBe(200);
  });
});

it.each([['POST', '/tts'], ['GET', '/tts?text=hi'], ['GET', '/control?command=exit'], ['GET', '/set_gpt_weights?weights_path=/etc/passwd'], ['GET', '/set_sovits_weights?weights_path=x'], ['GET', '/set_refer_audio?refer_audio_path=x'], ['GET', '/set_model'], ['POST', '/change_refer'], ['GET', '/docs']])('keeps the engine’s own %s %s from callers', async (method, path) => {
  const response = await fetch(`${gateway.url}${path}`, { method });
  expect([response.status, await codeOf(response)]).toEqual([404, 'SERVING_ROUTE_UNKNOWN']);
});

it.each(['/v1/models/..%2f..%2fetc%2fpasswd', '/assets/../../../etc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/..\\..\\windows\\win.ini', '/%00', '/%ff', '//evil.example/', '/v1/audio/voices/../../x'])('opens nothing at %s', async (path) => {
  const socket = await raw(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n`);
  expect(await answerOf(socket)).toMatch(/^HTTP\/1\.1 (400|404) [^]*SERVING_(ROUTE_UNKNOWN|REQUEST_INVALID)/);
});

it('answers what is no HTTP by closing', async () => {
  for (const text of ['\u0016\u0003\u0001\u0002\u0000\u0001', 'GET\r\n\r\n', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'a'.repeat(100_000)}\r\n\r\n`]) expect(await answerOf(await raw(text))).toMatch(/^(HTTP\/1\.1 4\d\d |$)/);
});

it('gives up on who sends headers or a body drop by drop', async () => {
  const drip = async (start: string): Promise<string> => {
    const socket = await raw(start);
    const timer = setInterval(() => socket.write('a'), 100);
    const answer = await answerOf(socket);
    clearInterval(timer);
    return answer;
  };
  const answers = await Promise.all([drip('GET /healthz HTTP/1.1\r\nx-slow: '), drip(request('/v1/audio/speech', '{"input": "', 100_000))]);
  for (const answer of answers) expect(answer).toMatch(/^(HTTP\/1\.1 408 |$)/);
});

it('closes who stops in the middle of a body, and serves others meanwhile', async () => {
  const stuck = await Promise.all(Array.from({ length: 50 }, () => raw(request('/v1/audio/speech', '{"input": ', 1000))));
  expect((await post(`${gateway.url}/v1/audio/speech`, { input: 'Meanwhile', response_format: 'wav' })).status).toBe(200);
  await Promise.all(stuck.map(answerOf));
});

it('does not keep an engine, nor lose one, for a caller that never reads', async () => {
  const sentence = `${'word '.repeat(20)}end. `; // some 26 s of speech
  const own = await bench.gateway({ voices: [await bench.voice('cho')], ffmpeg: null, deadlineMs: 8000 });
  const socket = connect(own.port, '127.0.0.1').on('error', () => undefined).pause();
  sockets.push(socket);
  socket.write(request('/v1/audio/speech', JSON.stringify({ input: sentence.repeat(14), response_format: 'wav', stream_format: 'audio' })));
  await new Promise((next) => setTimeout(next, 200));
  const before = process.memoryUsage().rss;
  const other = await post(`${own.url}/v1/audio/speech`, { input: 'Somebody else', response_format: 'wav' }); // waits until the engine is free again
  expect([other.status, own.workers[0]?.restarts.hung]).toEqual([200, undefined]);
  expect((process.memoryUsage().rss - before) / 2 ** 20).toBeLessThan(100); // of six minutes of speech one waits
  await own.close();
});

it('survives callers that hang up at every moment', async () => {
  const body = request('/v1/audio/speech', JSON.stringify({ input: 'Some sentence to speak', response_format: 'wav' }));
  for (let at = 10; at <= body.length; at += 17) (await raw(body.slice(0, at))).destroy();
  for (const ms of [0, 1, 5, 20]) {
    const socket = await raw(body);
    await new Promise((next) => setTimeout(next, ms));
    socket.resetAndDestroy();
  }
  await expect.poll(async () => ((await (await fetch(`${gateway.url}/readyz`)).json()) as { waiting: number }).waiting).toBe(0);
});

/** A file system of 200 KiB; null where this user may not mount one. */
async function tinyDisk(): Promise<{ readonly dir: string; readonly unmount: () => void } | null> {
  const dir = await mkdtemp(join(tmpdir(), 'voxtune-tiny-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=200k', 'tmpfs', dir], { stdio: 'ignore' });
    return { dir, unmount: () => execFileSync('umount', ['-l', dir], { stdio: 'ignore' }) };
  } catch {
    await rm(dir, { recursive: true, force: true });
    return null;
  }
}
const disk = await tinyDisk();
afterAll(async () => {
  if (disk === null) return;
  disk.unmount();
  await rm(disk.dir, { recursive: true, force: true });
});

describe.skipIf(disk === null)('a full disk (skipped where no tmpfs can be mounted)', () => {
  beforeEach(() => mkdir(join(disk?.dir ?? '', 'cache'), { recursive: true }));
  it('under the cache costs time, not answers, and leaves no half-written file', async () => {
    const dir = join(disk?.dir ?? '', 'cache');
    const full = await bench.gateway({ voices: [await bench.voice('bea')], ffmpeg: null, cache: { dir } });
    const kept: (string | null)[] = [];
    for (let n = 0; n < 6; n += 1) {
      const response = await post(`${full.url}/v1/audio/speech`, { input: `Some words ${n}`, response_format: 'wav' });
      expect(response.status).toBe(200);
      await response.arrayBuffer();
      kept.push(response.headers.get('x-voxtune-cache'));
    }
    expect(kept).toContain('not-kept');
    expect((await readdir(dir)).filter((name) => !name.endsWith('.answer'))).toEqual([]);
    expect((await full.prerender([{ voice: 'bea', input: 'Some other words', response_format: 'wav' }])).failed).toMatchObject([{ code: 'SERVING_CACHE_FULL' }]);
    await full.close();
  });
});
