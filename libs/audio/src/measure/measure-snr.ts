import { levelCurve } from '../slice/level-curve.js';
import { dbToAmplitude } from '../units.js';

/** Frames of 32 ms every 16 ms. */
const HOP_SEC = 0.016;
/** Quieter than this is digital silence: it tells nothing of the noise (16-bit rounding noise is at −98 dBFS). */
const DIGITAL_SILENCE_DBFS = -94;
/** The floor is the level that this share of the frames stays below: pauses fill more than this of natural speech. */
const FLOOR_SHARE = 0.08;
/** Frames up to this far above the floor are noise; steady noise spreads by less. */
const NOISE_ABOVE_FLOOR_DB = 4;
/** Frames from this far above the noise on are speech. */
const SPEECH_ABOVE_NOISE_DB = 3;
/** Where the pauses are digital silence, the quietest frames left are noise only if they are alike: this far apart at most. */
const STEADY_DB = 6;
/** Fewer speech or noise frames than this do not give an estimate (0.16 s). */
const FEWEST_FRAMES = 10;

/**
 * Estimates the signal-to-noise ratio of speech from its pauses: mean power of the speech frames, less the noise, over the mean power of the quietest frames.
 * Right for steady noise with pauses in the speech; reverberation and music count as speech or noise as they come.
 * @returns Linear powers; null where speech and pauses cannot be told apart (silence, steady tones or noise, pauses of digital silence, under about half a second).
 */
export function estimateNoise(samples: Float32Array, sampleRateHz: number): { readonly speech: number; readonly noise: number } | null {
  const hop = Math.max(1, Math.round(HOP_SEC * sampleRateHz));
  if (samples.length < hop * 2 * FEWEST_FRAMES) return null;
  const silent = dbToAmplitude(DIGITAL_SILENCE_DBFS);
  const levels = levelCurve(samples, 2 * hop, hop).subarray(1, -1);
  const powers = levels.filter((level) => level > silent).map((level) => level * level).sort();
  const floor = powers[Math.floor(powers.length * FLOOR_SHARE)];
  if (floor === undefined) return null;
  const gated = levels.length - powers.length >= levels.length * FLOOR_SHARE;
  if (gated && floor > powers[Math.floor(powers.length * FLOOR_SHARE * 0.25)]! * 10 ** (STEADY_DB / 10)) return null;
  const noise = mean(powers.filter((power) => power <= floor * 10 ** (NOISE_ABOVE_FLOOR_DB / 10)));
  const speech = mean(powers.filter((power) => power > noise.value * 10 ** (SPEECH_ABOVE_NOISE_DB / 10)));
  if (noise.count < FEWEST_FRAMES || speech.count < FEWEST_FRAMES) return null;
  return { speech: speech.value - noise.value, noise: noise.value };
}

function mean(values: Float64Array): { value: number; count: number } {
  let sum = 0;
  for (const value of values) sum += value;
  return { value: values.length === 0 ? 0 : sum / values.length, count: values.length };
}
