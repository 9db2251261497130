// Serves published voices, and asks a gateway that is running already.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readVoice, startGateway, type Gateway, type KeyRecord, type RecycleLimits, type SpeechCacheOptions, type UploadOptions, type VerifySpeech } from '@voxtune/serving';
import { CliError } from '../exit.js';
import { launchFor, openEngine } from './engine.js';
import { type Voice } from './folder.js';

export type GatewaySettings = {
  readonly voices: readonly Voice[];
  readonly logDir: string;
  readonly host: string;
  readonly port: number;
  readonly workers: number;
  readonly apiKeys: readonly string[];
  readonly keys?: readonly KeyRecord[];
  readonly cache?: SpeechCacheOptions;
  readonly uploads?: UploadOptions;
  readonly guidePorts?: boolean;
  readonly readNumbers?: boolean;
  readonly recycle?: RecycleLimits;
  readonly maxBatch?: number;
  readonly verify?: VerifySpeech;
  readonly signal: AbortSignal;
};

/**
 * Starts a gateway with engine workers for these voices. All of them share the first voice's checkout.
 * @throws {CliError} CLI_ENGINE_UNKNOWN when the voices name no engine, or different ones.
 */
export async function startVoiceGateway({ voices, logDir, host, port, workers, apiKeys, keys = [], cache, uploads, guidePorts = false, readNumbers = false, recycle = {}, maxBatch = 1, verify, signal }: GatewaySettings): Promise<Gateway> {
  const [first] = voices;
  if (first === undefined) throw new CliError('CLI_USAGE', 'serve: no voice was named');
  const other = voices.find((v) => v.engineDir !== first.engineDir || v.config.engine.version !== first.config.engine.version);
  if (other !== undefined) throw new CliError('CLI_ENGINE_UNKNOWN', `${first.name} and ${other.name} need different engines; one gateway serves one engine`, {}, { hint: 'Start one voxtune serve for each engine, on different ports.' });
  const engine = await openEngine(first);
  if (engine === null) throw new CliError('CLI_ENGINE_UNKNOWN', 'no engine is configured to speak with');
  const published = await Promise.all(voices.map((voice) => readVoice(voice.root, { signal })));
  const pagesDir = tryOutPage();
  return startGateway({
    voices: published, host, port, logDir, apiKeys, keys, signal, ffmpeg: first.config.ingest.ffmpeg ?? 'ffmpeg', ...(cache === undefined ? {} : { cache }), ...(uploads === undefined ? {} : { uploads }), ...(verify === undefined ? {} : { verify }), guidePorts, readNumbers, worker: { dialect: 'api-v2', count: workers, recycle, maxBatch }, ...(pagesDir === null ? {} : { pagesDir }),
    launchVoiceWorker: ({ voice, index, port: at }) => launchFor(first, engine, { gpt: voice.weights.gptPath, sovits: voice.weights.sovitsPath }, at, join(logDir, `worker-${index}.yaml`)),
  });
}

/** The built try-out page, which the build puts beside this program; null when it was left out. */
function tryOutPage(): string | null {
  const pages = join(import.meta.dirname, 'pages', 'speak');
  return existsSync(join(pages, 'index.html')) ? pages : null;
}

export type GatewayAnswer = { readonly bytes: Uint8Array; readonly elapsedSec: number; readonly warnings: readonly string[] };

/**
 * Asks a running gateway for speech.
 * @returns null when none was named and none that knows the voice listens on the voice's own port.
 */
export async function askGateway(voice: Voice, { text, speed }: { readonly text: string; readonly speed?: number }, url: string | undefined, apiKey: string | undefined, signal: AbortSignal): Promise<GatewayAnswer | null> {
  const base = url ?? `http://${voice.config.serve.host}:${voice.config.serve.port}`;
  const headers = { 'content-type': 'application/json', ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }) };
  const known = await fetch(new URL('/v1/audio/voices', base), { headers, signal: AbortSignal.any([signal, AbortSignal.timeout(url === undefined ? 500 : 5000)]) }).then(
    async (response) => (response.ok ? ((await response.json()) as { voices?: { id: string }[] }).voices ?? null : null),
    () => null,
  );
  if (known === null || !known.some((v) => v.id === voice.name)) {
    if (url === undefined) return null;
    throw new CliError('CLI_GATEWAY', known === null ? `no gateway answers at ${url}` : `the gateway at ${url} does not serve ${voice.name}`, { url });
  }
  const started = performance.now();
  const response = await fetch(new URL('/v1/audio/speech', base), { method: 'POST', headers, signal, body: JSON.stringify({ model: 'gpt-sovits', voice: voice.name, input: text, response_format: 'wav', ...(speed === undefined ? {} : { speed }) }) });
  if (!response.ok) {
    const problem = ((await response.json().catch(() => null)) as { error?: { message?: string; code?: string } } | null)?.error;
    throw new CliError('CLI_GATEWAY', `the gateway at ${base} answered ${response.status}: ${problem?.message ?? 'no reason given'}`, { url: base, status: response.status, ...(problem?.code === undefined ? {} : { code: problem.code }) });
  }
  return { bytes: new Uint8Array(await response.arrayBuffer()), elapsedSec: (performance.now() - started) / 1000, warnings: (response.headers.get('x-voxtune-warning') ?? '').split('; ').filter((w) => w !== '') };
}
