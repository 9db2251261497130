import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import type { Caller } from '../access/access.js';
import { cacheKey, type CachedAnswer } from '../cache/speech-cache.js';
import { createSharedWork } from '../cache/share-work.js';
import { encodeSpeech } from '../encode/encode-speech.js';
import { planStreamEncoding } from '../encode/stream-encoder.js';
import type { Sound } from '../speak/sound.js';
import type { Voice } from '../voice/read-voice.js';
import type { RouteContext } from './routes.js';
import { toEvents } from './speech-events.js';
import type { SpeechOrder } from './speech-request.js';

export type Ask = { readonly caller: Caller; readonly voice: Voice; readonly order: SpeechOrder };
export type Answers = {
  /** Speaks all of it, then answers. */
  send(request: FastifyRequest, reply: FastifyReply, ask: Ask): Promise<FastifyReply>;
  /** Answers while it is spoken. A failure before the first sound is an answer of its own; a later one ends the connection, or is an event. */
  stream(reply: FastifyReply, ask: Ask, as: 'audio' | 'sse'): Promise<FastifyReply>;
};

/** What was made, and the headers that hold for this once only. */
type Made = { readonly answer: CachedAnswer; readonly once: Readonly<Record<string, string>> };

const WARNING_HEADER = 'x-voxtune-warning';

/** Header values are Latin-1; anything else is percent-encoded. */
const headerText = (text: string): string => text.replace(/[^\x20-\x7e]/gu, (character) => encodeURIComponent(character));

/** Aborts when the caller hangs up before the answer is out. */
function watchCaller(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => { if (!reply.raw.writableFinished) gone.abort(); });
  return gone.signal;
}

/** Answers requests for speech: from the cache, together with an equal request under way, or by asking the engine. */
export function createAnswers({ service, metrics, encode, cache, ffmpeg }: Pick<RouteContext, 'service' | 'metrics' | 'encode' | 'cache' | 'ffmpeg'>): Answers {
  const shared = createSharedWork<Made>();

  const make = async ({ caller, voice, order: { utterance, format, sampleRateHz } }: Ask, signal: AbortSignal): Promise<Made> => {
    const speech = await service.speak(voice, { ...utterance, textLanguage: utterance.textLanguage ?? voice.language }, { signal, caller: caller.id });
    const encoded = await encodeSpeech(speech.sound, format, sampleRateHz, encode, signal);
    metrics.delivered(encoded.durationSec, speech.synthesisMs / 1000, [...utterance.text].length);
    return {
      answer: {
        bytes: encoded.bytes,
        headers: {
          'content-type': encoded.contentType, 'x-voxtune-voice': headerText(voice.id), 'x-voxtune-voice-version': voice.version, 'x-voxtune-sample-rate-hz': String(encoded.sampleRateHz),
          'x-voxtune-duration-sec': encoded.durationSec.toFixed(3), ...(speech.warnings.length === 0 ? {} : { [WARNING_HEADER]: headerText(speech.warnings.join('; ')) }),
        },
      },
      once: { 'x-voxtune-synthesis-ms': String(Math.round(speech.synthesisMs)), 'x-voxtune-queue-ms': String(Math.round(speech.queueMs)), 'x-voxtune-attempts': String(speech.attempts) },
    };
  };

  const find = async (ask: Ask, signal: AbortSignal, fresh: boolean): Promise<Made> => {
    if (cache === null) return make(ask, signal);
    const { voice, order: { utterance, format, sampleRateHz } } = ask;
    const key = cacheKey(voice.id, { ...utterance, textLanguage: utterance.textLanguage ?? voice.language, version: voice.version, format, sampleRateHz });
    const kept = fresh ? null : await cache.get(key);
    if (kept !== null) {
      metrics.cacheHit();
      metrics.delivered(Number(kept.headers['x-voxtune-duration-sec'] ?? 0), 0, [...utterance.text].length);
      return { answer: kept, once: { 'x-voxtune-cache': 'hit' } };
    }
    return shared.join(key, async (all) => {
      const made = await make(ask, all);
      const written = await cache.put(key, made.answer);
      return { ...made, once: { ...made.once, 'x-voxtune-cache': written ? 'miss' : 'not-kept' } };
    }, signal);
  };

  return {
    async send(request, reply, ask) {
      ask.caller.admit([...ask.order.utterance.text].length);
      const { answer: { bytes, headers }, once } = await find(ask, watchCaller(reply), /\bno-(?:cache|store)\b/.test(request.headers['cache-control'] ?? ''));
      const warnings = [...ask.order.warnings.map(headerText), ...(headers[WARNING_HEADER] === undefined ? [] : [headers[WARNING_HEADER]])];
      return reply.headers({
        ...headers, ...once, 'content-length': bytes.byteLength, 'cache-control': 'no-store', ...(warnings.length === 0 ? {} : { [WARNING_HEADER]: warnings.join('; ') }),
      }).send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    },
    async stream(reply, ask, as) {
      const { caller, voice, order: { utterance, format, sampleRateHz, warnings } } = ask;
      const characters = [...utterance.text].length;
      caller.admit(characters);
      const speech = await service.stream(voice, { ...utterance, textLanguage: utterance.textLanguage ?? voice.language }, { signal: watchCaller(reply), caller: caller.id });
      const encoding = planStreamEncoding(speech.sampleRateHz, format, sampleRateHz, ffmpeg);
      let samples = 0;
      const counted = async function* (): AsyncGenerator<Sound, void, void> {
        for await (const piece of speech.pieces) {
          samples += piece.length;
          yield piece;
        }
        metrics.delivered(samples / speech.sampleRateHz, 0, characters);
      };
      const bytes = encoding.encode(counted());
      const body = as === 'audio' ? bytes : toEvents(bytes, () => ({ characters, durationSec: samples / speech.sampleRateHz }));
      return reply.headers({
        'content-type': as === 'audio' ? encoding.contentType : 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no',
        'x-voxtune-voice': headerText(voice.id), 'x-voxtune-voice-version': voice.version, 'x-voxtune-sample-rate-hz': encoding.sampleRateHz,
        'x-voxtune-queue-ms': Math.round(speech.queueMs), 'x-voxtune-attempts': speech.attempts, ...(warnings.length === 0 ? {} : { [WARNING_HEADER]: headerText(warnings.join('; ')) }),
      }).send(Readable.from(body, { objectMode: false }));
    },
  };
}
