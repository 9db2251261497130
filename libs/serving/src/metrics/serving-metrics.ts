import type { SpeechCache } from '../cache/speech-cache.js';
import type { Worker } from '../workers/worker.js';
import type { VoicePool } from '../queue/voice-pool.js';
import type { MemoryWatch } from '../workers/watch-memory.js';
import { createRegistry } from './registry.js';

/** What a gateway counts about itself. */
export type ServingMetrics = {
  request(route: string, method: string, status: number, seconds: number): void;
  waited(seconds: number): void;
  switched(seconds: number): void;
  spoke(voice: string, seconds: number): void;
  streamed(voice: string, seconds: number): void;
  firstAudio(seconds: number): void;
  delivered(audioSec: number, synthesisSec: number, characters: number): void;
  silent(): void;
  /** A sentence was heard, after so many syntheses; whether its best was still not understood. */
  heard(attempts: number, bad: boolean): void;
  rejected(reason: string): void;
  cacheHit(): void;
  /** Mean of the last syntheses, seconds; null before the first. */
  meanSynthesisSec(): number | null;
  watch(pool: VoicePool, workers: readonly Worker[], cache: SpeechCache | null, memory: Pick<MemoryWatch, 'residentBytes' | 'gpus'>): void;
  format(): string;
};

const SECONDS = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]; // ours: from gateway overhead to the default deadline
const RTF = [0.05, 0.1, 0.25, 0.5, 1, 2, 4]; // ours: around real time (1) and the guide's limit (2)
const RECENT_WEIGHT = 0.2; // ours: the mean follows the last five or so

/** Makes the metrics; names are Prometheus style: base unit, `_total`, `_seconds`. The `voice` label is bounded by the registered voices. */
export function createServingMetrics(): ServingMetrics {
  const registry = createRegistry();
  const requests = registry.counter('voxtune_http_requests_total', 'Requests answered.');
  const durations = registry.histogram('voxtune_http_request_duration_seconds', 'Time from request to answer.', SECONDS);
  const synthesis = registry.histogram('voxtune_synthesis_duration_seconds', 'Time the engine took for one answer.', SECONDS);
  const firstAudio = registry.histogram('voxtune_time_to_first_audio_seconds', 'Time from a request for a stream to its first audio.', SECONDS);
  const audio = registry.counter('voxtune_audio_seconds_total', 'Speech delivered.');
  const characters = registry.counter('voxtune_input_characters_total', 'Text spoken.');
  const rtf = registry.histogram('voxtune_realtime_factor', 'Synthesis time over speech duration.', RTF);
  const queueWait = registry.histogram('voxtune_queue_wait_seconds', 'Time a request waited for a worker.', SECONDS);
  const rejected = registry.counter('voxtune_rejected_total', 'Requests refused.');
  const switches = registry.counter('voxtune_voice_switches_total', 'Voice switches.');
  const switching = registry.histogram('voxtune_voice_switch_seconds', 'Time a voice switch took.', SECONDS);
  const cacheHits = registry.counter('voxtune_cache_hits_total', 'Answers that were taken from the cache.');
  const attempts = registry.histogram('voxtune_verify_attempts', 'Syntheses that a sentence took until it was understood, or given up.', [1, 2, 3, 5, 8]);
  const badCases = registry.counter('voxtune_badcase_total', 'Speech that was not as it should be: silence, or words not understood.');
  const silents = registry.counter('voxtune_silent_output_total', 'Engine answers without speech.');
  let mean: number | null = null;
  return {
    request(route, method, status, seconds) {
      requests.add({ route, method, status: String(status) });
      durations.observe(seconds, { route });
    },
    waited: (seconds) => queueWait.observe(seconds),
    switched(seconds) {
      switches.add();
      switching.observe(seconds);
    },
    spoke(voice, seconds) {
      synthesis.observe(seconds, { voice, mode: 'whole' });
      mean = mean === null ? seconds : mean + RECENT_WEIGHT * (seconds - mean);
    },
    streamed: (voice, seconds) => synthesis.observe(seconds, { voice, mode: 'stream' }),
    firstAudio: (seconds) => firstAudio.observe(seconds),
    delivered(audioSec, synthesisSec, count) {
      audio.add({}, audioSec);
      characters.add({}, count);
      if (audioSec > 0 && synthesisSec > 0) rtf.observe(synthesisSec / audioSec); // an answer from the cache was not synthesised
    },
    silent() {
      silents.add();
      badCases.add({ kind: 'silent' });
    },
    heard(count, bad) {
      attempts.observe(count);
      if (bad) badCases.add({ kind: 'misspoken' });
    },
    rejected: (reason) => rejected.add({ reason }),
    cacheHit: () => cacheHits.add(),
    meanSynthesisSec: () => mean,
    watch(pool, workers, cache, memory) {
      registry.read('voxtune_worker_resident_memory_bytes', 'Memory that the worker holds.', 'gauge', () => workers.flatMap((_, index) => {
        const value = memory.residentBytes(index);
        return value === null ? [] : [{ labels: { worker: String(index) }, value }];
      }));
      registry.read('voxtune_gpu_memory_used_bytes', 'Memory that is used of the GPU, by whomever.', 'gauge', () => memory.gpus.map(({ gpu, usedBytes }) => ({ labels: { gpu }, value: usedBytes })));
      if (cache !== null) registry.read('voxtune_cache_bytes', 'What the cached answers take on disk.', 'gauge', () => [{ value: cache.sizeBytes }]);
      registry.read('voxtune_queue_depth', 'Requests that wait for a worker.', 'gauge', () => [{ value: pool.waiting }]);
      registry.read('voxtune_worker_up', 'Whether the worker is ready.', 'gauge', () => workers.map((worker, index) => ({ labels: { worker: String(index) }, value: worker.state === 'ready' ? 1 : 0 })));
      registry.read('voxtune_worker_restarts_total', 'Starts of a worker after its first.', 'counter', () => workers.flatMap((worker, index) =>
        Object.entries(worker.restarts).map(([reason, value]) => ({ labels: { worker: String(index), reason }, value }))));
    },
    format: () => registry.format(),
  };
}
