import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeWav } from '@voxtune/audio';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClipEntry } from '../manifest.js';
import { engineRecogniser } from './engine-recogniser.js';
import { parseServerAnswer } from './parse-recognition.js';
import { recogniseClips } from './recognise-clips.js';
import { serverRecogniser } from './server-recogniser.js';
import { sherpaRecogniser } from './sherpa-recogniser.js';

let dir = '';
const wav = async (name: string, sec = 1) => {
  const path = join(dir, name);
  await writeFile(path, encodeWav({ sampleRateHz: 16_000, channels: [Float32Array.from({ length: sec * 16_000 }, (_, at) => 0.1 * Math.sin(at / 10))] }, { format: 'pcm16' }));
  return path;
};
const clip = (id: string): ClipEntry => ({ v: 1, id, path: `clips/${id}.wav`, recordingId: 'r', recordingPath: 'r.wav', startSec: 0, endSec: 1, cut: 'slicer', measurements: null, findings: [], kept: true, reason: null });
beforeEach(async () => { dir = await mkdtemp(join(tmpdir(), 'backends-')); });
afterEach(() => rm(dir, { recursive: true, force: true }));

describe('parseServerAnswer', () => {
  it('reads verbose_json: times of segments, the mean probability of a token', () => {
    // The form of OpenAI's API reference, "The transcription object (Verbose JSON)".
    const body = JSON.stringify({ task: 'transcribe', language: 'english', duration: 3, text: ' Hello there. Bye.', segments: [{ id: 0, start: 0, end: 2, text: ' Hello there.', avg_logprob: Math.log(0.9), no_speech_prob: 0.01 }, { id: 1, start: 2, end: 3, text: ' Bye.', avg_logprob: Math.log(0.3) }] });
    const read = parseServerAnswer(body);
    expect(read).toMatchObject({ text: 'Hello there. Bye.', language: 'en', times: [{ text: 'Hello there.', startSec: 0, endSec: 2 }, { text: 'Bye.', startSec: 2, endSec: 3 }] });
    expect(read.confidence).toBeCloseTo(Math.exp((2 * Math.log(0.9) + Math.log(0.3)) / 3), 12);
  });
  it('prefers the times of words', () => expect(parseServerAnswer('{"text": "hi", "words": [{"word": "hi", "start": 0.5, "end": 0.75}], "segments": [{"text": "hi", "start": 0, "end": 1}]}').times).toEqual([{ text: 'hi', startSec: 0.5, endSec: 0.75 }]));
  it.each([['{"text": "您好"}', '您好'], ['plain words\n', 'plain words'], ['{"text": 3}', ''], ['null', ''], ['"quoted"', 'quoted']])('reads %j', (body, text) => expect(parseServerAnswer(body)).toEqual({ text, confidence: null, language: null }));
});

type Answer = (request: IncomingMessage, body: Buffer, response: ServerResponse, at: number) => void;
const withServer = async <T>(answer: Answer, work: (url: string) => Promise<T>): Promise<{ result: T; calls: { body: string; headers: IncomingMessage['headers'] }[] }> => {
  const calls: { body: string; headers: IncomingMessage['headers'] }[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => { calls.push({ body: Buffer.concat(parts).toString('latin1'), headers: request.headers }); answer(request, Buffer.concat(parts), response, calls.length); });
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const address = server.address();
  try {
    return { result: await work(`http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`), calls };
  } finally {
    server.closeAllConnections();
    server.close();
  }
};
const json = (response: ServerResponse, status: number, value: object, headers: Record<string, string> = {}) => { response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value)); };
const quick = { model: 'whisper-1', backoffMs: 1, timeoutMs: 2000 } as const;

