// Servers, clients and requests that the tests of the client share; importing it makes and removes what they need.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { encodeWav } from '../../src/audio/wav.js';
import { type ClientOptions, createClient } from '../../src/client.js';
import { ClientError } from '../../src/errors.js';
import { type Dialect, type SynthesisRequest } from '../../src/request.js';
import { startStandInServer } from '../../src/testing/server.js';
import { type StandInOptions, type StandInServer } from '../../src/testing/types.js';

export const RATE = 32_000;
export const tone = (seconds: number, hz = 200) => new Float32Array(Math.round(RATE * seconds)).map((_, i) => 0.3 * Math.sin((2 * Math.PI * hz * i) / RATE));

let folder = '';
let path = '';
/** A prompt file of four seconds; made before the tests. */
export const promptPath = (): string => path;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'client-'));
  path = join(folder, 'prompt.wav');
  await writeFile(path, encodeWav({ sampleRateHz: RATE, channels: 1, samples: tone(4) }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const open: (StandInServer | Server)[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) {
    if (server instanceof Object && 'weights' in server) await server.close();
    else await new Promise<void>((resolve) => (server.closeAllConnections(), server.close(() => resolve())));
  }
});

export async function standIn(dialect: Dialect, options: Partial<StandInOptions> = {}): Promise<StandInServer> {
  const speak = ({ text, speed }: { text: string; speed: number }) => ({ samples: tone([...text].length / 12 / speed), sampleRateHz: RATE });
  const server = await startStandInServer({ dialect, speak, weights: { gptPath: 'a.ckpt', sovitsPath: 'a.pth' }, loadWeights: () => undefined, ...options });
  open.push(server);
  return server;
}
export const clientOf = (server: { url: string }, options: Partial<ClientOptions> = {}) => createClient({ baseUrl: server.url, timeoutMs: 5_000, retryDelayMs: 1, ...options });
export const request = (extra: Partial<SynthesisRequest> = {}): SynthesisRequest => ({
  text: 'Thank you for calling, how may I help you?',
  textLanguage: 'en',
  promptAudioPath: path,
  promptText: 'hello',
  promptLanguage: 'en',
  ...extra,
});
export const failure = async (promise: Promise<unknown>): Promise<ClientError> => {
  const error: unknown = await promise.then(() => new Error('it did not fail'), (e: unknown) => e);
  if (!(error instanceof ClientError)) throw error;
  return error;
};
export const listen = async (handler: Parameters<typeof createServer>[1]): Promise<{ url: string }> => {
  const server = createServer(handler ?? (() => undefined));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(server);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
};
export const drain = async (stream: AsyncIterable<{ samples: Float32Array | null }>) => {
  const out: number[] = [];
  for await (const { samples } of stream) out.push(...(samples ?? []));
  return Float32Array.from(out);
};
