import type { SynthesisRequest } from '@voxtune/inference-client';
import { ServingError } from '../errors.js';
import type { ServingMetrics } from '../metrics/serving-metrics.js';
import type { PoolLease, VoicePool } from '../queue/voice-pool.js';
import { cutSentences } from '@voxtune/text';
import type { VoiceBook } from '../voice/voice-book.js';
import type { Voice, VoicePrompt } from '../voice/read-voice.js';
import type { WorkerLaunch } from '../workers/engine-process.js';
import { probeStatus } from '../workers/wait-until-ready.js';
import type { Worker } from '../workers/worker.js';
import { type Connect, type EngineClient, type EngineFault, faultError, readFault } from './engine-client.js';
import { createPieces } from './pieces.js';
import { type Sound, toSound } from './sound.js';
import { switchVoice, type VerifyVoice } from './switch-voice.js';

/** What is to be said; the voice brings its own prompt. */
export type Utterance = Omit<SynthesisRequest, 'promptAudioPath' | 'promptText' | 'promptLanguage' | 'mediaType' | 'streamingMode' | 'emotion' | 'emotionPrompts'> & {
  /** One of the voice's prompts. @default its own */
  readonly prompt?: VoicePrompt;
};
export type Speech = {
  readonly sound: Sound;
  readonly warnings: readonly string[];
  /** 1, or 2 after a retry. */
  readonly attempts: number;
  readonly queueMs: number;
  readonly synthesisMs: number;
};
/** Speech whose first piece is there. */
export type StreamedSpeech = {
  readonly sampleRateHz: number;
  /** Iterate it once; leaving the loop lets the engine finish the sentence unheard. @throws {ServingError} when the engine fails on the way. */
  readonly pieces: AsyncIterable<Sound>;
  readonly attempts: number;
  readonly queueMs: number;
  /** From the lease to the first piece. */
  readonly firstPieceMs: number;
};
export type SpeakOptions = { readonly signal?: AbortSignal; /** Who asks, for turns in the queue. */ readonly caller?: string };
export type SpeechService = {
  speak(voice: Voice, utterance: Utterance, options?: SpeakOptions): Promise<Speech>;
  /** Speaks piece by piece. Until the first piece a failure is tried again, as by `speak`; later ones are thrown by the iteration. */
  stream(voice: Voice, utterance: Utterance, options?: SpeakOptions): Promise<StreamedSpeech>;
  /** Makes a worker hold the voice before anyone asks. */
  prepare(voice: Voice): Promise<void>;
};

export type SpeechServiceOptions = {
  readonly pool: VoicePool;
  readonly book: Pick<VoiceBook, 'voices' | 'onRevoke' | 'checkNotRevoked'>;
  /** Most sentences of one text that the engine computes at once. */
  readonly maxBatch: number;
  readonly connect: Connect;
  readonly launch: (voice: Voice, index: number, port: number) => WorkerLaunch | Promise<WorkerLaunch>;
  readonly verifyVoice: VerifyVoice | undefined;
  /** Longest time from a request to its answer, and of one synthesis, ms. */
  readonly deadlineMs: number;
  readonly metrics: ServingMetrics;
};

const ATTEMPTS = 2; // a silent or lost answer is tried once more, on a fresh lease
const MOST_WAITING_SEC = 60; // ours: speech that waits for a slow reader, 7.7 MB at 32 kHz
const SETTLE_MS = 1000; // ours: a killed process is noticed within milliseconds

/** A worker that holds the voice, for as long as the lease lasts. */
type Engaged = {
  readonly client: EngineClient;
  /** Aborts when the engine is silent past the deadline. */
  readonly signal: AbortSignal;
  /** Says that the engine is alive. */
  touch(): void;
  /** Says that it has spoken. */
  spoke(): void;
  /** @throws {ServingError} SERVING_ENGINE_LOST when the worker is no longer the one that was leased. */
  check(): void;
};

/** After a dropped connection: waits until the worker is seen to be dead or well, and has it started again when it is neither. */
async function settle(worker: Worker, generation: number): Promise<void> {
  const unchanged = (): boolean => worker.state === 'ready' && worker.generation === generation;
  const endMs = performance.now() + SETTLE_MS;
  while (unchanged() && performance.now() < endMs) {
    if ((await probeStatus(`${worker.url}/docs`, SETTLE_MS)) !== null) return;
    await new Promise((next) => setTimeout(next, 20));
  }
  if (unchanged()) void worker.restart('lost', { force: true }).catch(() => undefined);
}

