// Long texts, subtitles, emotions, lexicon, checked speech, batches, pre-rendering: what the gateway does beyond passing a text on.
import { createHash } from 'node:crypto';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Validator } from '@seriousme/openapi-schema-validator';
import { parsePhrases } from '../src/http/prerender.js';
import type { Gateway } from '../src/http/gateway.js';
import { planGuidePorts } from '../src/http/guide-ports.js';
import { cutAtSentences } from '../src/speak/speak-script.js';
import { planBatch } from '../src/speak/speech-service.js';
import type { Voice } from '../src/voice/read-voice.js';
import { bytesOf, openBench, post, type Bench } from './support/gateway.js';
import { readSaying } from './support/saying.js';

let bench: Bench;
beforeEach(async () => { bench = await openBench(); });
afterEach(() => bench.close());

const RATE = 32_000;
const native = (gateway: Gateway, body: object): Promise<Response> => post(`${gateway.url}/v1/voxtune/speech`, { format: 'wav', ...body });
const samplesOf = (wav: Uint8Array): Int16Array => new Int16Array(Uint8Array.from(wav.subarray(44)).buffer);
const filed = async (dir: string, path: string): Promise<{ path: string; sha256: string }> => {
  await writeFile(join(dir, path), path);
  return { path, sha256: createHash('sha256').update(path).digest('hex') };
};

it('passes on everything that the engine can be told', async () => {
  const seen: object[] = [];
  const gateway = await bench.gateway({ voices: [await bench.voice('ann')], ffmpeg: null, connect: () => ({ setWeights: async () => undefined, setPrompt: async () => undefined, stream: () => { throw new Error('not asked for'); }, async synthesize(request) {
    seen.push(request);
    return { audio: { samples: Float32Array.of(0.1, 0.2), sampleRateHz: RATE, channels: 1 }, warnings: [] };
  } }) });
  const settings = { speed: 1.5, topK: 3, topP: 0.5, temperature: 0.7, repetitionPenalty: 1.2, seed: 7, splitMethod: 'cut0', batchSize: 4, batchThreshold: 0.6, splitBucket: false, parallelInfer: false, fragmentIntervalSec: 0.1, sampleSteps: 16, superSampling: true };
  expect((await native(gateway, { text: 'Hello there', language: 'EN', ...settings })).status).toBe(200);
  expect(seen).toEqual([expect.objectContaining({ text: 'Hello there', textLanguage: 'en', ...settings, mediaType: 'wav' })]);
  expect((await native(gateway, { text: 'Hello', topk: 3 })).status).toBe(400);
  expect((await native(gateway, { text: 'Hello', stream: 'audio', subtitles: 'srt' })).status).toBe(400);
  expect(await (await native(gateway, { text: 'Hello', verify: true })).text()).toContain('without a judge');
});

it('joins sentences with exact pauses, and tells where each lies', async () => {
  const gateway = await bench.gateway({ voices: [await bench.voice('ann')], ffmpeg: null });
  const response = await native(gateway, { text: 'Good day. [pause:500ms] Goodbye now. And thanks.', subtitles: 'srt', pauseSec: 0.25 });
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
  const told = (await response.json()) as { audio: string; durationSec: number; sentences: { text: string; startSec: number; endSec: number }[]; subtitles: string };
  expect(told.sentences.map(({ text }) => text)).toEqual(['Good day.', 'Goodbye now.', 'And thanks.']);
  const [a, b, c] = told.sentences;
  expect([b!.startSec - a!.endSec, c!.startSec - b!.endSec].map((sec) => Math.round(sec * RATE))).toEqual([16_000, 8000]);
  const samples = samplesOf(Buffer.from(told.audio, 'base64'));
  expect(samples.length / RATE).toBeCloseTo(told.durationSec, 6);
  expect([...samples.subarray(Math.round(a!.endSec * RATE), Math.round(b!.startSec * RATE))].every((value) => value === 0)).toBe(true);
  expect(told.subtitles).toMatch(/^1\n00:00:00,000 --> .*\nGood day\.\n\n2\n/);
});

