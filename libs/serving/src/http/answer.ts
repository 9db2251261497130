import { applyLexicon, formatSrt, formatVtt, type SpokenSentence } from '@voxtune/inference-client';
import { readNumbersZh } from '@voxtune/text';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import type { Caller } from '../access/access.js';
import { cacheKey, type CachedAnswer } from '../cache/speech-cache.js';
import { createSharedWork } from '../cache/share-work.js';
import { encodeSpeech } from '../encode/encode-speech.js';
import { planStreamEncoding } from '../encode/stream-encoder.js';
import { ServingError } from '../errors.js';
import type { Sound } from '../speak/sound.js';
import { hasPauses, type ScriptSpeech, speakScript, streamScript } from '../speak/speak-script.js';
import type { Speech, Utterance } from '../speak/speech-service.js';
import type { Voice } from '../voice/read-voice.js';
import type { RouteContext } from './routes.js';
import { toEvents } from './speech-events.js';
import type { SpeechOrder } from './speech-request.js';

/** Who wants what said by which voice, with nothing left open. */
export type Ask = { readonly caller: Caller; readonly voice: Voice; readonly order: SpeechOrder; readonly utterance: Utterance; readonly characters: number };
export type Answers = {
  /** Speaks all of it, then answers. */
  send(request: FastifyRequest, reply: FastifyReply, ask: Ask): Promise<FastifyReply>;
  /** Answers while it is spoken. A failure before the first sound is an answer of its own; a later one ends the connection, or is an event. */
  stream(reply: FastifyReply, ask: Ask, as: 'audio' | 'sse'): Promise<FastifyReply>;
  /** Has it in the cache. True when it was not there yet. @throws as `send`. */
  prepare(ask: Ask, signal: AbortSignal): Promise<boolean>;
};

/** What was made, and the headers that hold for this once only. */
type Made = { readonly answer: CachedAnswer; readonly once: Readonly<Record<string, string>> };

const WARNING_HEADER = 'x-voxtune-warning';
const PAUSE_SEC = 0.3; // the engine's own fragment_interval (GPT-SoVITS 48b1a01, api_v2.py)
/** Header values are Latin-1; anything else is percent-encoded. */
const headerText = (text: string): string => text.replace(/[^\x20-\x7e]/gu, (character) => encodeURIComponent(character));

/** Aborts when the caller hangs up before the answer is out. */
function watchCaller(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => { if (!reply.raw.writableFinished) gone.abort(); });
  return gone.signal;
}

/** Fills in what a request leaves open: the voice's language, and the prompt of the emotion asked for. */
export function completeAsk(caller: Caller, voice: Voice, order: SpeechOrder): Ask {
  const { emotion } = order;
  const prompt = emotion === null || emotion === 'neutral' ? undefined : voice.prompts[emotion]; // neutral is the guide's default, and the voice's own prompt
  const unknown = emotion !== null && emotion !== 'neutral' && prompt === undefined ? [`emotion: ${voice.id} has no prompt audio for ${JSON.stringify(emotion.slice(0, 40))}; it has ${['neutral', ...Object.keys(voice.prompts)].join(', ')}`] : [];
  const { text, textLanguage = voice.language } = order.utterance;
  return { caller, voice, characters: [...text].length, utterance: { ...order.utterance, textLanguage, ...(prompt === undefined ? {} : { prompt }) }, order: { ...order, warnings: [...order.warnings, ...unknown] } };
}

