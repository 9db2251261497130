import { createClient, ClientError } from '@voxtune/inference-client';
import { createNodeFetch } from '@voxtune/inference-client/node';
import { startStandInServer } from '@voxtune/inference-client/testing';

// Your engine's address goes here; this example brings a server that answers like api_v2.py and hums.
const hum = ({ text }: { text: string }) => ({ samples: new Float32Array(text.length * 2400).map((_, i) => 0.2 * Math.sin(i / 30)), sampleRateHz: 32_000 });
const server = await startStandInServer({ dialect: 'api-v2', speak: hum, promptFiles: 'trust', faults: [{ kind: 'silence', requests: [2] }] });

const client = createClient({ baseUrl: server.url, fetch: createNodeFetch() });
const request = { text: 'How may I help you?', textLanguage: 'en', promptAudioPath: 'agent.wav', promptText: 'Good morning.', promptLanguage: 'en' };
const { audio, warnings } = await client.synthesize(request);

// The second answer is the engine's failure in disguise: status 200 with one second of silence.
const code = await client.synthesize(request).then(() => 'no failure', (error: unknown) => (error instanceof ClientError ? error.code : 'another error'));

let pieces = 0;
for await (const piece of client.stream(request)) pieces += piece.bytes.length > 0 ? 1 : 0;
await server.close();

const spoken = audio.sampleRateHz === 32_000 && audio.durationSec > 1 && warnings.length === 0;
if (!spoken || code !== 'CLIENT_ENGINE_SILENCE' || pieces === 0) throw new Error(`the example failed: ${JSON.stringify({ spoken, code, pieces })}`);
