import { countSyllables, trackPitch } from '@voxtune/audio';
import { quantile } from '../bootstrap.js';
import { assertJudgeable } from '../clip/check-clip.js';
import { frameLevels, speechLevelDbfs } from '../faults/levels.js';

/** How one clip is spoken; null where it cannot be told (nothing voiced). */
export type Prosody = {
  /** Median pitch, semitones re 100 Hz. */
  readonly pitchSemitones: number | null;
  /** Half the span that the middle 80 % of the voiced frames lie in, semitones: small for a monotone. */
  readonly pitchSpreadSemitones: number | null;
  /** Syllables a second of speech, leading and trailing silence left out. */
  readonly syllablesPerSec: number | null;
  /** Share of the speech's span that lies in pauses, 0…1. */
  readonly pauseShare: number | null;
  /** Standard deviation of the level of its frames outside pauses, dB. */
  readonly levelSpreadDb: number | null;
};
export type ProsodyMeasure = keyof Prosody;
export const PROSODY_MEASURES = ['pitchSemitones', 'pitchSpreadSemitones', 'syllablesPerSec', 'pauseShare', 'levelSpreadDb'] as const satisfies readonly ProsodyMeasure[];

const FRAME_SEC = 0.02; // Source: ours; as in detectFaults
const PAUSE_BELOW_DB = 25; // Source: ours; de Jong and Wempe (2009) take 25 dB below the loudest for silence
const SHORTEST_PAUSE_FRAMES = 8; // Source: ours; 160 ms; a stop consonant closes for up to 100 ms
const FEWEST_VOICED = 10; // Source: ours; a tenth of a second

/**
 * Measures pitch (Boersma's tracker of @voxtune/audio), pace, pauses and dynamics of one clip.
 * @param samples - Mono, −1…1, of any level.
 * @param sampleRateHz - 4 000…384 000 Hz, whole.
 * @throws {EvalError} EVAL_CLIP_* when the clip cannot be judged.
 */
export function measureProsody(samples: Float32Array, sampleRateHz: number): Prosody {
  assertJudgeable(samples, sampleRateHz);
  const rate = Math.round(sampleRateHz);
  const track = trackPitch(samples, rate);
  const semitones = track.f0Hz.filter((hz) => hz > 0).map((hz) => 12 * Math.log2(hz / 100)).sort();
  const voiced = semitones.length >= FEWEST_VOICED;
  const levels = frameLevels(samples, Math.round(FRAME_SEC * rate));
  const floor = speechLevelDbfs(levels) - PAUSE_BELOW_DB;
  const isTold = Number.isFinite(floor); // zeros with a click or two among them have no speech level
  const first = isTold ? levels.findIndex((level) => level >= floor) : -1, last = levels.findLastIndex((level) => level >= floor);
  const span = first < 0 ? new Float64Array(0) : levels.subarray(first, last + 1);
  const loud = span.filter((level) => level >= floor);
  const syllables = voiced ? countSyllables(samples, rate, track) : 0;
  return {
    pitchSemitones: voiced ? quantile(semitones, 0.5) : null,
    pitchSpreadSemitones: voiced ? (quantile(semitones, 0.9) - quantile(semitones, 0.1)) / 2 : null,
    syllablesPerSec: syllables > 0 ? syllables / (span.length * FRAME_SEC) : null,
    pauseShare: span.length === 0 ? null : framesInPauses(span, floor) / span.length,
    levelSpreadDb: loud.length < 2 ? null : deviation(loud),
  };
}

function framesInPauses(span: Float64Array, floor: number): number {
  let paused = 0, run = 0;
  for (const level of span) {
    if (level < floor) { run += 1; continue; }
    if (run >= SHORTEST_PAUSE_FRAMES) paused += run;
    run = 0;
  }
  return paused;
}

function deviation(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
