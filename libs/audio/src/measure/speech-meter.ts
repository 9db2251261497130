import { meanChannel, type MeterPart } from './meter-part.js';
import { listPitches } from './measure-pitch.js';
import { estimateNoise } from './measure-snr.js';
import { powerToDb } from '../units.js';

/** What is measured of the voice; NaN where it cannot be. */
export type SpeechFigures = { readonly snrDb: number; readonly f0MedianHz: number };

/** Pitches are counted in steps of a cent over this range, hertz: the median is exact to 0.03 %. */
const LOWEST_HZ = 40;
const HIGHEST_HZ = 1280;
const CENTS_AN_OCTAVE = 1200;
/** Fewer voiced frames than this give no median (0.1 s). */
const FEWEST_VOICED = 5;

/** Noise and pitch of the mean channel, one stretch of 20 to 30 s at a time: a last stretch of under 10 s joins the one before it. */
export function createSpeechMeter(sampleRateHz: number): MeterPart<SpeechFigures> {
  const cents = new Uint32Array(Math.ceil(CENTS_AN_OCTAVE * Math.log2(HIGHEST_HZ / LOWEST_HZ)));
  let held: Float32Array | null = null, voiced = 0, noise = 0, speech = 0;
  const take = (stretch: Float32Array): void => {
    for (const hz of listPitches(stretch, sampleRateHz)) {
      voiced += 1;
      cents[Math.max(0, Math.min(cents.length - 1, Math.floor(CENTS_AN_OCTAVE * Math.log2(hz / LOWEST_HZ))))]! += 1;
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
      held = Float32Array.from(mono);
    },
    end() {
      if (held !== null) take(held);
      held = null;
      return { snrDb: noise > 0 ? powerToDb(speech / noise) : NaN, f0MedianHz: voiced < FEWEST_VOICED ? NaN : medianOf(cents, voiced) };
    },
  };
}

function medianOf(cents: Uint32Array, count: number): number {
  let below = 0, bin = 0;
  while (below + cents[bin]! < count / 2) below += cents[bin++]!;
  return LOWEST_HZ * 2 ** ((bin + 0.5) / CENTS_AN_OCTAVE);
}
