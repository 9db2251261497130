import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ServingError } from '../errors.js';
import type { ServingMetrics } from '../metrics/serving-metrics.js';
import type { VoicePool } from '../queue/voice-pool.js';
import type { SpeechService } from '../speak/speech-service.js';
import type { Voice } from '../voice/read-voice.js';
import type { Worker } from '../workers/worker.js';
import { encodeSpeech } from './encode-speech.js';
import { findVoice, findVoiceByPrompt } from './find-voice.js';
import { MODEL_ID, parseGuideRequest, parseSpeechRequest, type SpeechOrder } from './speech-request.js';

export type RouteContext = {
  readonly voices: ReadonlyMap<string, Voice>;
  readonly service: SpeechService;
  readonly pool: VoicePool;
  readonly workers: readonly Worker[];
  readonly metrics: ServingMetrics;
  readonly maxInputCharacters: number;
  readonly isClosing: () => boolean;
};

const WARNING_HEADER = 'x-voxtune-warning';

/** Header values are Latin-1; anything else is percent-encoded. */
const headerText = (text: string): string => text.replace(/[^\x20-\x7e]/gu, (character) => encodeURIComponent(character));

/** Aborts when the caller hangs up before the answer is out. */
function watchCaller(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => { if (!reply.raw.writableFinished) gone.abort(); });
  return gone.signal;
}

async function answer(context: RouteContext, reply: FastifyReply, voice: Voice, order: SpeechOrder): Promise<FastifyReply> {
  const { utterance, format } = order;
  const speech = await context.service.speak(voice, { ...utterance, textLanguage: utterance.textLanguage ?? voice.language }, { signal: watchCaller(reply) });
  const encoded = encodeSpeech(speech, format, order.sampleRateHz);
  context.metrics.delivered(encoded.durationSec, speech.synthesisMs / 1000, [...utterance.text].length);
  const warnings = [...order.warnings, ...speech.warnings];
  return reply.headers({
    'content-type': encoded.contentType, 'content-length': encoded.bytes.byteLength, 'cache-control': 'no-store',
    'x-voxtune-voice': headerText(voice.id), 'x-voxtune-voice-version': voice.version, 'x-voxtune-sample-rate-hz': encoded.sampleRateHz,
    'x-voxtune-duration-sec': encoded.durationSec.toFixed(3), 'x-voxtune-synthesis-ms': Math.round(speech.synthesisMs),
    'x-voxtune-queue-ms': Math.round(speech.queueMs), 'x-voxtune-attempts': speech.attempts,
    ...(warnings.length === 0 ? {} : { [WARNING_HEADER]: headerText(warnings.join('; ')) }),
  }).send(Buffer.from(encoded.bytes.buffer, encoded.bytes.byteOffset, encoded.bytes.byteLength));
}

/** Adds the routes that speak, list and tell how the gateway is. */
export function addRoutes(app: FastifyInstance, context: RouteContext): void {
  const { voices, pool, workers, metrics, maxInputCharacters } = context;

  app.post('/v1/audio/speech', async (request, reply) => {
    const order = parseSpeechRequest(request.body, maxInputCharacters);
    return answer(context, reply, findVoice(voices, order.voice), order);
  });

  app.post('/synthesize', { config: { plainErrors: true } }, async (request, reply) => {
    const order = parseGuideRequest(request.body, maxInputCharacters);
    const voice = findVoiceByPrompt(voices, order.voice);
    const warnings = order.promptText !== '' && order.promptText !== voice.prompt.text ? [...order.warnings, 'prompt_text: ignored, the prompt audio has its own'] : order.warnings;
    return answer(context, reply, voice, { ...order, warnings });
  });

  // `created` is part of the shape; when a voice was made is not known here, and no clock is made up for it
  const model = { id: MODEL_ID, object: 'model', created: 0, owned_by: 'voxtune' };
  app.get('/v1/models', async () => ({ object: 'list', data: [model] }));
  app.get<{ Params: { id: string } }>('/v1/models/:id', async (request) => {
    if (request.params.id !== MODEL_ID) throw new ServingError('SERVING_ROUTE_UNKNOWN', `There is no model ${request.params.id.slice(0, 80)}; there is ${MODEL_ID}`, { param: 'model' });
    return model;
  });

  // Two shapes are read by clients: `voices` with id and name, and OpenAI's list
  app.get<{ Querystring: { legacy?: string } }>('/v1/audio/voices', async (request) => {
    if (request.query.legacy === 'true') return { voices: [...voices.keys()] };
    const entries = [...voices.values()].map(({ id, language, version, document }) => ({ id, name: id, object: 'voice', language, version, model: MODEL_ID, engine: document.engine.kind }));
    return { object: 'list', voices: entries, data: entries };
  });

  app.get('/healthz', { config: { open: true } }, async () => ({ status: 'ok' }));
  app.get('/readyz', { config: { open: true } }, async (_request: FastifyRequest, reply) => {
    const state = { status: context.isClosing() ? 'closing' : pool.ready > 0 ? 'ready' : 'not ready', workers: workers.map(({ state: of, generation }) => ({ state: of, generation })), waiting: pool.waiting, formats: ['wav', 'pcm'] };
    return reply.code(state.status === 'ready' ? 200 : 503).send(state);
  });
  app.get('/metrics', async (_request, reply) => reply.type('text/plain; version=0.0.4; charset=utf-8').send(metrics.format()));
}
