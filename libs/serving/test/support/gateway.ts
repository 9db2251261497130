import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { startGateway, type Gateway, type GatewayOptions } from '../../src/http/gateway.js';
import { readVoice, type Voice } from '../../src/voice/read-voice.js';
import { makeVoice } from './make-voice.js';

export type Bench = {
  readonly dir: string;
  voice(id: string, changes?: Readonly<Record<string, unknown>>): Promise<Voice>;
  gateway(options: Partial<Omit<GatewayOptions, 'worker'>> & { readonly voices: readonly Voice[]; readonly engine?: object; readonly worker?: Partial<GatewayOptions['worker']> }): Promise<Gateway>;
  close(): Promise<void>;
};

/** A folder for voices and logs, and gateways whose workers are stand-in engines; all gone after `close`. */
export async function openBench(): Promise<Bench> {
  const dir = await mkdtemp(join(tmpdir(), 'voxtune-gateway-'));
  const gateways: Gateway[] = [];
  return {
    dir,
    voice: async (id, changes) => readVoice(await makeVoice(dir, id, changes)),
    async gateway({ engine = {}, worker = {}, ...options }) {
      const dialect = worker.dialect ?? 'api-v2';
      const gateway = await startGateway({
        logDir: join(dir, 'logs'),
        launchVoiceWorker: ({ voice, port }) => ({ command: process.execPath, args: [inject('enginePath'), String(port), dialect, JSON.stringify({ ...(dialect === 'guide' ? { weights: voice.weights } : {}), ...engine })] }),
        ...options, worker: { dialect, graceMs: 500, restart: { firstPauseMs: 10 }, ...worker },
      });
      gateways.push(gateway);
      return gateway;
    },
    async close() {
      await Promise.all(gateways.splice(0).map((gateway) => gateway.close()));
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** POST with a JSON body. */
export const post = (url: string, body: unknown, init: RequestInit = {}): Promise<Response> =>
  fetch(url, { method: 'POST', ...init, headers: { 'content-type': 'application/json', ...(init.headers as Record<string, string> | undefined) }, body: typeof body === 'string' ? body : JSON.stringify(body) });

export const bytesOf = async (response: Response): Promise<Uint8Array> => new Uint8Array(await response.arrayBuffer());
