import { createRealFft, resample } from '@voxtune/audio';

/** Everything is heard as on a telephone, so that a copy over one is still a copy. */
const RATE_HZ = 8000;
const BAND_HZ = [300, 3400] as const;
/** 64 ms windows each 16 ms: between the resolutions of Wang 2003 and of Ellis' audfprint. Source: ours, for speech. */
const WINDOW = 512;
const HOP = 128;
/** A peak is the loudest within so many bins and frames on each side. Source: ours; it gives 10 to 20 peaks a second of speech. */
const PEAK_BINS = 8;
const PEAK_FRAMES = 5;
/** Peaks this far below the loudest are the line's own noise. Source: ours. */
const PEAK_RANGE_DB = 45;
/** A peak is paired with the next few: their number, the nearest and the furthest in frames (Wang 2003: "target zone"; the sizes are ours). */
const PAIRS = 4;
const NEAR_FRAMES = 2;
const FAR_FRAMES = 63;
/** Landmarks kept of a recording, those of the smallest scrambled hashes, so that copies keep the same ones (bottom-k sketch, Cohen and Kaplan 2007). Source: ours; 10 000 recordings then take 100 MB. */
const MOST_LANDMARKS = 1200;

/** What is remembered of how a recording sounds: pairs of spectral peaks, and when. `hashes` ascend. */
export type Landmarks = { readonly hashes: Uint32Array; /** Frames of 16 ms. */ readonly frames: Uint32Array };

/**
 * An audio fingerprint: pairs of spectral peaks as of Wang 2003, "An industrial-strength audio search algorithm". It does
 * not change with gain, and little with rate, codec and what is cut off at the ends.
 * @param samples - Mono; shape `[samples]`; what is not finite counts as 0.
 */
export function landmarksOf(samples: Float32Array, sampleRateHz: number): Landmarks {
  const clean = samples.every(Number.isFinite) ? samples : samples.map((value) => (Number.isFinite(value) ? value : 0));
  const peaks = peaksOf(resample(clean, sampleRateHz, RATE_HZ));
  const found: { order: number; hash: number; frame: number }[] = [];
  peaks.forEach(({ frame, bin }, i) => {
    let paired = 0;
    for (let j = i + 1; j < peaks.length && paired < PAIRS; j += 1) {
      const next = peaks[j]!;
      const apart = next.frame - frame;
      if (apart > FAR_FRAMES) break;
      if (apart < NEAR_FRAMES) continue;
      const hash = ((bin << 14) | (next.bin << 6) | apart) >>> 0;
      found.push({ order: Math.imul(hash ^ (hash >>> 15), 0x9e3779b1) >>> 0, hash, frame });
      paired += 1;
    }
  });
  const kept = found.sort((a, b) => a.order - b.order || a.frame - b.frame).slice(0, MOST_LANDMARKS).sort((a, b) => a.hash - b.hash || a.frame - b.frame);
  return { hashes: Uint32Array.from(kept, ({ hash }) => hash), frames: Uint32Array.from(kept, ({ frame }) => frame) };
}

function peaksOf(samples: Float32Array): readonly { readonly frame: number; readonly bin: number }[] {
  const [low, high] = BAND_HZ.map((hz) => Math.round((hz * WINDOW) / RATE_HZ)) as [number, number];
  const bins = high - low;
  const count = Math.max(0, Math.floor((samples.length - WINDOW) / HOP) + 1);
  const fft = createRealFft(WINDOW);
  const window = Float64Array.from({ length: WINDOW }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / WINDOW));
  const piece = new Float64Array(WINDOW);
  const [re, im] = [new Float64Array(WINDOW / 2 + 1), new Float64Array(WINDOW / 2 + 1)];
  const powers = new Float32Array(count * bins);
  let loudest = 0;
  for (let t = 0; t < count; t += 1) {
    for (let i = 0; i < WINDOW; i += 1) piece[i] = window[i]! * samples[t * HOP + i]!;
    fft.forward(piece, re, im);
    for (let b = 0; b < bins; b += 1) {
      const power = re[low + b]! ** 2 + im[low + b]! ** 2;
      powers[t * bins + b] = power;
      loudest = Math.max(loudest, power);
    }
  }
  const least = loudest * 10 ** (-PEAK_RANGE_DB / 10);
  // The loudest of the bins around each, then of the frames around: a peak equals it.
  const across = new Float32Array(powers.length);
  for (let t = 0; t < count; t += 1) for (let b = 0; b < bins; b += 1) {
    let most = 0;
    for (let k = Math.max(0, b - PEAK_BINS); k <= Math.min(bins - 1, b + PEAK_BINS); k += 1) most = Math.max(most, powers[t * bins + k]!);
    across[t * bins + b] = most;
  }
  const peaks: { frame: number; bin: number }[] = [];
  for (let t = 0; t < count; t += 1) for (let b = 0; b < bins; b += 1) {
    const power = powers[t * bins + b]!;
    if (power <= least || power < across[t * bins + b]!) continue;
    let peak = true;
    for (let u = Math.max(0, t - PEAK_FRAMES); peak && u <= Math.min(count - 1, t + PEAK_FRAMES); u += 1) peak = power >= across[u * bins + b]!;
    if (peak) peaks.push({ frame: t, bin: b });
  }
  return peaks;
}
