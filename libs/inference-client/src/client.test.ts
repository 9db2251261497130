import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { encodeWav } from './audio/wav.js';
import { type ClientOptions, createClient } from './client.js';
import { ClientError } from './errors.js';
import { createNodeFetch } from './node-fetch.js';
import { type Dialect, type SynthesisRequest } from './request.js';
import { startStandInServer } from './testing/server.js';
import { type StandInOptions, type StandInServer, type StandInVoice } from './testing/types.js';

const RATE = 32_000;
const tone = (seconds: number, hz = 200) => new Float32Array(Math.round(RATE * seconds)).map((_, i) => 0.3 * Math.sin((2 * Math.PI * hz * i) / RATE));

let folder = '';
let prompt = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'client-'));
  prompt = join(folder, 'prompt.wav');
  await writeFile(prompt, encodeWav({ sampleRateHz: RATE, channels: 1, samples: tone(4) }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const open: (StandInServer | Server)[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) {
    if (server instanceof Object && 'weights' in server) await server.close();
    else await new Promise<void>((resolve) => (server.closeAllConnections(), server.close(() => resolve())));
  }
});

async function standIn(dialect: Dialect, options: Partial<StandInOptions> = {}): Promise<StandInServer> {
  const speak = ({ text, speed }: { text: string; speed: number }) => ({ samples: tone([...text].length / 12 / speed), sampleRateHz: RATE });
  const server = await startStandInServer({ dialect, speak, weights: { gptPath: 'a.ckpt', sovitsPath: 'a.pth' }, loadWeights: () => undefined, ...options });
  open.push(server);
  return server;
}
const clientOf = (server: { url: string }, options: Partial<ClientOptions> = {}) => createClient({ baseUrl: server.url, timeoutMs: 5_000, retryDelayMs: 1, ...options });
const request = (extra: Partial<SynthesisRequest> = {}): SynthesisRequest => ({
  text: 'Thank you for calling, how may I help you?',
  textLanguage: 'en',
  promptAudioPath: prompt,
  promptText: 'hello',
  promptLanguage: 'en',
  ...extra,
});
const failure = async (promise: Promise<unknown>): Promise<ClientError> => {
  const error: unknown = await promise.then(() => new Error('it did not fail'), (e: unknown) => e);
  if (!(error instanceof ClientError)) throw error;
  return error;
};
const listen = async (handler: Parameters<typeof createServer>[1]): Promise<{ url: string }> => {
  const server = createServer(handler ?? (() => undefined));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(server);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
};
const drain = async (stream: AsyncIterable<{ samples: Float32Array | null }>) => {
  const out: number[] = [];
  for await (const { samples } of stream) out.push(...(samples ?? []));
  return Float32Array.from(out);
};

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
      'api-v2': { text_lang: 'en', seed: 7, top_k: 3, speed_factor: 1.5, text_split_method: 'cut0', batch_size: 2, ref_audio_path: prompt, prompt_lang: 'en' },
      api: { text_language: 'en', top_k: 3, speed: 1.5, refer_wav_path: prompt, prompt_language: 'en' },
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