/** Speaks with the voices of a pool: leases a worker, switches its voice, asks it, and never lets two requests near one worker. */
export function createSpeechService({ pool, book, maxBatch, connect, launch, verifyVoice, deadlineMs, metrics }: SpeechServiceOptions): SpeechService {
  const hold = async (lease: PoolLease, voice: Voice, signal: AbortSignal): Promise<void> => {
    if (lease.holds === voice.id) return;
    const startedMs = performance.now();
    const { worker } = lease;
    const from = lease.holds === null ? null : (book.voices.get(lease.holds) ?? null);
    await switchVoice({ lease, voice, from, launch, signal, verify: verifyVoice, client: () => connect({ baseUrl: worker.url, dialect: worker.dialect, timeoutMs: deadlineMs }) });
    metrics.switched((performance.now() - startedMs) / 1000);
  };

  /** Work with a worker that holds the voice, to its very end: the lease is given back only when the engine is done or being ended. */
  const onLease = async <T>(lease: PoolLease, voice: Voice, work: (engaged: Engaged) => Promise<T>): Promise<T> => {
    const { worker } = lease;
    let { generation } = worker;
    const hung = new AbortController();
    const timer = setTimeout(() => hung.abort(), deadlineMs);
    try {
      await hold(lease, voice, hung.signal);
      ({ generation } = worker);
      return await work({
        client: connect({ baseUrl: worker.url, dialect: worker.dialect, timeoutMs: deadlineMs * 2 }), signal: hung.signal,
        touch: () => void timer.refresh(),
        spoke: () => worker.confirm(),
        check() {
          if (lease.holds !== voice.id || worker.generation !== generation) throw new ServingError('SERVING_ENGINE_LOST', 'The engine was started again while it spoke', { voice: voice.id });
        },
      });
    } catch (error) {
      if (hung.signal.aborted) {
        void worker.restart('hung', { force: true }).catch(() => undefined); // its state tells how that went
        throw new ServingError('SERVING_DEADLINE', `The engine did not answer within ${deadlineMs} ms; it is started again`, { voice: voice.id, deadlineMs }, { cause: error });
      }
      if (readFault(error)?.kind === 'lost') await settle(worker, generation);
      throw error;
    } finally {
      clearTimeout(timer);
      lease.release();
    }
  };

  /** Runs `attempt` on a lease, once more on a fresh one after silence or a lost connection, until the caller leaves or the deadline is over. */
  const withRetry = async <T>(voice: Voice, { signal: caller, caller: asker = '' }: SpeakOptions, attempt: (lease: PoolLease) => Promise<T>): Promise<T & { readonly attempts: number; readonly queueMs: number }> => {
    const over = new AbortController();
    const deadline = setTimeout(() => over.abort(new ServingError('SERVING_DEADLINE', `No answer within ${deadlineMs} ms`, { voice: voice.id, deadlineMs })), deadlineMs);
    const hangUp = (): void => over.abort(new ServingError('SERVING_CALLER_GONE', 'The caller hung up', { voice: voice.id }));
    if (caller?.aborted === true) hangUp();
    caller?.addEventListener('abort', hangUp, { once: true });
    book.checkNotRevoked(voice.id);
    const forget = book.onRevoke(voice.id, (error) => over.abort(error));
    const given = new Promise<never>((_, reject) => over.signal.addEventListener('abort', () => reject(over.signal.reason as Error), { once: true }));
    given.catch(() => undefined); // only raced with
    let queueMs = 0;
    try {
      for (let attempts = 1; ; attempts += 1) {
        const lease = await pool.lease(voice.id, { signal: over.signal, caller: asker });
        queueMs += lease.waitedMs;
        metrics.waited(lease.waitedMs / 1000);
        const running = attempt(lease);
        running.catch(() => undefined); // the engine cannot be interrupted: when the caller is gone this still runs, and ends by itself
        try {
          return { ...(await Promise.race([running, given])), attempts, queueMs };
        } catch (error) {
          if (over.signal.aborted) throw error;
          const fault = faultOf(error);
          if (fault === null) throw error;
          if (fault.kind === 'silent') metrics.silent();
          if (attempts === ATTEMPTS || fault.kind === 'refused' || fault.kind === 'invalid') throw faultError(fault, voice.id, error);
        }
      }
    } finally {
      clearTimeout(deadline);
      forget();
      caller?.removeEventListener('abort', hangUp);
    }
  };

  const requestOf = (voice: Voice, { prompt = voice.prompt, ...utterance }: Utterance): SynthesisRequest =>
    ({ ...utterance, ...planBatch(utterance, maxBatch), promptAudioPath: prompt.path, promptText: prompt.text, promptLanguage: prompt.language, mediaType: 'wav' });

  return {
    async prepare(voice) {
      const lease = await pool.lease(voice.id);
      try {
        await hold(lease, voice, AbortSignal.timeout(deadlineMs));
      } finally {
        lease.release();
      }
    },
    async speak(voice, utterance, options = {}) {
      const speech = await withRetry(voice, options, (lease) => onLease(lease, voice, async ({ client, signal, check, spoke }) => {
        const startedMs = performance.now();
        const { audio, warnings } = await client.synthesize(requestOf(voice, utterance), { signal });
        check();
        spoke();
        return { sound: toSound(audio, voice.id), warnings, synthesisMs: performance.now() - startedMs };
      }));
      metrics.spoke(voice.id, speech.synthesisMs / 1000);
      return speech;
    },
    async stream(voice, utterance, options = {}) {
      const { first, startedMs, pieces, attempts, queueMs } = await withRetry(voice, options, async (lease) => {
        const passing = createPieces(MOST_WAITING_SEC, deadlineMs / 2);
        const began = performance.now();
        const pump = onLease(lease, voice, async ({ client, signal, check, touch, spoke }) => {
          let heard = true;
          for await (const chunk of client.stream(requestOf(voice, utterance), { signal })) {
            check();
            const piece = toSound(chunk, voice.id);
            touch();
            if (heard) heard = await passing.push(piece); // a slow reader is waited for, though not as long as a silent engine: that one would be killed for it
            touch();
          }
          spoke();
          metrics.streamed(voice.id, (performance.now() - began) / 1000);
        });
        pump.then(passing.end, passing.fail);
        const piece = await passing.first;
        if (piece === null) throw new ServingError('SERVING_ENGINE_LOST', 'The engine ended its answer without audio', { voice: voice.id });
        return { first: piece, startedMs: began, pieces: passing };
      });
      const { sampleRateHz } = first;
      const named = async function* (): AsyncGenerator<Sound, void, void> {
        try {
          for await (const piece of pieces.take()) {
            book.checkNotRevoked(voice.id);
            yield piece;
          }
        } catch (error) {
          const fault = faultOf(error);
          throw fault === null ? error : faultError(fault, voice.id, error);
        }
      };
      const firstPieceMs = performance.now() - startedMs;
      metrics.firstAudio((queueMs + firstPieceMs) / 1000);
      return { sampleRateHz, pieces: named(), attempts, queueMs, firstPieceMs };
    },
  };
}

/**
 * How many sentences of a text the engine computes at once, where the caller leaves it open: all of them, up to `maxBatch`. It sorts them into buckets by length,
 * except at another speed than 1, where it turns that off by itself (GPT-SoVITS 48b1a01, TTS.py).
 */
export function planBatch({ text, splitMethod = 'cut5', batchSize, splitBucket, speed = 1 }: Pick<Utterance, 'text' | 'splitMethod' | 'batchSize' | 'splitBucket' | 'speed'>, maxBatch: number): { readonly batchSize?: number; readonly splitBucket?: boolean } {
  if (maxBatch <= 1 || batchSize !== undefined) return {};
  const sentences = cutSentences(text, splitMethod).length;
  return sentences <= 1 ? {} : { batchSize: Math.min(maxBatch, sentences), splitBucket: splitBucket ?? speed === 1 };
}

/** What a failure says of the engine; null when it says nothing of it. */
const faultOf = (error: unknown): EngineFault | null =>
  error instanceof ServingError ? (error.code === 'SERVING_ENGINE_LOST' ? { kind: 'lost', message: error.message } : null) : readFault(error);
