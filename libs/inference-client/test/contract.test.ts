// What the client promises of any server of a dialect: against the stand-ins, and against real ones where an address is given:
//   VOXTUNE_CONTRACT_API_V2=http://127.0.0.1:9880 VOXTUNE_CONTRACT_API=http://127.0.0.1:9881 VOXTUNE_CONTRACT_PROMPT=/path/of/3-10s.wav npm test -w @voxtune/inference-client
// A real server takes a minute a sentence on a busy machine; VOXTUNE_CONTRACT_TIMEOUT_MS allows more.
import { describe, expect, it } from 'vitest';
import { createClient, type SpeechClient } from '../src/client.js';
import { createNodeFetch } from '../src/node-fetch.js';
import type { Dialect, SynthesisRequest } from '../src/request.js';
import { drain, failure, promptPath, standIn } from './support/bench.js';

const { VOXTUNE_CONTRACT_API_V2: apiV2, VOXTUNE_CONTRACT_API: api, VOXTUNE_CONTRACT_PROMPT: realPrompt = '', VOXTUNE_CONTRACT_TIMEOUT_MS: timeout = '240000' } = process.env;
const timeoutMs = Number(timeout);

type Subject = { readonly title: string; readonly dialect: Dialect; readonly url: (() => Promise<string>) | null; readonly prompt: () => string };
const real = (dialect: Dialect, url: string | undefined): Subject => ({ title: `a real server of ${dialect}${url === undefined ? ' (skipped: no address of one is given)' : ''}`, dialect, url: url === undefined ? null : async () => url, prompt: () => realPrompt });
const loadWeights = (_: string, path: string): void => {
  throw Object.assign(new Error(`no ${path}`), { code: 'ENOENT' });
};
const SUBJECTS: readonly Subject[] = [
  ...(['api-v2', 'api', 'guide'] as const).map((dialect): Subject => ({ title: `the stand-in of ${dialect}`, dialect, url: async () => (await standIn(dialect, { loadWeights })).url, prompt: promptPath })),
  real('api-v2', apiV2), real('api', api),
];

describe.each(SUBJECTS)('$title', ({ dialect, url, prompt }) => {
  const open = async (): Promise<SpeechClient> => createClient({ baseUrl: (await url?.()) ?? '', fetch: createNodeFetch(), timeoutMs, onTooShort: 'ignore' }); // random weights say anything
  const request = (change: Partial<SynthesisRequest> = {}): SynthesisRequest => ({ text: 'Good morning to you.', textLanguage: 'en', promptAudioPath: prompt(), promptText: 'Thank you for calling.', promptLanguage: 'en', topK: 5, seed: 7, ...change });
  const promise = (name: string, check: (client: SpeechClient) => Promise<void>): void => void it.skipIf(url === null)(name, async () => check(await open()), timeoutMs + 30_000);

  promise('is known by its dialect, and says that it is there', async (client) => {
    expect([await client.dialect(), await client.isReady()]).toEqual([dialect, true]);
  });
  promise('speaks whole, as 16-bit PCM that is what its samples say', async (client) => {
    const { audio, attempts, timing } = await client.synthesize(request());
    expect([audio.mediaType, audio.channels, attempts]).toEqual(['audio/wav', 1, 1]);
    expect(audio.samples?.length).toBe(Math.round(audio.durationSec * audio.sampleRateHz));
    expect(audio.pcm16?.length).toBe(2 * (audio.samples?.length ?? 0));
    expect(audio.samples?.some((value) => value !== 0)).toBe(true);
    expect(timing.totalMs).toBeGreaterThan(0);
  });
  promise('speaks in pieces', async (client) => {
    const samples = await drain(client.stream(request()));
    expect(samples.some((value) => value !== 0)).toBe(true);
  });
  promise('fails by name on a prompt that is not there, whole and streamed', async (client) => {
    const asked = request({ promptAudioPath: '/no/such/prompt.wav' });
    const [whole, streamed] = [await failure(client.synthesize(asked)), await failure(drain(client.stream(asked)))];
    expect([whole.code, streamed.code]).toEqual(dialect === 'api-v2' ? ['CLIENT_HTTP_ERROR', expect.stringMatching(/^CLIENT_(STREAM_CUT|AUDIO_EMPTY|HTTP_ERROR)$/)] : dialect === 'api' ? ['CLIENT_STREAM_CUT', 'CLIENT_STREAM_CUT'] : ['CLIENT_HTTP_ERROR', 'CLIENT_HTTP_ERROR']);
  });
  promise('goes on after a failure', async (client) => {
    await failure(client.synthesize(request({ promptAudioPath: '/no/such/prompt.wav' })));
    expect((await client.synthesize(request())).audio.durationSec).toBeGreaterThan(0);
  });
  if (dialect !== 'guide') {
    promise('fails by name on weights that are not there', async (client) => {
      expect((await failure(client.setWeights({ gptPath: '/no/such/gpt.ckpt', sovitsPath: '/no/such/sovits.pth' }))).code).toBe('CLIENT_HTTP_ERROR');
    });
  }
});