const ffmpeg = (() => {
  try {
    execFileSync('ffmpeg', ['-version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

describe('media types', () => {
  it('raw has no rate, and says that one was assumed', async () => {
    const { audio, warnings } = await clientOf(await standIn('api-v2')).synthesize(request({ mediaType: 'raw' }));
    expect([audio.mediaType, audio.samples?.length, warnings]).toEqual(['audio/raw', Math.round(audio.durationSec * RATE), ['raw audio carries no rate: 32000 Hz was assumed']]);
  });

  it.skipIf(!ffmpeg).each(['ogg', 'aac'] as const)(`%s is measured, not decoded${ffmpeg ? '' : ' (skipped: no ffmpeg)'}`, async (mediaType) => {
    const client = clientOf(await standIn('api-v2'));
    const wav = await client.synthesize(request());
    const { audio, warnings } = await client.synthesize(request({ mediaType }));
    expect([audio.mediaType, audio.sampleRateHz, audio.samples, warnings.length]).toEqual([`audio/${mediaType}`, RATE, null, 1]);
    expect(Math.abs(audio.durationSec - wav.audio.durationSec)).toBeLessThan((3 * 1024) / RATE); // aac: whole frames, and its delay
    let bytes = 0;
    const stream = client.stream(request({ mediaType }));
    for await (const chunk of stream) bytes += chunk.samples === null ? chunk.bytes.length : NaN;
    expect(bytes).toBeGreaterThan(1000);
    expect(stream.warnings.join()).toContain('not decoded');
  });
});

describe('weights and prompt', () => {
  it('api-v2: changes both, in one server', async () => {
    const server = await standIn('api-v2');
    await clientOf(server).setWeights({ gptPath: 'b.ckpt', sovitsPath: 'b.pth' });
    expect(server.weights()).toEqual({ gptPath: 'b.ckpt', sovitsPath: 'b.pth' });
  });

  it('api-v2: says that the voice is mixed when only the second fails', async () => {
    const server = await standIn('api-v2', { loadWeights: (kind) => { if (kind === 'sovits') throw new Error("'filter_length'"); } });
    const error = await failure(clientOf(server).setWeights({ gptPath: 'b.ckpt', sovitsPath: 'b.pth' }));
    expect([error.code, error.facts['changed'], error.facts['notChanged']]).toEqual(['CLIENT_HTTP_ERROR', 'gpt', 'sovits']);
    expect(error.message).toContain("'filter_length'");
  });

  it('api: one call', async () => {
    const server = await standIn('api');
    await clientOf(server).setWeights({ gptPath: 'b.ckpt', sovitsPath: 'b.pth' });
    expect(server.weights()).toEqual({ gptPath: 'b.ckpt', sovitsPath: 'b.pth' });
    const prompts = clientOf(server);
    expect((await failure(prompts.setPrompt('x.wav'))).facts['field']).toBe('text');
    await expect(prompts.setPrompt({ path: 'x.wav', text: 'hello', language: 'EN' })).resolves.toBeUndefined();
  });

  it('api-v2: the default prompt', async () => {
    const client = clientOf(await standIn('api-v2'));
    await expect(client.setPrompt(prompt)).resolves.toBeUndefined();
    expect((await failure(client.setPrompt('/nope.wav'))).message).toContain('No such file');
  });

  it('guide: says that it cannot', async () => {
    const client = clientOf(await standIn('guide'));
    expect((await failure(client.setWeights({ gptPath: 'b', sovitsPath: 'b' }))).code).toBe('CLIENT_UNSUPPORTED');
    expect((await failure(client.setPrompt('x'))).code).toBe('CLIENT_UNSUPPORTED');
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

describe('one server, many requests', () => {
  const hz: Record<string, number> = { a: 300, b: 700 };
  const speak = ({ text }: { text: string }, voice: StandInVoice) => ({ samples: tone([...text].length / 12, hz[voice.promptText] ?? 1), sampleRateHz: RATE });
  const crossings = (samples: Float32Array) => samples.reduce((n, value, i) => n + (i > 0 && value >= 0 !== samples[i - 1]! >= 0 ? 1 : 0), 0);
  const pitch = async (server: StandInServer, promptText: string) => {
    const { audio } = await clientOf(server, { dialect: 'api-v2' }).synthesize(request({ promptText, fragmentIntervalSec: 0 }));
    return Math.round(crossings(audio.samples ?? new Float32Array()) / 2 / audio.durationSec / 100) * 100;
  };

  it('answers each with its own voice, in turn', async () => {
    const server = await standIn('api-v2', { speak });
    expect(await Promise.all(['a', 'b', 'a', 'b'].map((name) => pitch(server, name)))).toEqual([300, 700, 300, 700]);
  });

  it('crosses voices when told to, which a caller must prevent by waiting', async () => {
    const server = await standIn('api-v2', { speak, faults: [{ kind: 'mix' }] });
    expect(await Promise.all(['a', 'b'].map((name) => pitch(server, name)))).toEqual([700, 300]);
    expect([await pitch(server, 'a'), await pitch(server, 'b')]).toEqual([300, 700]);
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
