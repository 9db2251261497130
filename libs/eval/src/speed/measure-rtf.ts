import { quantile } from '../bootstrap.js';

/**
 * Real-time factor: compute seconds ÷ audio seconds; below 1 is faster than real time.
 * @param elapsedSec - Wall-clock seconds, 0 or more.
 * @param durationSec - Seconds of audio made, above 0.
 * @returns null when either number cannot be one: nothing is made up.
 */
export function realTimeFactor(elapsedSec: number, durationSec: number): number | null {
  if (!Number.isFinite(elapsedSec) || elapsedSec < 0 || !Number.isFinite(durationSec) || durationSec <= 0) return null;
  const factor = elapsedSec / durationSec;
  return Number.isFinite(factor) ? factor : null;
}

/** Real-time factors of a run, in order. The first is apart when others follow: it pays for the engine's start. */
export type SpeedSummary = { readonly warmUpRtf: number | null; readonly steady: readonly number[]; readonly p50: number | null; readonly p95: number | null };

/** Splits warm-up from the rest and takes the median and the 95th percentile of the rest. */
export function summarizeSpeed(rtfs: readonly number[]): SpeedSummary {
  const [first, ...rest] = rtfs;
  const steady = rest.length > 0 ? rest : rtfs;
  const sorted = [...steady].sort((a, b) => a - b);
  const at = (share: number): number | null => (sorted.length === 0 ? null : quantile(sorted, share));
  return { warmUpRtf: rest.length > 0 ? (first ?? null) : null, steady, p50: at(0.5), p95: at(0.95) };
}
