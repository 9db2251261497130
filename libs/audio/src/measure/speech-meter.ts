import { powerToDb } from '../units.js';
import { countSyllables } from './count-syllables.js';
import { estimateNoise } from './measure-snr.js';
import { Histogram, meanChannel, type MeterPart } from './meter-part.js';
import { trackFinitePitch } from './track-pitch.js';

/** What is measured of the voice; NaN where it cannot be. */
export type SpeechFigures = {
  readonly snrDb: number;
  readonly f0MedianHz: number;
  readonly f0P5Hz: number;
  readonly f0P95Hz: number;
  readonly f0SpreadSemitones: number;
  readonly voicedShare: number;
  readonly syllablesPerSec: number;
};

/** Pitches are counted in steps of a cent over this range, cents above 1 Hz: percentiles are exact to 0.03 %. */
const CENTS_AN_OCTAVE = 1200;
const PITCHES = { low: CENTS_AN_OCTAVE * Math.log2(40), high: CENTS_AN_OCTAVE * Math.log2(1280), step: 1 } as const;
const PITCH_STEP_SEC = 0.02;
/** Fewer voiced frames than this give no pitch (0.1 s). */
const FEWEST_VOICED = 5;

/** Noise and pitch of the mean channel, one stretch of 20 to 30 s at a time: a last stretch of under 10 s joins the one before it. @param stable - What is pushed stays as it is until the end. */
export function createSpeechMeter(sampleRateHz: number, stable = false): MeterPart<SpeechFigures> {
  const pitches = new Histogram(PITCHES);
  let held: Float32Array | null = null, frames = 0, syllables = 0, seconds = 0, sum = 0, squares = 0, noise = 0, speech = 0;
  const take = (stretch: Float32Array): void => {
    const track = trackFinitePitch(stretch, sampleRateHz, { stepSec: PITCH_STEP_SEC }), { f0Hz } = track;
    frames += f0Hz.length;
    syllables += countSyllables(stretch, sampleRateHz, track);
    seconds += stretch.length / sampleRateHz;
    for (const hz of f0Hz) {
      if (hz === 0) continue;
      const cents = CENTS_AN_OCTAVE * Math.log2(hz);
      pitches.add(cents);
      sum += cents;
      squares += cents * cents;
    }
    const found = estimateNoise(stretch, sampleRateHz);
    if (found === null) return;
    noise += found.noise * stretch.length;
    speech += found.speech * stretch.length;
  };
  return {
    push(block) {
      const mono = meanChannel(block);
      if (held !== null && mono.length < held.length / 2) {
        const both = new Float32Array(held.length + mono.length);
        both.set(held);
        both.set(mono, held.length);
        held = both;
        return;
      }
      if (held !== null) take(held);
      held = stable ? mono : mono.slice();
    },
    end() {
      if (held !== null) take(held);
      held = null;
      const voiced = pitches.total, enough = voiced >= FEWEST_VOICED;
      const hertzAt = (share: number): number => (enough ? 2 ** (pitches.percentile(share) / CENTS_AN_OCTAVE) : NaN);
      return {
        snrDb: noise > 0 ? powerToDb(speech / noise) : NaN,
        f0MedianHz: hertzAt(0.5), f0P5Hz: hertzAt(0.05), f0P95Hz: hertzAt(0.95),
        f0SpreadSemitones: enough ? Math.sqrt(Math.max(0, squares / voiced - (sum / voiced) ** 2)) / 100 : NaN,
        syllablesPerSec: frames > 0 ? syllables / seconds : NaN,
        voicedShare: frames > 0 ? voiced / frames : NaN,
      };
    },
  };
}