/** Answers requests for speech: from the cache, together with an equal request under way, or by asking the engine. */
export function createAnswers({ service, book, metrics, encode, cache, ffmpeg, verify, readNumbers }: Pick<RouteContext, 'service' | 'book' | 'metrics' | 'encode' | 'cache' | 'ffmpeg' | 'verify' | 'readNumbers'>): Answers {
  const shared = createSharedWork<Made>();
  const isHeard = ({ verify: wanted }: SpeechOrder): boolean => verify !== null && (wanted ?? verify.unasked);
  const readerOf = ({ textLanguage }: Utterance) => (text: string): string => (readNumbers && /^(all_)?zh$/.test(textLanguage) ? readNumbersZh(text, { digitOne: '幺' }) : text);
  const spoken = (utterance: Utterance, voice: Voice): Utterance => ({ ...utterance, text: readerOf(utterance)(applyLexicon(utterance.text, voice.lexicon)) });

  const speak = async ({ caller, voice, order, utterance }: Ask, signal: AbortSignal): Promise<Speech | ScriptSpeech> => {
    const options = { signal, caller: caller.id };
    if (!isHeard(order) && order.subtitles === null && order.pauseSec === null && !hasPauses(utterance.text)) return service.speak(voice, spoken(utterance, voice), options);
    const heard = isHeard(order) && verify !== null ? verify.of(voice, utterance, signal) : null;
    const speech = await speakScript(service, voice, utterance, { ...options, pauseSec: order.pauseSec ?? PAUSE_SEC, read: readerOf(utterance), verify: heard });
    for (const { attempts, errorRate } of speech.sentences) if (heard !== null) metrics.heard(attempts.length, errorRate !== null && errorRate > (heard.maxErrorRate ?? 0.1));
    return speech;
  };

  const make = async (ask: Ask, signal: AbortSignal): Promise<Made> => {
    const { voice, characters, order: { format, sampleRateHz, subtitles } } = ask;
    const speech = await speak(ask, signal);
    const encoded = await encodeSpeech(speech.sound, format, sampleRateHz, encode, signal);
    metrics.delivered(encoded.durationSec, speech.synthesisMs / 1000, characters);
    const told = 'sentences' in speech && subtitles !== null ? describeSpeech(encoded.bytes, encoded.sampleRateHz, encoded.durationSec, format, speech, subtitles) : null;
    return {
      answer: {
        bytes: told ?? encoded.bytes,
        headers: {
          'content-type': told === null ? encoded.contentType : 'application/json; charset=utf-8', 'x-voxtune-voice': headerText(voice.id), 'x-voxtune-voice-version': voice.version, 'x-voxtune-sample-rate-hz': String(encoded.sampleRateHz),
          'x-voxtune-duration-sec': encoded.durationSec.toFixed(3), ...(speech.warnings.length === 0 ? {} : { [WARNING_HEADER]: headerText(speech.warnings.join('; ')) }),
        },
      },
      once: { 'x-voxtune-synthesis-ms': String(Math.round(speech.synthesisMs)), 'x-voxtune-queue-ms': String(Math.round(speech.queueMs)), 'x-voxtune-attempts': String(speech.attempts) },
    };
  };

  const find = async (ask: Ask, signal: AbortSignal, fresh: boolean): Promise<Made> => {
    const { voice, utterance, characters, order } = ask;
    if (cache === null) return make(ask, signal);
    const { format, sampleRateHz, subtitles, pauseSec } = order;
    const key = cacheKey(voice.id, { ...utterance, version: voice.version, format, sampleRateHz, subtitles, pauseSec, heard: isHeard(order), readNumbers });
    const kept = fresh ? null : await cache.get(key);
    if (kept !== null) {
      metrics.cacheHit();
      metrics.delivered(Number(kept.headers['x-voxtune-duration-sec'] ?? 0), 0, characters);
      return { answer: kept, once: { 'x-voxtune-cache': 'hit' } };
    }
    return shared.join(key, async (all) => {
      const made = await make(ask, all);
      const written = await cache.put(key, made.answer);
      try {
        book.checkNotRevoked(voice.id);
      } catch (error) {
        await cache.forgetVoice(voice.id); // it was revoked while its answer was written
        throw error;
      }
      return { ...made, once: { ...made.once, 'x-voxtune-cache': written ? 'miss' : 'not-kept' } };
    }, signal);
  };

  return {
    async send(request, reply, ask) {
      ask.caller.admit(ask.characters);
      const { answer: { bytes, headers }, once } = await find(ask, watchCaller(reply), /\bno-(?:cache|store)\b/.test(request.headers['cache-control'] ?? ''));
      const warnings = [...ask.order.warnings.map(headerText), ...(headers[WARNING_HEADER] === undefined ? [] : [headers[WARNING_HEADER]])];
      return reply.headers({
        ...headers, ...once, 'content-length': bytes.byteLength, 'cache-control': 'no-store', ...(warnings.length === 0 ? {} : { [WARNING_HEADER]: warnings.join('; ') }),
      }).send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    },
    async prepare(ask, signal) {
      if (cache === null) throw new ServingError('SERVING_REQUEST_INVALID', 'There is no cache to speak into', {});
      const { once } = await find(ask, signal, false);
      if (once['x-voxtune-cache'] === 'not-kept') throw new ServingError('SERVING_CACHE_FULL', 'The answer could not be kept', {});
      return once['x-voxtune-cache'] === 'miss';
    },
    async stream(reply, ask, as) {
      const { caller, voice, utterance, characters, order: { format, sampleRateHz, warnings } } = ask;
      caller.admit(characters);
      const options = { signal: watchCaller(reply), caller: caller.id };
      const said = spoken(utterance, voice);
      const speech = await (hasPauses(said.text) ? streamScript(service, voice, said, options) : service.stream(voice, said, options));
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

/** Speech and where its sentences lie, as JSON. */
function describeSpeech(bytes: Uint8Array, sampleRateHz: number, durationSec: number, format: string, { sentences, warnings }: ScriptSpeech, subtitles: 'srt' | 'vtt' | 'none'): Uint8Array {
  const told = sentences.map(({ text, startSec, endSec, errorRate, attempts }: SpokenSentence) => ({ text, startSec, endSec, ...(errorRate === null ? {} : { errorRate, attempts: attempts.length }) }));
  const written = subtitles === 'none' ? {} : { subtitles: subtitles === 'srt' ? formatSrt(sentences) : formatVtt(sentences) };
  return Buffer.from(JSON.stringify({ audio: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64'), format, sampleRateHz, durationSec, sentences: told, ...written, warnings }));
}
