// Voices that come and go while the gateway runs.
import { encodeWav } from '@voxtune/audio';
import { appendFile, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { hashKey } from '../src/access/keys.js';
import type { Gateway } from '../src/http/gateway.js';
import { bytesOf, openBench, post, type Bench } from './support/gateway.js';
import { readSaying } from './support/saying.js';

let bench: Bench;
beforeEach(async () => { bench = await openBench(); });
afterEach(() => bench.close());

const RATE = 16_000;
const tone = (seconds: number, level = 0.3): Uint8Array => encodeWav({ sampleRateHz: RATE, channels: [Float32Array.from({ length: Math.round(RATE * seconds) }, (_, n) => level * Math.sin(n / 8))] });
const FIELDS = { name: 'eve', text: 'How may I help you?', language: 'en', consent: 'form 7 of 2026' };
const form = (fields: Readonly<Record<string, string>> = FIELDS, audio: Uint8Array | null = tone(4)): FormData => {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  if (audio !== null) data.set('audio_sample', new Blob([new Uint8Array(audio)]), '../../etc/passwd');
  return data;
};
const upload = (gateway: Gateway, body: FormData, headers: Record<string, string> = {}): Promise<Response> => fetch(`${gateway.url}/v1/audio/voices`, { method: 'POST', body, headers });
const revoke = (gateway: Gateway, id: string, headers: Record<string, string> = {}): Promise<Response> => fetch(`${gateway.url}/v1/audio/voices/${id}`, { method: 'DELETE', headers });
const say = (gateway: Gateway, voice: string, input = 'Hello there', headers: Record<string, string> = {}): Promise<Response> => post(`${gateway.url}/v1/audio/speech`, { input, voice, response_format: 'wav' }, { headers });
const outcome = async (response: Response): Promise<unknown[]> => [response.status, ((await response.json()) as { error?: { code?: string } }).error?.code];
const open = async ({ voices, ...options }: Partial<Parameters<Bench['gateway']>[0]> = {}): Promise<Gateway> => bench.gateway({ voices: voices ?? [await bench.voice('ann')], ffmpeg: null, uploads: { dir: join(bench.dir, 'uploads') }, ...options });

it('speaks with an uploaded prompt and the weights of another voice, also after a new start', async () => {
  const first = await open();
  const made = await upload(first, form());
  expect([made.status, await made.json()]).toEqual([201, { id: 'eve', name: 'eve', object: 'voice', language: 'en', version: expect.stringMatching(/^[0-9a-f]{16}$/), base: 'ann' }]);
  const check = async (gateway: Gateway): Promise<void> => {
    const said = readSaying(await bytesOf(await say(gateway, 'eve')));
    expect([said.promptText, said.gpt.endsWith('/ann/gpt.ckpt'), /\/uploads\/eve\/prompt-[0-9a-f]{16}\.wav$/.test(said.prompt)]).toEqual(['How may I help you?', true, true]);
  };
  await check(first);
  await first.close();
  await check(await open());
  expect(JSON.parse(await readFile(join(bench.dir, 'uploads/eve/voice.json'), 'utf8'))).toMatchObject({ consent: 'form 7 of 2026', owner: 'local', base: { voice: 'ann' } });
});

it.each([
  ['no file', form(FIELDS, null), 'SERVING_UPLOAD_INVALID'],
  ['a path where the file belongs', form({ ...FIELDS, audio_sample: '/etc/passwd' }, null), 'SERVING_UPLOAD_INVALID'],
  ['a name that is a path', form({ ...FIELDS, name: '../ann' }), 'SERVING_UPLOAD_INVALID'],
  ['no consent', form({ name: 'eve', text: 'Hello', language: 'en' }), 'SERVING_UPLOAD_INVALID'],
  ['an unknown language', form({ ...FIELDS, language: 'xx' }), 'SERVING_UPLOAD_INVALID'],
  ['an unknown field', form({ ...FIELDS, path: 'x' }), 'SERVING_UPLOAD_INVALID'],
  ['too short a sample', form(FIELDS, tone(2)), 'SERVING_UPLOAD_INVALID'],
  ['too long a sample', form(FIELDS, tone(10.5)), 'SERVING_UPLOAD_INVALID'],
  ['a silent sample', form(FIELDS, tone(4, 0.001)), 'SERVING_UPLOAD_INVALID'],
  ['text that is no audio', form(FIELDS, new TextEncoder().encode('#EXTM3U\nfile:///etc/passwd\n'.repeat(100))), 'SERVING_UPLOAD_INVALID'],
  ['weights of a voice that is not there', form({ ...FIELDS, voice: 'nobody' }), 'SERVING_VOICE_UNKNOWN'],
  ['a name that is taken', form({ ...FIELDS, name: 'ann' }), 'SERVING_VOICE_DUPLICATE'],
])('refuses %s, and keeps nothing', async (_, body, code) => {
  const gateway = await open();
  expect((await outcome(await upload(gateway, body)))[1]).toBe(code);
  expect(await readdir(join(bench.dir, 'uploads'))).toEqual([]);
  expect((await say(gateway, 'ann')).status).toBe(200);
});

it('bounds the size of a form and the number of voices', async () => {
  const gateway = await open({ uploads: { dir: join(bench.dir, 'uploads'), maxBytes: 200_000, maxVoices: 1 } });
  expect(await outcome(await upload(gateway, form(FIELDS, tone(9))))).toEqual([413, 'SERVING_BODY_TOO_LARGE']);
  expect((await upload(gateway, form())).status).toBe(201);
  expect(await outcome(await upload(gateway, form({ ...FIELDS, name: 'fay', voice: 'ann' })))).toEqual([409, 'SERVING_UPLOADS_FULL']);
});

it('refuses a revoked voice at once: in the queue, under way, in the cache, and after a new start', async () => {
  const dir = join(bench.dir, 'cache');
  const gateway = await open({ voices: [await bench.voice('ann'), await bench.voice('bob')], cache: { dir }, engine: { speakMs: 1500 } });
  expect((await say(gateway, 'bob', 'Cached')).status).toBe(200);
  expect((await upload(gateway, form({ ...FIELDS, voice: 'bob' }))).status).toBe(201);
  const waiting = [say(gateway, 'bob', 'Under way'), say(gateway, 'bob', 'In the queue'), say(gateway, 'ann', 'Another voice')];
  await new Promise((next) => setTimeout(next, 150));
  const done = await revoke(gateway, 'bob');
  expect([done.status, await done.json()]).toEqual([200, { id: 'bob', object: 'voice.revoked', revoked: true, alsoRevoked: ['eve'], answersDropped: 1 }]);
  const [underWay, queued, other] = await Promise.all(waiting);
  expect([await outcome(underWay as Response), await outcome(queued as Response), other?.status]).toEqual([[410, 'SERVING_VOICE_REVOKED'], [410, 'SERVING_VOICE_REVOKED'], 200]);
  for (const voice of ['bob', 'eve']) expect(await outcome(await say(gateway, voice, 'Cached'))).toEqual([410, 'SERVING_VOICE_REVOKED']);
  expect(await outcome(await upload(gateway, form({ ...FIELDS, voice: 'ann' })))).toEqual([410, 'SERVING_VOICE_REVOKED']); // a revoked name is not given again
  expect(await readdir(dir)).toHaveLength(1); // the other voice's
  await gateway.close();
  await appendFile(join(bench.dir, 'uploads/revoked.jsonl'), '{"v":1,"voi'); // as a killed process may leave it
  const again = await open({ voices: [await bench.voice('ann'), await bench.voice('bob')] });
  expect(await (await fetch(`${again.url}/v1/audio/voices?legacy=true`)).json()).toEqual({ voices: ['ann'] });
  await again.close();
  await expect(open({ voices: [await bench.voice('bob')] })).rejects.toMatchObject({ code: 'SERVING_VOICE_REVOKED' });
});

it('breaks a stream of a voice that is revoked meanwhile', async () => {
  const gateway = await open({ engine: { speakMs: 200 } });
  const response = await post(`${gateway.url}/v1/audio/speech`, { input: 'One sentence. Two sentences. Three sentences. Four sentences. Five sentences.', voice: 'ann', response_format: 'wav', stream_format: 'sse' });
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  await reader.read();
  await revoke(gateway, 'ann');
  let text = '';
  for (let next = await reader.read(); !next.done; next = await reader.read()) text += Buffer.from(next.value).toString();
  expect(text.trim().split('\n\n').at(-1)).toMatch(/speech\.audio\.error.*SERVING_VOICE_REVOKED/);
});

it('lets only keys that may manage voices, and shows an uploaded voice to its owner', async () => {
  const key = (id: string, more: object) => ({ id, sha256: hashKey(`the-secret-of-${id}`), ...more });
  const as = (id: string): Record<string, string> => ({ authorization: `Bearer the-secret-of-${id}` });
  const gateway = await open({ voices: [await bench.voice('ann'), await bench.voice('bob')], keys: [key('speaker', { voices: ['ann'] }), key('manager', { voices: ['ann'], manageVoices: true })] });
  expect(await outcome(await upload(gateway, form({ ...FIELDS, voice: 'ann' }), as('speaker')))).toEqual([403, 'SERVING_SCOPE']);
  expect(await outcome(await upload(gateway, form({ ...FIELDS, voice: 'bob' }), as('manager')))).toEqual([404, 'SERVING_VOICE_UNKNOWN']);
  expect((await upload(gateway, form({ ...FIELDS, voice: 'ann' }), as('manager'))).status).toBe(201);
  expect([(await say(gateway, 'eve', 'Hello', as('manager'))).status, (await say(gateway, 'eve', 'Hello', as('speaker'))).status]).toEqual([200, 404]);
  expect(await outcome(await revoke(gateway, 'eve', as('speaker')))).toEqual([403, 'SERVING_SCOPE']);
  expect((await revoke(gateway, 'eve', as('manager'))).status).toBe(200);
  expect(await outcome(await revoke(gateway, 'bob', as('manager')))).toEqual([404, 'SERVING_VOICE_UNKNOWN']);
});

it('has no such routes where it was not asked for', async () => {
  const gateway = await bench.gateway({ voices: [await bench.voice('ann')], ffmpeg: null });
  expect([(await upload(gateway, form())).status, (await revoke(gateway, 'ann')).status]).toEqual([404, 404]);
});
