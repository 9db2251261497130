import { AudioError } from '../errors.js';
import { type SampleRange } from '../pcm.js';

/** Rate that the model listens at and samples that it hears at a time: silero-vad 6.2.3, utils_vad.py. */
export const VAD_RATE_HZ = 16_000;
export const VAD_WINDOW_SAMPLES = 512;

/** What counts as speech; the defaults are those of silero-vad 6.2.3, get_speech_timestamps. */
export type SpeechOptions = {
  /** Probability from which a window is speech, 0…1. @default 0.5 */
  readonly threshold?: number | undefined;
  /** Probability below which speech ends, 0…1. @default threshold − 0.15, at least 0.01 */
  readonly endThreshold?: number | undefined;
  /** Speech that is not longer is dropped, ms. @default 250 */
  readonly minSpeechMs?: number | undefined;
  /** Longer speech is ended at its longest pause, or here when it has none, ms. @default Infinity */
  readonly maxSpeechMs?: number | undefined;
  /** Speech ends when it is quiet for so long, ms. @default 100 */
  readonly minSilenceMs?: number | undefined;
  /** Pauses longer than this are places to end too long speech at, ms. @default 98 */
  readonly minSilenceAtMaxMs?: number | undefined;
  /** Speech is widened by this on both sides, at most to the middle of a pause, ms. @default 30 */
  readonly paddingMs?: number | undefined;
};

/**
 * Turns the probabilities of a voice activity detector into ranges of speech, as silero-vad's get_speech_timestamps does.
 * @param probabilities - One for each window of 512 samples at 16 kHz, 0…1; the last window may be cut off.
 * @param sampleCount - Samples of the recording at 16 kHz.
 * @returns Half-open ranges in samples at 16 kHz, sorted, disjoint.
 * @throws {AudioError} AUDIO_OPTION_INVALID for options out of range, or when the windows and the samples do not match.
 */
export function findSpeech(probabilities: ArrayLike<number>, sampleCount: number, options: SpeechOptions = {}): readonly SampleRange[] {
  const { threshold = 0.5, endThreshold = Math.max(threshold - 0.15, 0.01), minSpeechMs = 250, maxSpeechMs = Infinity, minSilenceMs = 100, minSilenceAtMaxMs = 98, paddingMs = 30 } = options;
  for (const [name, value] of Object.entries({ threshold, endThreshold })) if (!(value >= 0 && value <= 1)) refuse(`${name} must be 0 to 1, got ${value}`);
  for (const [name, value] of Object.entries({ minSpeechMs, maxSpeechMs, minSilenceMs, minSilenceAtMaxMs, paddingMs })) if (!(value >= 0)) refuse(`${name} must be 0 or more, got ${value}`);
  if (probabilities.length !== Math.ceil(sampleCount / VAD_WINDOW_SAMPLES)) refuse(`${sampleCount} samples need ${Math.ceil(sampleCount / VAD_WINDOW_SAMPLES)} probabilities, got ${probabilities.length}`);
  const padding = samplesOf(paddingMs);
  const found = rawSpeech(probabilities, sampleCount, {
    threshold, endThreshold, minSpeech: samplesOf(minSpeechMs), minSilence: samplesOf(minSilenceMs), minSilenceAtMax: samplesOf(minSilenceAtMaxMs),
    maxSpeech: samplesOf(maxSpeechMs) - VAD_WINDOW_SAMPLES - 2 * padding,
  });
  return padSpeech(found, sampleCount, padding);
}

const samplesOf = (ms: number): number => (VAD_RATE_HZ * ms) / 1000;
const refuse = (message: string): never => { throw new AudioError('AUDIO_OPTION_INVALID', message); };

type Limits = { readonly threshold: number; readonly endThreshold: number; readonly minSpeech: number; readonly maxSpeech: number; readonly minSilence: number; readonly minSilenceAtMax: number };

/** Speech before padding. The order of the questions is upstream's: get_speech_timestamps_from_probs with use_max_poss_sil_at_max_speech. */
function rawSpeech(probabilities: ArrayLike<number>, sampleCount: number, limits: Limits): SampleRange[] {
  const speech: SampleRange[] = [];
  let start: number | null = null; // of the speech under way
  let quietFrom: number | null = null; // where it may have ended
  let pauses: { readonly at: number; readonly length: number }[] = []; // long enough to end too long speech at
  for (let i = 0; i < probabilities.length; i++) {
    const now = i * VAD_WINDOW_SAMPLES, probability = probabilities[i]!;
    if (probability >= limits.threshold && quietFrom !== null) {
      if (now - quietFrom > limits.minSilenceAtMax) pauses.push({ at: quietFrom, length: now - quietFrom });
      quietFrom = null;
    }
    if (start === null) {
      if (probability >= limits.threshold) start = now;
      continue;
    }
    if (now - start > limits.maxSpeech) {
      const [first, ...rest] = pauses;
      pauses = [];
      quietFrom = null;
      if (first === undefined) {
        speech.push({ start, end: now });
        start = null;
        continue;
      }
      const longest = rest.reduce((a, b) => (b.length > a.length ? b : a), first);
      speech.push({ start, end: longest.at });
      start = longest.at + longest.length;
    }
    if (probability >= limits.endThreshold) continue;
    quietFrom ??= now;
    if (now - quietFrom < limits.minSilence) continue;
    if (quietFrom - start > limits.minSpeech) speech.push({ start, end: quietFrom });
    start = quietFrom = null;
    pauses = [];
  }
  if (start !== null && sampleCount - start > limits.minSpeech) speech.push({ start, end: sampleCount });
  return speech;
}

function padSpeech(speech: readonly SampleRange[], sampleCount: number, padding: number): SampleRange[] {
  return speech.map(({ start, end }, k) => {
    const before = speech[k - 1]?.end, after = speech[k + 1]?.start;
    const narrow = (gap: number): boolean => gap < 2 * padding;
    return {
      start: Math.trunc(Math.max(0, start - (before !== undefined && narrow(start - before) ? Math.floor((start - before) / 2) : padding))),
      end: Math.trunc(after !== undefined && narrow(after - end) ? end + Math.floor((after - end) / 2) : Math.min(sampleCount, end + padding)),
    };
  });
}
