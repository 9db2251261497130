import { createFrameSpectra, createResampler } from '@voxtune/audio';

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

/** Listens to sound as it comes. */
export type LandmarkListener = {
  /** Takes mono samples in blocks of any size; what is not finite counts as 0. They are not kept. */
  push(samples: Float32Array): void;
  end(): Landmarks;
};

/**
 * An audio fingerprint: pairs of spectral peaks as of Wang 2003, "An industrial-strength audio search algorithm". It does
 * not change with gain, and little with rate, codec and what is cut off at the ends. The same however the sound is cut into blocks; it holds some bytes a peak.
 */
export function createLandmarks(sampleRateHz: number): LandmarkListener {
  const resampler = createResampler({ fromHz: sampleRateHz, toHz: RATE_HZ });
  const finder = createPeakFinder();
  return {
    push(samples) {
      finder.push(resampler.push([finite(samples)])[0]!);
    },
    end() {
      finder.push(resampler.end()[0]!);
      return pairUp(finder.end());
    },
  };
}

/** The fingerprint of a whole. @param samples - Mono; shape `[samples]`. */
export function landmarksOf(samples: Float32Array, sampleRateHz: number): Landmarks {
  const listener = createLandmarks(sampleRateHz);
  listener.push(samples);
  return listener.end();
}

function finite(samples: Float32Array): Float32Array {
  let [a, b, c, d] = [0, 0, 0, 0]; // 0 · x is 0 for every number but those; four sums do not wait for each other
  for (let i = 0; i < samples.length - 3; i += 4) { a += 0 * samples[i]!; b += 0 * samples[i + 1]!; c += 0 * samples[i + 2]!; d += 0 * samples[i + 3]!; }
  for (let i = samples.length & ~3; i < samples.length; i += 1) a += 0 * samples[i]!;
  return a + b + c + d === 0 ? samples : samples.map((value) => (Number.isFinite(value) ? value : 0));
}

type Peak = { readonly frame: number; readonly bin: number; readonly power: number };
type Pair = { readonly order: number; readonly hash: number; readonly frame: number };

/** Pairs each peak with the next few, and keeps the pairs of the smallest scrambled hashes. */
function pairUp(peaks: readonly Peak[]): Landmarks {
  const smallest = (pairs: Pair[]): Pair[] => pairs.sort((a, b) => a.order - b.order || a.frame - b.frame).slice(0, MOST_LANDMARKS);
  let found: Pair[] = [];
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
    if (found.length > 16 * MOST_LANDMARKS) found = smallest(found);
  });
  const kept = smallest(found).sort((a, b) => a.hash - b.hash || a.frame - b.frame);
  return { hashes: Uint32Array.from(kept, ({ hash }) => hash), frames: Uint32Array.from(kept, ({ frame }) => frame) };
}

/** Finds the peaks of a signal of 8 kHz: what no bin and no frame around them exceeds. It holds the powers of the frames that a peak is compared with. */
function createPeakFinder(): { push(samples: Float32Array): void; end(): readonly Peak[] } {
  const [low, high] = BAND_HZ.map((hz) => Math.round((hz * WINDOW) / RATE_HZ)) as [number, number];
  const bins = high - low;
  const spectra = createFrameSpectra({ size: WINDOW, window: Float64Array.from({ length: WINDOW }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / WINDOW)), kind: 'power' });
  const range = 10 ** (-PEAK_RANGE_DB / 10);
  const rows = Array.from({ length: 2 * PEAK_FRAMES + 1 }, () => new Float32Array(bins)); // of frame t in rows[t % rows.length]
  let rest = new Float32Array(0);
  let count = 0;
  let looked = 0;
  let loudest = 0;
  const peaks: Peak[] = [];

  const look = (t: number): void => {
    const row = rows[t % rows.length]!;
    const least = loudest * range;
    for (let b = 0; b < bins; b += 1) {
      const power = row[b]!;
      if (power <= least) continue; // it can only become less of the loudest
      const [from, to] = [Math.max(0, b - PEAK_BINS), Math.min(bins - 1, b + PEAK_BINS)];
      let peak = highest(row, from, to, power);
      for (let u = Math.max(0, t - PEAK_FRAMES); peak && u <= Math.min(count - 1, t + PEAK_FRAMES); u += 1) peak = highest(rows[u % rows.length]!, from, to, power);
      if (peak) peaks.push({ frame: t, bin: b, power });
    }
  };
  return {
    push(block) {
      const samples = new Float32Array(rest.length + block.length);
      samples.set(rest);
      samples.set(block, rest.length);
      const frames = Math.max(0, Math.floor((samples.length - WINDOW) / HOP) + 1);
      spectra(samples, Float64Array.from({ length: frames }, (_, i) => i * HOP), 0, (values, _, lanes) => {
        for (let lane = 0; lane < lanes; lane += 1) {
          const row = rows[count % rows.length]!;
          let most = loudest; // a number that a closure changes is an object
          for (let b = 0; b < bins; b += 1) {
            const power = values[4 * (low + b) + lane]!;
            row[b] = power;
            if (power > most) most = power;
          }
          loudest = most;
          count += 1;
          if (count - looked > PEAK_FRAMES) look(looked++);
        }
      });
      rest = samples.slice(frames * HOP);
    },
    end() {
      while (looked < count) look(looked++);
      return peaks.filter(({ power }) => power > loudest * range);
    },
  };
}

/** True where nothing from one bin to another exceeds a power. */
function highest(row: Float32Array, from: number, to: number, power: number): boolean {
  for (let k = from; k <= to; k += 1) if (row[k]! > power) return false;
  return true;
}