it('keeps the pauses of a stream, and refuses one that is out of range', async () => {
  const gateway = await bench.gateway({ voices: [await bench.voice('ann')], ffmpeg: null });
  const ask = (input: string, more: object = {}): Promise<Response> => post(`${gateway.url}/v1/audio/speech`, { input, response_format: 'wav', ...more });
  const one = samplesOf(await bytesOf(await ask('Good day.'))).length;
  const streamed = samplesOf(await bytesOf(await ask('[pause:1s]Good day.[pause:250ms]Good day.', { stream_format: 'audio' })));
  expect(streamed.length).toBe(RATE + one + 8000 + one);
  expect(streamed.subarray(0, RATE).every((value) => value === 0)).toBe(true);
  expect((await ask('Hello [pause:90s] there')).status).toBe(400);
  expect((await ask('[pause:1s]…', { stream_format: 'audio' })).status).toBe(400);
});

it('says words as the lexicon of the voice writes them', async () => {
  await bench.voice('ann');
  await writeFile(join(bench.dir, 'ann/lexicon.json'), JSON.stringify({ VIP: 'V I P' }));
  const gateway = await bench.gateway({ voices: [await bench.voice('ann')], ffmpeg: null });
  expect(readSaying(await bytesOf(await native(gateway, { text: 'A VIP guest' }))).text).toContain('A V I P guest');
  await writeFile(join(bench.dir, 'ann/lexicon.json'), '[]');
  await expect(bench.voice('ann')).rejects.toMatchObject({ code: 'SERVING_VOICE_INVALID' });
});

it('speaks an emotion by its prompt audio, and warns of one that is not there', async () => {
  const dir = join(bench.dir, 'ann');
  await mkdir(dir);
  const plain = await bench.voice('ann');
  const voice: Voice = await bench.voice('ann', { prompts: { glad: { ...(await filed(dir, 'glad.wav')), text: 'How nice!', language: 'en' } } });
  expect(voice.version).not.toBe(plain.version);
  const gateway = await bench.gateway({ voices: [voice], ffmpeg: null });
  expect(readSaying(await bytesOf(await native(gateway, { text: 'Hello there', emotion: 'glad' })))).toMatchObject({ promptText: 'How nice!', prompt: join(dir, 'glad.wav') });
  const guide = (emotion: string): Promise<Response> => post(`${gateway.url}/synthesize`, { text: 'Hello there', ref_audio_path: 'ann', emotion });
  expect(readSaying(await bytesOf(await guide('glad'))).promptText).toBe('How nice!');
  const unknown = await guide('furious');
  expect([unknown.headers.get('x-voxtune-warning'), readSaying(await bytesOf(unknown)).promptText]).toEqual(['emotion: ann has no prompt audio for "furious"; it has neutral, glad', 'I am ann']);
  expect((await guide('neutral')).headers.get('x-voxtune-warning')).toBeNull();
  expect(await (await fetch(`${gateway.url}/v1/audio/voices`)).json()).toMatchObject({ voices: [{ emotions: ['neutral', 'glad'] }] });
});

it('has each sentence heard, and tries again what is not understood', async () => {
  const heard: string[] = [];
  const judge = async (_: object, sentence: string, { voice }: { voice: string }): Promise<number> => {
    heard.push(`${voice}: ${sentence}`);
    return heard.length === 2 ? 0.6 : sentence.startsWith('Bad') ? 0.5 : 0.02; // the second is better at the next try, a bad one never
  };
  const gateway = await bench.gateway({ voices: [await bench.voice('ann')], ffmpeg: null, verify: { judge, maxErrorRate: 0.1, attempts: 2 } });
  const told = (await (await native(gateway, { text: 'Good day. Goodbye now. Bad luck.', subtitles: 'none', verify: true })).json()) as { sentences: { errorRate: number; attempts: number }[]; warnings: string[] };
  expect(told.sentences.map(({ errorRate, attempts }) => [errorRate, attempts])).toEqual([[0.02, 1], [0.02, 2], [0.5, 2]]);
  expect(told.warnings).toEqual([expect.stringContaining('"Bad luck.": error rate 0.50 after 2 tries')]);
  expect(heard).toHaveLength(5);
  await native(gateway, { text: 'Unasked.' });
  expect(heard).toHaveLength(5);
  const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
  expect(metrics).toMatch(/^voxtune_verify_attempts_count 3$/m);
  expect(metrics).toMatch(/^voxtune_badcase_total\{kind="misspoken"\} 1$/m);
});

