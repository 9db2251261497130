import type { SynthesisRequest } from '@voxtune/inference-client';
import { ServingError } from '../errors.js';
import type { ServingMetrics } from '../metrics/serving-metrics.js';
import type { PoolLease, VoicePool } from '../queue/voice-pool.js';
import type { Voice } from '../voice/read-voice.js';
import type { WorkerLaunch } from '../workers/engine-process.js';
import { probeStatus } from '../workers/wait-until-ready.js';
import type { Worker } from '../workers/worker.js';
import { faultError, readFault, type Connect } from './engine-client.js';
import { switchVoice, type VerifyVoice } from './switch-voice.js';

/** What is to be said; the voice brings its own prompt. */
export type Utterance = Omit<SynthesisRequest, 'promptAudioPath' | 'promptText' | 'promptLanguage' | 'mediaType' | 'streamingMode'>;
export type Speech = {
  /** One channel, −1…1. */
  readonly samples: Float32Array;
  readonly sampleRateHz: number;
  readonly warnings: readonly string[];
  /** 1, or 2 after a retry. */
  readonly attempts: number;
  readonly queueMs: number;
  readonly synthesisMs: number;
};
export type SpeechService = {
  speak(voice: Voice, utterance: Utterance, options?: { readonly signal?: AbortSignal; /** Who asks, for turns in the queue. */ readonly caller?: string }): Promise<Speech>;
  /** Makes a worker hold the voice before anyone asks. */
  prepare(voice: Voice): Promise<void>;
};

export type SpeechServiceOptions = {
  readonly pool: VoicePool;
  readonly voices: ReadonlyMap<string, Voice>;
  readonly connect: Connect;
  readonly launch: (voice: Voice, index: number, port: number) => WorkerLaunch | Promise<WorkerLaunch>;
  readonly verifyVoice: VerifyVoice | undefined;
  /** Longest time from a request to its answer, and of one synthesis, ms. */
  readonly deadlineMs: number;
  readonly metrics: ServingMetrics;
};

const ATTEMPTS = 2; // a silent or lost answer is tried once more, on a fresh lease
const SETTLE_MS = 1000; // ours: a killed process is noticed within milliseconds

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
export function createSpeechService({ pool, voices, connect, launch, verifyVoice, deadlineMs, metrics }: SpeechServiceOptions): SpeechService {
  const hold = async (lease: PoolLease, voice: Voice, signal: AbortSignal): Promise<void> => {
    if (lease.holds === voice.id) return;
    const startedMs = performance.now();
    const { worker } = lease;
    const from = lease.holds === null ? null : (voices.get(lease.holds) ?? null);
    await switchVoice({ lease, voice, from, launch, signal, verify: verifyVoice, client: () => connect({ baseUrl: worker.url, dialect: worker.dialect, timeoutMs: deadlineMs }) });
    metrics.switched((performance.now() - startedMs) / 1000);
  };

  /** One attempt on one lease, to its very end: the lease is given back only when the engine is done or being ended. */
  const attempt = async (lease: PoolLease, voice: Voice, utterance: Utterance): Promise<Omit<Speech, 'attempts' | 'queueMs'>> => {
    const { worker } = lease;
    let { generation } = worker;
    const hung = new AbortController();
    const timer = setTimeout(() => hung.abort(), deadlineMs);
    try {
      await hold(lease, voice, hung.signal);
      ({ generation } = worker);
      const startedMs = performance.now();
      const reply = await connect({ baseUrl: worker.url, dialect: worker.dialect, timeoutMs: deadlineMs * 2 }).synthesize(
        { ...utterance, promptAudioPath: voice.prompt.path, promptText: voice.prompt.text, promptLanguage: voice.prompt.language, mediaType: 'wav' }, { signal: hung.signal });
      if (lease.holds !== voice.id || worker.generation !== generation) throw new ServingError('SERVING_ENGINE_LOST', 'The engine was started again while it spoke', { voice: voice.id });
      const { samples, sampleRateHz, channels } = reply.audio;
      if (samples === null || channels !== 1) throw new ServingError('SERVING_ENGINE_REFUSED', `The engine answered ${samples === null ? 'audio that is not PCM' : `${channels} channels`}; one channel of PCM was asked for`, { voice: voice.id });
      return { samples, sampleRateHz, warnings: reply.warnings, synthesisMs: performance.now() - startedMs };
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

  return {
    async prepare(voice) {
      const lease = await pool.lease(voice.id);
      try {
        await hold(lease, voice, AbortSignal.timeout(deadlineMs));
      } finally {
        lease.release();
      }
    },
    async speak(voice, utterance, { signal: caller, caller: asker = '' } = {}) {
      const over = new AbortController();
      const deadline = setTimeout(() => over.abort(new ServingError('SERVING_DEADLINE', `No answer within ${deadlineMs} ms`, { voice: voice.id, deadlineMs })), deadlineMs);
      const hangUp = (): void => over.abort(new ServingError('SERVING_CALLER_GONE', 'The caller hung up', { voice: voice.id }));
      if (caller?.aborted === true) hangUp();
      caller?.addEventListener('abort', hangUp, { once: true });
      const given = new Promise<never>((_, reject) => over.signal.addEventListener('abort', () => reject(over.signal.reason as Error), { once: true }));
      given.catch(() => undefined); // only raced with
      let queueMs = 0;
      try {
        for (let attempts = 1; ; attempts += 1) {
          const lease = await pool.lease(voice.id, { signal: over.signal, caller: asker });
          queueMs += lease.waitedMs;
          metrics.waited(lease.waitedMs / 1000);
          const running = attempt(lease, voice, utterance);
          running.catch(() => undefined); // the engine cannot be interrupted: when the caller is gone this still runs, and ends by itself
          try {
            const done = await Promise.race([running, given]);
            metrics.spoke(voice.id, done.synthesisMs / 1000);
            return { ...done, attempts, queueMs };
          } catch (error) {
            if (over.signal.aborted) throw error;
            const fault = error instanceof ServingError ? (error.code === 'SERVING_ENGINE_LOST' ? { kind: 'lost' as const, message: error.message } : null) : readFault(error);
            if (fault === null) throw error;
            if (fault.kind === 'silent') metrics.silent();
            if (attempts === ATTEMPTS || fault.kind === 'refused' || fault.kind === 'invalid') throw faultError(fault, voice.id, error);
          }
        }
      } finally {
        clearTimeout(deadline);
        caller?.removeEventListener('abort', hangUp);
      }
    },
  };
}
