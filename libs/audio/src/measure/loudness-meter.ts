import { powerToDb } from '../units.js';
import { type MeterPart, NumberList } from './meter-part.js';
import { createWeightedEnergy } from './weighted-energy.js';

/** Gates of ITU-R BS.1770-5: −70 LKFS absolute, then −10 LU relative. */
const ABSOLUTE_GATE_LUFS = -70;
const RELATIVE_GATE_LU = -10;
/** Gate and percentiles of the loudness range (EBU Tech 3342, §3). */
const RANGE_GATE_LU = -20;
const RANGE_FROM = 0.1;
const RANGE_TO = 0.95;
/** Blocks of 400 ms overlap by 75 %: steps of 100 ms; short-term loudness looks at 3 s (EBU Tech 3341, §2.2). */
const STEP_SEC = 0.1;
const STEPS_MOMENTARY = 4;
const STEPS_SHORT_TERM = 30;
/** Below this rate the pre-filter's shelf (1682 Hz) has no room. */
const LOWEST_RATE_HZ = 4000;
/** Weights of the surround channels of 5.0 (L R C Ls Rs) and of 5.1 (the fourth, LFE, is left out): BS.1770-5, Table 3. */
const SURROUND = 1.41;
const WEIGHTS: { readonly [channels: number]: readonly number[] } = { 5: [1, 1, 1, SURROUND, SURROUND], 6: [1, 1, 1, 0, SURROUND, SURROUND] };

/** Loudness figures of ITU-R BS.1770-5 and EBU R 128; NaN below 4 kHz and where the sound is too short; `-Infinity` where everything is gated out. */
export type Loudness = {
  /** LUFS over everything, gated; needs 400 ms. */
  readonly integratedLufs: number;
  /** Loudest 400 ms, LUFS. */
  readonly momentaryMaxLufs: number;
  /** Loudest 3 s, LUFS. */
  readonly shortTermMaxLufs: number;
  /** Loudness range (EBU Tech 3342), LU; needs 3 s. */
  readonly rangeLu: number;
};

/** Energies of the 100 ms steps; 8 bytes for each (3 MB for ten hours). */
export function createLoudnessMeter(sampleRateHz: number, channels: number): MeterPart<Loudness> {
  if (sampleRateHz < LOWEST_RATE_HZ) return { push() {}, end: () => ({ integratedLufs: NaN, momentaryMaxLufs: NaN, shortTermMaxLufs: NaN, rangeLu: NaN }) };
  const weights = Array.from({ length: channels }, (_, c) => WEIGHTS[channels]?.[c] ?? 1);
  const filters = weights.map(() => createWeightedEnergy(sampleRateHz));
  const energies = new NumberList();
  let at = 0, sum = 0, step = Math.round(STEP_SEC * sampleRateHz);
  return {
    push(block) {
      const length = block[0]!.length;
      for (let from = 0; from < length;) {
        const to = Math.min(length, from + step - at);
        for (let c = 0; c < channels; c++) if (weights[c]! > 0) sum += weights[c]! * filters[c]!(block[c]!, from, to);
        at += to - from;
        from = to;
        if (at < step) continue;
        energies.push(sum);
        sum = 0;
        step = Math.round((energies.length + 1) * STEP_SEC * sampleRateHz) - Math.round(energies.length * STEP_SEC * sampleRateHz);
        at = 0;
      }
    },
    end: () => loudnessOf(energies.view(), STEP_SEC * sampleRateHz),
  };
}

function loudnessOf(energies: Float64Array, stepSamples: number): Loudness {
  const momentary = slidingPower(energies, STEPS_MOMENTARY, stepSamples), shortTerm = slidingPower(energies, STEPS_SHORT_TERM, stepSamples);
  const absolute = gatedMean(momentary, ABSOLUTE_GATE_LUFS);
  return {
    integratedLufs: momentary.length === 0 ? NaN : toLufs(gatedMean(momentary, Math.max(ABSOLUTE_GATE_LUFS, toLufs(absolute) + RELATIVE_GATE_LU))),
    momentaryMaxLufs: momentary.length === 0 ? NaN : toLufs(largest(momentary)),
    shortTermMaxLufs: shortTerm.length === 0 ? NaN : toLufs(largest(shortTerm)),
    rangeLu: loudnessRange(shortTerm),
  };
}

/** Difference between the 95th and the 10th percentile of the short-term values that pass both gates (EBU Tech 3342, §3); NaN when none does. */
function loudnessRange(shortTerm: Float64Array): number {
  const gate = Math.max(ABSOLUTE_GATE_LUFS, toLufs(gatedMean(shortTerm, ABSOLUTE_GATE_LUFS)) + RANGE_GATE_LU);
  const kept = shortTerm.filter((power) => toLufs(power) >= gate).sort();
  if (kept.length === 0) return NaN;
  const at = (share: number): number => toLufs(kept[Math.round((kept.length - 1) * share)]!);
  return at(RANGE_TO) - at(RANGE_FROM);
}

/** Mean power of each run of `steps` steps, shape `[energies − steps + 1]`. */
function slidingPower(energies: Float64Array, steps: number, stepSamples: number): Float64Array {
  const powers = new Float64Array(Math.max(0, energies.length - steps + 1));
  for (let i = 0; i < powers.length; i++) {
    let sum = 0;
    for (let k = i; k < i + steps; k++) sum += energies[k]!;
    powers[i] = sum / (steps * stepSamples);
  }
  return powers;
}

const toLufs = (power: number): number => -0.691 + powerToDb(power);
const largest = (powers: Float64Array): number => powers.reduce((most, power) => Math.max(most, power), 0);

/** Mean power of the blocks above a gate; 0 when there is none. */
function gatedMean(blocks: Float64Array, gateLufs: number): number {
  const gate = 10 ** ((gateLufs + 0.691) / 10);
  let sum = 0, count = 0;
  for (const power of blocks) if (power > gate) { sum += power; count += 1; }
  return count === 0 ? 0 : sum / count;
}