it('sends nothing that could not be heard, and says why', async () => {
  const gateway = await bench.gateway({ voices: [await bench.voice('ann')], ffmpeg: null, verify: { judge: async () => { throw new Error('the recogniser ended with 3'); }, unasked: true } });
  const told = await native(gateway, { text: 'Good day.' });
  expect([told.status, await told.json()]).toMatchObject([502, { error: { code: 'SERVING_JUDGE_FAILED', message: 'The speech could not be heard: the recogniser ended with 3' } }]);
  expect((await native(gateway, { text: 'Good day.', verify: false })).status).toBe(200);
});

it('has phrases ready before anyone asks, and names those that failed', async () => {
  const dir = join(bench.dir, 'cache');
  const gateway = await bench.gateway({ voices: [await bench.voice('ann'), await bench.voice('bob')], ffmpeg: null, cache: { dir }, engine: { faults: [{ kind: 'refuse', text: 'Forbidden' }] } });
  const phrases = parsePhrases('\uFEFF# of the menu\r\nPress one.\r\n\r\nann\tForbidden words.\n', ['ann', 'bob']).map((phrase) => ({ ...phrase, response_format: 'mulaw' }));
  expect(phrases.map(({ voice, input }) => `${voice}: ${input}`)).toEqual(['ann: Press one.', 'bob: Press one.', 'ann: Forbidden words.']);
  const progress: number[] = [];
  const first = await gateway.prerender(phrases, { onProgress: ({ done }) => progress.push(done) });
  expect(first).toMatchObject({ made: 2, kept: 0, failed: [{ phrase: { voice: 'ann' }, code: 'SERVING_ENGINE_REFUSED' }] });
  expect([progress, (await readdir(dir)).length]).toEqual([[1, 2, 3], 2]);
  expect(await gateway.prerender(phrases.slice(0, 2))).toEqual({ made: 0, kept: 2, failed: [] });
  const asked = await post(`${gateway.url}/v1/audio/speech`, { voice: 'bob', input: 'Press one.', response_format: 'mulaw' });
  expect(asked.headers.get('x-voxtune-cache')).toBe('hit');
});

/** Names whose guide ports nobody listens on now; other programs may use 9000 to 9099 too. */
async function namesWithFreePorts(count: number): Promise<readonly string[]> {
  const names: string[] = [];
  const ports = new Set<number>();
  for (let n = process.pid; names.length < count && n < process.pid + 1000; n += 1) {
    const [[name, port] = ['', 0]] = planGuidePorts([`staff${n}`]);
    if (ports.has(port) || !(await isFree(port))) continue;
    ports.add(port);
    names.push(name);
  }
  return names;
}
const isFree = (port: number): Promise<boolean> => new Promise((resolve) => {
  const probe = createServer();
  probe.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
});

it('listens for each voice on a port of its own, as the guide’s services do (skipped where two of its ports are not free)', async ({ skip }) => {
  const [first, second] = await namesWithFreePorts(2);
  if (first === undefined || second === undefined) return skip('fewer than two ports of 9000 to 9099 are free');
  const voices = [await bench.voice(first), await bench.voice(second)];
  const gateway = await bench.gateway({ voices, ffmpeg: null, guidePorts: true });
  for (const { id } of voices) {
    const at = gateway.guidePorts.get(id) as number;
    expect(at >= 9000 && at < 9100).toBe(true);
    expect(readSaying(await bytesOf(await post(`http://127.0.0.1:${at}/synthesize`, { text: 'Hello there', text_language: 'en' }))).promptText).toBe(`I am ${id}`);
  }
  await expect(bench.gateway({ voices, ffmpeg: null, guidePorts: true })).rejects.toMatchObject({ code: 'SERVING_ADDRESS' });
  await gateway.close();
  await expect(fetch(`http://127.0.0.1:${gateway.guidePorts.get(first)}/healthz`)).rejects.toThrow();
});

