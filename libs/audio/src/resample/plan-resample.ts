import { AudioError } from '../errors.js';
import { designPhases, type FilterSpec, halfTaps, type PhaseTable } from './design-filter.js';
import { type PairTable, pairRows, type SumBits } from './filter-simd.js';

/** What a quality asks of the filters. */
export type Grade = {
  /** End of the passband, a fraction of the lower Nyquist frequency; the stopband begins at that frequency. */
  readonly passband: number;
  readonly attenuationDb: number;
  /** Width of the sums and of the samples between stages, where SIMD filters. */
  readonly bits: SumBits;
};

/** One filter: `up` samples out for `down` samples in, or `between` rows of the table where that ratio has too many phases. */
export type Stage = { readonly up: number; readonly down: number; readonly between: boolean; readonly table: PhaseTable; readonly pairs: PairTable | null };

/** Ratios with more phases than this interpolate between rows of the table: (π / 4096)² / 8 is −143 dB, (π / 8192)² / 8 is −155 dB. */
const MOST_PHASES: Readonly<Record<SumBits, number>> = { 32: 4096, 64: 8192 };
/** Coefficients that a table may have, 128 MiB: only rates far apart that cannot be halved need more. */
const MOST_COEFFICIENTS = 1 << 24;
/** Rates at least this many times the target are halved. By the taps that Kaiser's formula gives for a passband of 0.913, halving pays from 2.2 on. */
const WORTH_HALVING = 2.5;

/** Plans of the last ratios: clips come by the thousand at one rate, and a design takes longer than filtering a short clip. Each is below 5 MB. */
const recent = new Map<string, readonly Stage[]>();
const RECENT_PLANS = 4;
const RECENT_COEFFICIENTS = 1 << 18;

/** `planResample`, kept for the next call. */
export function planFor(fromHz: number, toHz: number, grade: Grade): readonly Stage[] {
  const key = [fromHz, toHz, grade.passband, grade.attenuationDb, grade.bits].join();
  const known = recent.get(key);
  if (known !== undefined) return known;
  const plan = planResample(fromHz, toHz, grade);
  if (plan.every(({ table }) => table.rows.length <= RECENT_COEFFICIENTS)) {
    recent.set(key, plan);
    for (const old of recent.keys()) if (recent.size > RECENT_PLANS) recent.delete(old);
  }
  return plan;
}

/**
 * The filters that take one rate to another. A high rate is halved first by short filters, as often as that pays: the sharp filter,
 * the dear one, then runs at the lower rate. A halving keeps all below the target's Nyquist frequency as it is and stops only what would fold into that.
 */
export function planResample(fromHz: number, toHz: number, { passband, attenuationDb, bits }: Grade): readonly Stage[] {
  const stages: Stage[] = [];
  let rateHz = fromHz;
  for (; rateHz >= WORTH_HALVING * toHz && rateHz % 2 === 0; rateHz /= 2) {
    stages.push(planStage({ fromHz: rateHz, passHz: toHz / 2, stopHz: (rateHz - toHz) / 2, attenuationDb }, rateHz / 2, bits));
  }
  const edgeHz = Math.min(rateHz, toHz) / 2;
  stages.push(planStage({ fromHz: rateHz, passHz: passband * edgeHz, stopHz: edgeHz, attenuationDb }, toHz, bits));
  return stages;
}

function planStage(spec: FilterSpec, toHz: number, bits: SumBits): Stage {
  const divisor = greatestCommonDivisor(spec.fromHz, toHz);
  const up = toHz / divisor, down = spec.fromHz / divisor, between = up > MOST_PHASES[bits], phases = between ? MOST_PHASES[bits] : up;
  const coefficients = 2 * halfTaps(spec) * (phases + 1);
  if (coefficients > MOST_COEFFICIENTS) {
    throw new AudioError('AUDIO_OPTION_INVALID', `resampling ${spec.fromHz} to ${toHz} Hz in one step takes a table of ${coefficients} coefficients; go by way of a rate between them, such as ${2 * toHz} Hz`, { fromHz: spec.fromHz, toHz, coefficients });
  }
  const table = designPhases(spec, phases);
  return { up, down, between, table, pairs: between ? null : pairRows(table, up, down, bits) };
}

/** Samples that a halving needs before time 0, and after the end, to hold all that its filter and the one before it ring. Even: whole periods of the kernel. */
export const ringSamples = (inputLead: number, { half }: PhaseTable): number => Math.ceil((inputLead + half) / 4) * 2;

function greatestCommonDivisor(a: number, b: number): number {
  while (b > 0) [a, b] = [b, a % b];
  return a;
}
