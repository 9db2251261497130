import { AudioError } from '../errors.js';
import { assertPositiveInteger } from '../pcm.js';
import { resample } from '../resample/resample.js';
import { finiteSamples } from './meter-part.js';
import { findPitchCandidates, pitchWindowSec } from './pitch-candidates.js';
import { cheapestPitchPath } from './pitch-path.js';

/** How pitch is sought; the defaults are those of Praat's `To Pitch (ac)`. */
export type PitchOptions = {
  /** Seconds between frames. @default 0.01 */
  readonly stepSec?: number;
  /** Lowest pitch, hertz; a frame sees three of its periods. @default 75 */
  readonly floorHz?: number;
  /** Highest pitch, hertz. @default 600 */
  readonly ceilingHz?: number;
  /** Candidates of a frame, the unvoiced one included. @default 15 */
  readonly mostCandidates?: number;
  /** Frames whose peak is below this share of the largest are silent. @default 0.03 */
  readonly silenceThreshold?: number;
  /** Strength that a voiced candidate needs, 0…1. @default 0.45 */
  readonly voicingThreshold?: number;
  /** How much a candidate an octave higher is preferred. @default 0.01 */
  readonly octaveCost?: number;
  /** Cost of a jump by an octave from frame to frame, for 10 ms. @default 0.35 */
  readonly octaveJumpCost?: number;
  /** Cost of a change between voiced and unvoiced, for 10 ms. @default 0.14 */
  readonly voicedUnvoicedCost?: number;
};

/** Pitch over time; shape `[frames]` each. */
export type PitchTrack = {
  /** Middle of each frame, seconds. */
  readonly timesSec: Float64Array;
  /** Hertz; 0 where unvoiced. */
  readonly f0Hz: Float64Array;
  /** Normalised autocorrelation at the period, 0…1; 0 where unvoiced. */
  readonly strength: Float64Array;
};

/** Pitch is sought at a rate of at least this, hertz: it keeps the harmonics that tell voices from noise. */
const WORK_RATE_HZ = 10_000;
/** Costs are given for steps of 10 ms (Praat's manual, "Sound: To Pitch (ac)…"). */
const COST_STEP_SEC = 0.01;

/**
 * Tracks the fundamental frequency by autocorrelation and the cheapest path through its candidates (Boersma 1993), as Praat's `To Pitch (ac)` does.
 * @param samples - One channel; values that are not finite count as 0.
 * @param sampleRateHz - Its rate; a positive integer.
 * @returns Frames as Praat places them: as many as fit with their windows of `3 / floorHz`, centred in the sound; none for shorter sound.
 * @throws {AudioError} AUDIO_OPTION_INVALID for a senseless rate or option.
 */
export function trackPitch(samples: Float32Array, sampleRateHz: number, options: PitchOptions = {}): PitchTrack {
  return trackFinitePitch(finiteSamples(samples), sampleRateHz, options);
}

/** `trackPitch` of samples that are known to be finite. */
export function trackFinitePitch(samples: Float32Array, sampleRateHz: number, options: PitchOptions = {}): PitchTrack {
  const {
    stepSec = 0.01, floorHz = 75, ceilingHz = 600, mostCandidates = 15, silenceThreshold = 0.03, voicingThreshold = 0.45, octaveCost = 0.01, octaveJumpCost = 0.35, voicedUnvoicedCost = 0.14,
  } = options;
  assertPositiveInteger(sampleRateHz, 'sampleRateHz');
  assertPositiveInteger(mostCandidates, 'mostCandidates');
  for (const [name, value] of Object.entries({ stepSec, floorHz, ceilingHz })) {
    if (!(value > 0 && Number.isFinite(value))) throw new AudioError('AUDIO_OPTION_INVALID', `${name} must be a positive number, got ${value}`, { [name]: value });
  }
  if (ceilingHz <= floorHz) throw new AudioError('AUDIO_OPTION_INVALID', `ceilingHz must be above floorHz, got ${ceilingHz} and ${floorHz}`, { floorHz, ceilingHz });
  for (const [name, value] of Object.entries({ silenceThreshold, voicingThreshold, octaveCost, octaveJumpCost, voicedUnvoicedCost })) {
    if (!(value >= 0 && Number.isFinite(value))) throw new AudioError('AUDIO_OPTION_INVALID', `${name} must not be negative, got ${value}`, { [name]: value });
  }
  const durationSec = samples.length / sampleRateHz;
  const frames = Math.max(0, Math.floor((durationSec - pitchWindowSec(floorHz)) / stepSec + 1e-9) + 1);
  const firstSec = 0.5 * (durationSec - (frames - 1) * stepSec);
  const timesSec = Float64Array.from({ length: frames }, (_, f) => firstSec + f * stepSec);
  const f0Hz = new Float64Array(frames), strength = new Float64Array(frames);
  if (frames === 0) return { timesSec, f0Hz, strength };

  const workRateHz = workRate(sampleRateHz);
  const work = workRateHz === sampleRateHz ? samples : resample(samples, sampleRateHz, workRateHz, { quality: 'fast' });
  const top = Math.min(ceilingHz, workRateHz / 2), scale = COST_STEP_SEC / stepSec;
  const costs = { ceilingHz: top, silenceThreshold, voicingThreshold, octaveCost, octaveJumpCost: octaveJumpCost * scale, voicedUnvoicedCost: voicedUnvoicedCost * scale };
  // Below this, calling a frame unvoiced gains more than any candidate (at most 1) and both changes could: it need not be looked at.
  const leastIntensity = (silenceThreshold * (1 + voicingThreshold - 2 * costs.voicedUnvoicedCost)) / (1 + voicingThreshold);
  const centres = timesSec.map((sec) => (sec - 0.5 / sampleRateHz) * workRateHz);
  const candidates = findPitchCandidates(work, workRateHz, centres, { floorHz, ceilingHz: top, mostCandidates: Math.max(1, mostCandidates - 1), voicingThreshold, octaveCost, leastIntensity });
  cheapestPitchPath(candidates, costs).forEach((c, f) => {
    if (c < 0) return;
    f0Hz[f] = candidates.f0Hz[c]!;
    strength[f] = candidates.strength[c]!;
  });
  return { timesSec, f0Hz, strength };
}

/** The rate divided by the largest integer that leaves at least {@link WORK_RATE_HZ}, where it divides. */
function workRate(sampleRateHz: number): number {
  for (let by = Math.floor(sampleRateHz / WORK_RATE_HZ); by > 1; by--) if (sampleRateHz % by === 0) return sampleRateHz / by;
  return sampleRateHz;
}
