import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../access/access.js';
import type { SpeechCache } from '../cache/speech-cache.js';
import { availableFormats } from '../encode/formats.js';
import type { Encode } from '../encode/run-ffmpeg.js';
import { ServingError } from '../errors.js';
import type { ServingMetrics } from '../metrics/serving-metrics.js';
import type { VoicePool } from '../queue/voice-pool.js';
import type { SpeechService } from '../speak/speech-service.js';
import type { SpeechVerifier } from '../speak/verify-speech.js';
import type { VoiceStore } from '../upload/voice-store.js';
import type { Voice } from '../voice/read-voice.js';
import type { VoiceBook } from '../voice/voice-book.js';
import type { Worker } from '../workers/worker.js';
import { type Answers, completeAsk, createAnswers } from './answer.js';
import { findVoice, findVoiceByPrompt } from './find-voice.js';
import { documentRoutes } from './openapi.js';
import { MODEL_ID, parseGuideRequest, parseNativeRequest, parseSpeechRequest, type SpeechOrder } from './speech-request.js';
import { addVoiceRoutes } from './voice-routes.js';

export type RouteContext = {
  readonly book: VoiceBook;
  /** Uploads and revocations; null serves what it was started with. */
  readonly store: VoiceStore | null;
  readonly verify: SpeechVerifier | null;
  /** Whether numbers in Chinese text are read here, not by the engine. */
  readonly readNumbers: boolean;
  /** The voice that a port of its own is for. */
  readonly voiceOfPort: (port: number | undefined) => string | null;
  readonly service: SpeechService;
  readonly pool: VoicePool;
  readonly workers: readonly Worker[];
  readonly metrics: ServingMetrics;
  readonly maxInputCharacters: number;
  readonly encode: Encode | null;
  /** The program behind `encode`, for streams. */
  readonly ffmpeg: string | null;
  readonly cache: SpeechCache | null;
  readonly isClosing: () => boolean;
};

/** Every route but the open ones has a caller: the gateway's hook sets it. */
export const callerOf = ({ caller }: FastifyRequest): Caller => {
  if (caller === null) throw new ServingError('SERVING_INTERNAL', 'A route was reached without a caller');
  return caller;
};

/** Adds the routes that speak, list and tell how the gateway is. */
export function addRoutes(app: FastifyInstance, context: RouteContext): Answers {
  const { book, pool, workers, metrics, maxInputCharacters } = context;
  const documented = documentRoutes(app);
  const formats = availableFormats(context.encode !== null);
  const answers = createAnswers(context);
  // A caller knows of no voices but its own
  const voicesOf = (caller: Caller): ReadonlyMap<string, Voice> => new Map([...book.voices].filter(([id, { document }]) => caller.mayUse(id) || document['owner'] === caller.id));

  const answer = (request: FastifyRequest, reply: FastifyReply, order: SpeechOrder): Promise<FastifyReply> => {
    const caller = callerOf(request);
    if (order.voice !== null && caller.mayUse(order.voice)) book.checkNotRevoked(order.voice);
    if (order.verify === true && context.verify === null) throw new ServingError('SERVING_REQUEST_INVALID', 'verify: nobody listens here; the gateway was started without a judge', { param: 'verify' });
    const ask = completeAsk(caller, findVoice(voicesOf(caller), order.voice), order);
    return order.streamed === null ? answers.send(request, reply, ask) : answers.stream(reply, ask, order.streamed);
  };

  app.post('/v1/audio/speech', async (request, reply) => {
    return answer(request, reply, parseSpeechRequest(request.body, maxInputCharacters, formats));
  });

  app.post('/v1/voxtune/speech', async (request, reply) => answer(request, reply, parseNativeRequest(request.body, maxInputCharacters, formats)));

  app.post('/synthesize', { config: { plainErrors: true } }, async (request, reply) => {
    const caller = callerOf(request);
    const order = parseGuideRequest(request.body, maxInputCharacters);
    const own = context.voiceOfPort(request.socket.localPort);
    const voice = own !== null && (order.voice ?? '') === '' ? findVoice(voicesOf(caller), own) : findVoiceByPrompt(voicesOf(caller), order.voice);
    const warnings = order.promptText !== '' && order.promptText !== voice.prompt.text ? [...order.warnings, 'prompt_text: ignored, the prompt audio has its own'] : order.warnings;
    return answers.send(request, reply, completeAsk(caller, voice, { ...order, warnings }));
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
    const own = voicesOf(callerOf(request));
    if (request.query.legacy === 'true') return { voices: [...own.keys()] };
    const entries = [...own.values()].map(({ id, language, version, document, prompts }) => ({ id, name: id, object: 'voice', language, version, model: MODEL_ID, engine: document.engine.kind, emotions: ['neutral', ...Object.keys(prompts)] }));
    return { object: 'list', voices: entries, data: entries };
  });
  if (context.store !== null) addVoiceRoutes(app, { ...context, store: context.store, voicesOf });

  app.get('/healthz', { config: { open: true } }, async () => ({ status: 'ok' }));
  app.get('/readyz', { config: { open: true } }, async (_request: FastifyRequest, reply) => {
    const state = { status: context.isClosing() ? 'closing' : pool.ready > 0 ? 'ready' : 'not ready', workers: workers.map(({ state: of, generation }) => ({ state: of, generation })), waiting: pool.waiting, formats, ...(context.encode === null ? { note: 'mp3, opus, aac and flac need ffmpeg, which is not on this machine' } : {}) };
    return reply.code(state.status === 'ready' ? 200 : 503).send(state);
  });
  app.get('/metrics', async (_request, reply) => reply.type('text/plain; version=0.0.4; charset=utf-8').send(metrics.format()));
  app.get('/openapi.json', { config: { open: true } }, async () => documented.read());
  documented.end();
  return answers;
}
