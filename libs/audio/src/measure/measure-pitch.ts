/** Range of speaking voices, hertz. */
const LOWEST_HZ = 60;
const HIGHEST_HZ = 500;
/** Rate at which pitch is sought, hertz, at least. */
const WORK_RATE_HZ = 8000;
const HOP_SEC = 0.02;
const WINDOW_SEC = 0.03;
/** YIN's absolute threshold (de Cheveigné and Kawahara 2002, step 4). */
const APERIODICITY = 0.12;
/** Frames this far below the loudest are not looked at: −40 dB of power. */
const QUIET_POWER = 1e-4;

/**
 * Fundamental frequencies of the voiced frames, by YIN.
 * @returns Hertz, 60…500.
 */
export function listPitches(samples: Float32Array, sampleRateHz: number): readonly number[] {
  const work = decimate(samples, Math.max(1, Math.floor(sampleRateHz / WORK_RATE_HZ)));
  const rate = sampleRateHz / Math.max(1, Math.floor(sampleRateHz / WORK_RATE_HZ));
  const longest = Math.ceil(rate / LOWEST_HZ), shortest = Math.max(2, Math.floor(rate / HIGHEST_HZ));
  const window = Math.round(WINDOW_SEC * rate), hop = Math.max(1, Math.round(HOP_SEC * rate));
  const frames = Math.max(0, Math.floor((work.length - window - longest - 1) / hop) + 1);
  const powers = Float64Array.from({ length: frames }, (_, f) => energy(work, f * hop, window));
  const loudest = powers.reduce((most, power) => Math.max(most, power), 0);
  const found: number[] = [];
  const scratch = new Float64Array(longest + 2);
  for (let f = 0; f < frames; f++) {
    if (powers[f]! <= loudest * QUIET_POWER) continue;
    const lag = yin(work, f * hop, window, shortest, longest, scratch);
    if (lag > 0) found.push(rate / lag);
  }
  return found;
}

/** Mean of each group of samples: enough of a low-pass for pitch. */
function decimate(samples: Float32Array, factor: number): Float64Array {
  const out = new Float64Array(Math.floor(samples.length / factor));
  for (let i = 0; i < out.length; i++) {
    let sum = 0;
    for (let k = i * factor; k < (i + 1) * factor; k++) sum += samples[k]!;
    out[i] = sum / factor;
  }
  return out;
}

function energy(work: Float64Array, from: number, length: number): number {
  let sum = 0;
  for (let i = from; i < from + length; i++) sum += work[i]! * work[i]!;
  return sum;
}

/** The lag of the first dip of the cumulative mean normalised difference, with parabolic interpolation; 0 when unvoiced. */
function yin(work: Float64Array, from: number, window: number, shortest: number, longest: number, scratch: Float64Array): number {
  let running = 0;
  scratch[0] = 1;
  for (let lag = 1; lag <= longest + 1; lag++) {
    let difference = 0;
    for (let i = from, end = from + window; i < end; i++) {
      const d = work[i]! - work[i + lag]!;
      difference += d * d;
    }
    running += difference;
    scratch[lag] = running === 0 ? 1 : (difference * lag) / running;
  }
  for (let lag = shortest; lag <= longest; lag++) {
    if (scratch[lag]! >= APERIODICITY) continue;
    while (lag < longest && scratch[lag + 1]! < scratch[lag]!) lag += 1;
    const before = scratch[lag - 1]!, here = scratch[lag]!, after = scratch[lag + 1]!;
    const curve = before - 2 * here + after;
    return lag + (curve > 0 ? (before - after) / (2 * curve) : 0);
  }
  return 0;
}