it('plans the guide’s ports the same everywhere, each once', () => {
  const names = Array.from({ length: 100 }, (_, n) => `staff${n}`);
  const ports = planGuidePorts(names);
  expect(new Set(ports.values()).size).toBe(100);
  expect([...ports.values()].every((port) => port >= 9000 && port <= 9099)).toBe(true);
  expect(planGuidePorts([...names].reverse())).toEqual(ports);
  expect(planGuidePorts(['staff001'])).toEqual(new Map([['staff001', 9000 + (Number.parseInt(createHash('sha256').update('staff001').digest('hex').slice(0, 8), 16) % 100)]]));
  expect(() => planGuidePorts([...names, 'one more'])).toThrow(expect.objectContaining({ code: 'SERVING_ADDRESS' }));
});

it.each([
  ['one sentence', { text: 'Hello there.' }, 8, {}], ['no room', { text: 'One. Two. Three four.' }, 1, {}], ['the caller’s own', { text: 'One two. Three four.', batchSize: 1 }, 8, {}],
  ['all sentences', { text: 'It is one. It is two. It is three.' }, 8, { batchSize: 3, splitBucket: true }], ['as many as there is room for', { text: 'It is one. It is two. It is three.' }, 2, { batchSize: 2, splitBucket: true }],
  ['no buckets at another speed', { text: 'It is one. It is two.', speed: 1.5 }, 8, { batchSize: 2, splitBucket: false }],
])('batches %s', (_, utterance, most, planned) => expect(planBatch(utterance, most)).toEqual(planned));

it.each([['zh', '您好。请问3.5元吗？可以！', ['您好。', '请问3.5元吗？', '可以！']], ['en', 'It costs 3.5 dollars. Fine? Yes!', ['It costs 3.5 dollars.', 'Fine?', 'Yes!']], ['auto_yue', 'Yes. No.', ['Yes.', 'No.']]])('cuts %s at the ends of sentences', (language, text, sentences) => {
  expect(cutAtSentences(language)(text)).toEqual(sentences);
});

it('describes exactly the routes that it has, in OpenAPI that a validator takes', async () => {
  const gateway = await bench.gateway({ voices: [await bench.voice('ann')], ffmpeg: null, uploads: { dir: join(bench.dir, 'uploads') } });
  const document = (await (await fetch(`${gateway.url}/openapi.json`)).json()) as { paths: Record<string, Record<string, { operationId: string }>> };
  expect((await new Validator().validate(structuredClone(document))).errors).toBeUndefined();
  const operations = Object.entries(document.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));
  expect(operations.sort()).toEqual([
    'DELETE /v1/audio/voices/{id}', 'GET /healthz', 'GET /metrics', 'GET /openapi.json', 'GET /readyz', 'GET /v1/audio/voices', 'GET /v1/models', 'GET /v1/models/{id}',
    'POST /synthesize', 'POST /v1/audio/speech', 'POST /v1/audio/voices', 'POST /v1/voxtune/speech',
  ]);
  expect(new Set(Object.values(document.paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId))).size).toBe(operations.length);
  for (const operation of operations) { // each is there: whatever it answers, it is not "no such route"
    const [method = '', path = ''] = operation.split(' ');
    const answer = await fetch(`${gateway.url}${path.replace('{id}', 'nobody')}`, { method, ...(method === 'POST' ? { body: '{}', headers: { 'content-type': 'application/json' } } : {}) });
    expect(`${operation}: ${await answer.text()}`).not.toMatch(/There is no (GET|POST|DELETE) \//);
  }
});