describe('serverRecogniser', () => {
  it('sends the clip as the API wants it', async () => {
    const path = await wav('a b 客.wav');
    const { result, calls } = await withServer((request, _, response) => { expect(request.url).toBe('/v1/audio/transcriptions'); json(response, 200, { text: 'hi', language: 'en' }); }, (url) => serverRecogniser({ ...quick, url: `${url}/`, apiKey: 'k', language: 'en' }).recognise(path));
    expect(result).toEqual({ text: 'hi', confidence: null, language: 'en' });
    expect(calls[0]!.headers.authorization).toBe('Bearer k');
    for (const part of ['name="model"\r\n\r\nwhisper-1', 'name="language"\r\n\r\nen', 'name="response_format"\r\n\r\nverbose_json', 'filename=', 'RIFF']) expect(calls[0]!.body).toContain(part);
  });
  it.each([['busy', 429, { 'retry-after': '0' }], ['broken', 503, {}], ['slow', 408, {}]] as const)('tries again when the server is %s', async (_, status, headers) => {
    const path = await wav('a.wav');
    const { result, calls } = await withServer((_r, _b, response, at) => (at < 3 ? json(response, status, {}, headers) : json(response, 200, { text: 'hi' })), (url) => serverRecogniser({ ...quick, url }).recognise(path));
    expect([result.text, calls.length]).toEqual(['hi', 3]);
  });
  it('tries again when the line breaks', async () => {
    const path = await wav('a.wav');
    const { result } = await withServer((_r, _b, response, at) => { if (at === 1) response.destroy(); else json(response, 200, { text: 'hi' }); }, (url) => serverRecogniser({ ...quick, url }).recognise(path));
    expect(result.text).toBe('hi');
  });
  it.each([
    ['refuses the clip', 400, { error: { message: 'Invalid file format.' } }, 'DATASET_ASR_FAILED', 'HTTP 400: Invalid file format.', 1],
    ['wants a key', 401, { error: { message: 'no key' } }, 'DATASET_ASR_MISSING', 'HTTP 401: no key', 1],
    ['has no such model', 404, { detail: 'no model' }, 'DATASET_ASR_MISSING', 'HTTP 404: no model', 1],
    ['stays broken', 500, {}, 'DATASET_ASR_FAILED', 'HTTP 500, 4 times', 4],
  ] as const)('says so when the server %s', async (_, status, body, code, message, times) => {
    const path = await wav('a.wav');
    const { calls } = await withServer((_r, _b, response) => json(response, status, body), async (url) => expect(serverRecogniser({ ...quick, url }).recognise(path)).rejects.toMatchObject({ code, message: expect.stringContaining(message) as string }));
    expect(calls).toHaveLength(times);
  });
  it('ends a wait that takes too long, and one that is called off', async () => {
    const path = await wav('a.wav');
    await withServer(() => undefined, async (url) => {
      await expect(serverRecogniser({ ...quick, url, timeoutMs: 50 }).recognise(path)).rejects.toMatchObject({ code: 'DATASET_ASR_FAILED', message: expect.stringContaining('no answer within 0.05 s') as string });
      await expect(serverRecogniser({ ...quick, url }).recognise(path, AbortSignal.timeout(50))).rejects.toThrow(/abort|timeout/i);
    });
  });
  it('tells a server that is not there apart from one that fails', async () => {
    await expect(serverRecogniser({ ...quick, url: 'http://127.0.0.1:9', retries: 0 }).recognise(await wav('a.wav'))).rejects.toMatchObject({ code: expect.stringMatching(/DATASET_ASR_(MISSING|FAILED)/) as string });
  });
});

const ENGINE = join(import.meta.dirname, '../../../../examples/stand-in-engine');
const engine = (profile: 'upstream' | 'guide', faults = '') => engineRecogniser({ root: ENGINE, python: [process.execPath, join(ENGINE, 'python.mjs'), '-s'], script: 'funasr', profile, language: 'zh', env: { STAND_IN_FAULTS: faults } });

describe('engineRecogniser', () => {
  it('has a whole folder heard in one run, names with spaces and CJK included', async () => {
    const paths = [await wav('a b.wav', 2), await wav('客服.wav', 1)];
    const heard = await engine('upstream').recogniseAll!(paths);
    expect(paths.map((path) => heard.get(path))).toEqual([expect.objectContaining({ text: expect.stringMatching(/^\p{Script=Han}{8}。$/u) as string, language: 'zh' }), expect.objectContaining({ text: expect.stringMatching(/^\p{Script=Han}{4}。$/u) as string })]);
  });
  it('tells of each clip that the script left out, though it ends with 0', async () => {
    await wav('one.wav'); await wav('two.wav');
    const { transcripts, withoutText, accounting } = await recogniseClips({ clips: [clip('one'), clip('two')], clipsDir: dir, recogniser: engine('upstream', 'asr:swallow=two.wav'), language: 'zh' });
    expect(transcripts.map((t) => t.clip)).toEqual(['one']);
    expect(withoutText).toEqual([{ id: 'two', reason: expect.stringMatching(/left it out: .*cannot hear two\.wav/) as string }]);
    expect(accounting.in).toBe(2);
  });
  it('says that nothing can be heard when the script hears nothing', async () => {
    await expect(engine('upstream', 'asr:empty').recogniseAll!([await wav('a.wav')])).rejects.toMatchObject({ code: 'DATASET_ASR_MISSING' });
  });
  it('takes the guide’s form, a file at a time', async () => {
    const path = await wav('a b.wav', 2);
    expect((await engine('guide').recognise(path)).text).toMatch(/^\p{Script=Han}{8}。$/u);
    await expect(engine('guide', 'asr:empty').recognise(path)).rejects.toMatchObject({ code: 'DATASET_ASR_FAILED' });
  });
  it('keeps what a batch heard, and asks only for the rest', async () => {
    await wav('one.wav'); await wav('two.wav');
    const options = { clipsDir: dir, keepDir: join(dir, 'kept'), language: 'zh' as const };
    const first = await recogniseClips({ ...options, clips: [clip('one')], recogniser: engine('upstream') });
    const asked: number[] = [];
    const real = engine('upstream');
    const again = await recogniseClips({ ...options, clips: [clip('one'), clip('two')], recogniser: { ...real, recogniseAll: (paths, ...rest) => { asked.push(paths.length); return real.recogniseAll!(paths, ...rest); } } });
    expect([asked, again.transcripts[0]]).toEqual([[1], first.transcripts[0]]);
  });
});

