import { quantile } from '../bootstrap.js';
import { mapInParallel } from '../evaluate/in-parallel.js';
import { describeError } from '../evaluate/ask.js';
import { realTimeFactor } from './measure-rtf.js';

export type SpeedOptions = {
  /** What is spoken, one of each length that matters, 1 or more. `group` names the length in the result, for instance `short`. */
  readonly sentences: readonly { readonly id: string; readonly text: string; readonly language: string; readonly group: string }[];
  /** Speaks one; calls `onFirstAudio` when the first samples arrive (never: no time to first audio), and gives the seconds of audio. */
  readonly speak: (sentence: SpeedOptions['sentences'][number], onFirstAudio: () => void, signal: AbortSignal) => Promise<{ readonly durationSec: number }>;
  /** Seconds, from any start; `() => performance.now() / 1000`. */
  readonly clock: () => number;
  /** Requests at once, one row each. @default [1] */
  readonly concurrency?: readonly number[];
  /** Times the list is spoken for each row. @default 3 */
  readonly rounds?: number;
  /** Requests before the first row that count for nothing: they pay for the engine's start. @default 1 */
  readonly warmUp?: number;
  readonly signal?: AbortSignal;
};

/** Three points of a distribution; null where nothing was measured. */
export type Percentiles = { readonly p50: number | null; readonly p95: number | null; readonly p99: number | null };
/** One group of sentences (null: all) at one concurrency. */
export type SpeedRow = {
  readonly concurrency: number;
  readonly group: string | null;
  readonly requests: number;
  readonly failed: number;
  /** Seconds of waiting for a second of audio, a request. */
  readonly rtf: Percentiles;
  /** Seconds from the request to the first samples. */
  readonly firstAudioSec: Percentiles;
  /** Seconds of audio made in a second, all requests together; null for groups and where none came. */
  readonly audioPerSec: number | null;
};
export type SpeedReport = { readonly rows: readonly SpeedRow[]; readonly problems: readonly { readonly id: string; readonly code: string; readonly message: string }[] };

/**
 * Measures how fast an engine speaks: real-time factor and time to first audio over sentence lengths and requests at once, after a warm-up.
 * @throws {RangeError} when a count is not a positive integer (warmUp: 0 or more). @throws what the signal holds when it is aborted.
 */
export async function measureSpeed({ sentences, speak, clock, concurrency = [1], rounds = 3, warmUp = 1, signal = new AbortController().signal }: SpeedOptions): Promise<SpeedReport> {
  for (const [name, value] of [['sentences', sentences.length], ['rounds', rounds], ...concurrency.map((count) => ['concurrency', count] as const)] as const) {
    if (!Number.isInteger(value) || value < 1) throw new RangeError(`${name} must be a positive integer, got ${value}`);
  }
  if (!Number.isInteger(warmUp) || warmUp < 0) throw new RangeError(`warmUp must be an integer of 0 or more, got ${warmUp}`);
  const problems: { id: string; code: string; message: string }[] = [];
  const once = async (sentence: (typeof sentences)[number]) => {
    signal.throwIfAborted();
    const start = clock();
    let first: number | null = null;
    try {
      const { durationSec } = await speak(sentence, () => { first ??= clock() - start; }, signal);
      return { group: sentence.group, durationSec, rtf: realTimeFactor(clock() - start, durationSec), firstSec: first };
    } catch (error) {
      signal.throwIfAborted();
      problems.push({ id: sentence.id, ...describeError(error, 'EVAL_SYNTHESIS_FAILED') });
      return { group: sentence.group, durationSec: 0, rtf: null, firstSec: null };
    }
  };
  for (let i = 0; i < warmUp; i += 1) await once(sentences[i % sentences.length]!);
  problems.length = 0; // what went wrong while warming up is not measured
  const rows: SpeedRow[] = [];
  for (const count of concurrency) {
    const start = clock();
    const runs = await mapInParallel(Array.from({ length: rounds }, () => sentences).flat(), count, once);
    const elapsed = clock() - start;
    const row = (group: string | null): SpeedRow => {
      const of = group === null ? runs : runs.filter((run) => run.group === group);
      const audioSec = of.reduce((sum, { durationSec }) => sum + durationSec, 0);
      return { concurrency: count, group, requests: of.length, failed: of.filter(({ rtf }) => rtf === null).length, rtf: percentiles(of.flatMap(({ rtf }) => rtf ?? [])), firstAudioSec: percentiles(of.flatMap(({ firstSec }) => firstSec ?? [])), audioPerSec: group === null && elapsed > 0 && audioSec > 0 ? audioSec / elapsed : null };
    };
    rows.push(row(null), ...[...new Set(sentences.map(({ group }) => group))].map(row));
  }
  return { rows, problems };
}

function percentiles(values: readonly number[]): Percentiles {
  if (values.length === 0) return { p50: null, p95: null, p99: null };
  const sorted = Float64Array.from(values).sort();
  return { p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95), p99: quantile(sorted, 0.99) };
}
