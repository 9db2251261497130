import { findSpeechByLevel, type Span } from './find-speech-by-level.js';
import { outside } from './outside.js';

/** The other side speaks where it is louder than this against the speaker's own side; less is crosstalk. Source: ours; lines separate the sides by 15 dB and more. */
const CROSSTALK_DB = -12;
/** Taken off on both sides of the other's speech: its quiet beginning and end. Source: ours. */
const OTHER_MARGIN_SEC = 0.1;
/** What is left beside it and no longer is no speech. Source: ours. */
const LEAST_SEC = 0.05;

/** Takes out of the speaker's stretches what the other side of a stereo call says meanwhile. */
export function withoutOverlap(kept: readonly Span[], samples: Float32Array, otherSide: Float32Array, sampleRateHz: number): readonly Span[] {
  const energy = (signal: Float32Array, { startSec, endSec }: Span) => signal.subarray(Math.round(startSec * sampleRateHz), Math.round(endSec * sampleRateHz)).reduce((sum, value) => sum + value * value, 1e-12);
  const walls = findSpeechByLevel(otherSide, sampleRateHz).filter((span) => 10 * Math.log10(energy(otherSide, span) / energy(samples, span)) > CROSSTALK_DB)
    .map(({ startSec, endSec }) => ({ startSec: startSec - OTHER_MARGIN_SEC, endSec: endSec + OTHER_MARGIN_SEC }));
  return outside(kept, walls, LEAST_SEC);
}