// A module of the addon's form: what it hears depends on the clip's name, and on request it dies as native code does.
const FAKE = `
exports.readWave = (path) => { if (/crash/.test(path)) process.abort(); if (/hang/.test(path)) for (;;); if (/bad/.test(path)) throw new Error('not a wave'); return { samples: new Float32Array(8), sampleRate: 16000, path }; };
exports.OfflineRecognizer = class {
  constructor(config) { if (/wrong/.test(config.modelConfig.tokens)) throw new Error('Please check your config!'); console.log('native code prints'); this.config = config; }
  createStream() { return { acceptWaveform() {} }; }
  decode() {}
  getResult() { return { text: ' 您好 ', lang: '<|zh|>', tokens: ['您', '好'], timestamps: [0.1, 0.3] }; }
};`;
const real = (() => { try { return createRequire(import.meta.url).resolve('sherpa-onnx-node'); } catch { return null; } })();

describe('sherpaRecogniser', () => {
  const fake = async (more: { tokens?: string; timeoutMs?: number } = {}) => {
    const [addon, tokens] = [join(dir, 'addon.cjs'), join(dir, more.tokens ?? 'tokens.txt')];
    await writeFile(addon, FAKE);
    await writeFile(tokens, '');
    return sherpaRecogniser({ model: { kind: 'sense-voice', model: tokens, tokens }, addon, timeoutMs: more.timeoutMs ?? 10_000 });
  };
  it('gives text, language and times', async () => {
    const recogniser = await fake();
    expect(await recogniser.recognise('a.wav')).toEqual({ text: '您好', confidence: null, language: 'zh', times: [{ text: '您', startSec: 0.1, endSec: 0.3 }, { text: '好', startSec: 0.3, endSec: 0.3 }] });
    await recogniser.close!();
  });
  it('goes on after a crash of the native code: one clip, one reason', async () => {
    const recogniser = await fake({ timeoutMs: 3000 });
    const { transcripts, withoutText } = await recogniseClips({ clips: ['a', 'crash', 'b', 'bad', 'hang', 'c'].map(clip), clipsDir: dir, recogniser, language: 'zh', concurrency: 3 });
    await recogniser.close!();
    expect(transcripts.map((t) => t.clip)).toEqual(['a', 'b', 'c']);
    expect(withoutText.map(({ id, reason }) => [id, /SIGABRT|code 134|code 3221226505/.test(reason) || reason.split(': ').at(-1)])).toEqual([['crash', true], ['bad', 'not a wave'], ['hang', 'no answer within 3 s']]);
  });
  it('says what is wrong with a model before the first clip', async () => {
    await expect((await fake({ tokens: 'wrong.txt' })).recognise('a.wav')).rejects.toMatchObject({ code: 'DATASET_ASR_MISSING', message: expect.stringContaining('Please check your config!') as string });
    expect(() => sherpaRecogniser({ model: { kind: 'paraformer', model: join(dir, 'none.onnx'), tokens: join(dir, 'none.txt') } })).toThrow(expect.objectContaining({ code: 'DATASET_ASR_MISSING' }));
  });
  it.skipIf(real === null || !existsSync(real))('the real addon loads and refuses a file that is no model (skipped where sherpa-onnx-node is not installed)', async () => {
    const [model, tokens] = [join(dir, 'model.onnx'), join(dir, 'tokens.txt')];
    await writeFile(model, 'not a model');
    await writeFile(tokens, 'a 0\n');
    for (const kind of ['paraformer', 'sense-voice'] as const) {
      const recogniser = sherpaRecogniser({ model: { kind, model, tokens } });
      await expect(recogniser.recognise(await wav('a.wav'))).rejects.toMatchObject({ code: 'DATASET_ASR_MISSING', message: expect.stringMatching(/the model cannot be opened: (?!.*Cannot find module)/s) as string });
    }
    expect(await readFile(model, 'utf8')).toBe('not a model');
  });
});
