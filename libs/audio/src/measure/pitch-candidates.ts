import { createFrameSpectra } from '../features/frame-spectra.js';
import { frameLevels } from './frame-levels.js';
import { levelSums } from './level-sums.js';
import { NumberList } from './meter-part.js';
import { createPeakFinder, SINC_DEPTH } from './pitch-peaks.js';

/** Candidates of all frames, one after another; those of frame f are `starts[f] … starts[f + 1] − 1`. The unvoiced one is not listed. */
export type PitchCandidates = {
  /** Shape `[frames + 1]`. */
  readonly starts: Uint32Array;
  readonly f0Hz: Float64Array;
  /** Normalised autocorrelation at the period, 0…1. */
  readonly strength: Float64Array;
  /** Largest sample of each frame relative to the whole, 0…1; shape `[frames]`. */
  readonly intensity: Float64Array;
};

export type CandidateSearch = {
  readonly floorHz: number;
  readonly ceilingHz: number;
  readonly mostCandidates: number;
  readonly voicingThreshold: number;
  readonly octaveCost: number;
  /** Frames whose intensity is below this need no candidates. */
  readonly leastIntensity: number;
};

/** Periods of the lowest pitch in a window (Boersma 1993, §3: three for the Hann window). */
const PERIODS = 3;
/** Seconds of signal that one frame sees. */
export const pitchWindowSec = (floorHz: number): number => PERIODS / floorHz;

/**
 * Peaks of the short-term autocorrelation divided by that of the window (P. Boersma, "Accurate short-term analysis of the fundamental frequency and the harmonics-to-noise ratio of a
 * sampled sound", IFA Proceedings 17, 1993, 97–110, §3 steps 3.1 to 3.11).
 * @param centres - Where the frames are, in samples (fractions allowed).
 */
export function findPitchCandidates(samples: Float32Array, sampleRateHz: number, centres: Float64Array, search: CandidateSearch): PitchCandidates {
  const { floorHz, ceilingHz, mostCandidates, voicingThreshold, octaveCost, leastIntensity } = search;
  const period = Math.floor(sampleRateHz / floorHz), halfPeriod = Math.floor(period / 2) + 1;
  const half = Math.max(2, Math.floor(Math.floor(PERIODS * sampleRateHz / floorHz) / 2) - 1), width = 2 * half;
  const longest = Math.min(Math.floor(width / PERIODS) + 2, width - 1), shortest = Math.max(2, Math.floor(sampleRateHz / ceilingHz));
  const lags = longest + SINC_DEPTH + 2;
  const size = 2 ** Math.ceil(Math.log2(Math.max(width + lags, 16)));
  const window = Float64Array.from({ length: width }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 1)) / (width + 1)));
  /** What the window's own autocorrelation divides by; 0 where it has died away. */
  const correction = new Float64Array(lags);
  createFrameSpectra({ size, window, kind: 'autocorrelation' })(new Float32Array(width).fill(1), Float64Array.of(0), 0, (values) => {
    for (let lag = 0; lag < Math.min(width, lags); lag++) { const share = values[4 * lag]! / values[0]!; correction[lag] = share > 1e-6 ? 1 / share : 0; }
  });

  const frames = centres.length, starts = new Uint32Array(frames + 1), intensity = new Float64Array(frames), globalPeak = peakAround(samples);
  /** Frames to look at: their numbers, first samples and means. */
  const wanted = new Float64Array(frames), begins = new Float64Array(frames), means = new Float64Array(frames);
  let looked = 0;
  const middles = Int32Array.from(centres, (centre) => Math.floor(centre) + 1), reach = Math.min(half, halfPeriod);
  const levels = frameLevels(samples, middles, period, window.subarray(half - reach, half + reach));
  for (let f = 0; f < frames; f++) {
    const peak = levels.peaks[f]!;
    intensity[f] = globalPeak > 0 ? Math.min(1, peak / globalPeak) : 0;
    if (!(peak > 0 && intensity[f]! >= leastIntensity)) continue;
    wanted[looked] = f;
    begins[looked] = middles[f]! - half;
    means[looked++] = levels.means[f]!;
  }

  const f0Hz = new NumberList(), strength = new NumberList();
  const findPeaks = createPeakFinder({ correction, shortest, longest, threshold: 0.5 * voicingThreshold }), foundHz = new Float64Array(mostCandidates), foundStrength = new Float64Array(mostCandidates);
  // Weighed by the loudest sample, so that float32 holds the squares of any signal.
  const spectra = createFrameSpectra({ size, window: window.map((w) => w / globalPeak), kind: 'autocorrelation' });
  spectra(samples, begins.subarray(0, looked), means.subarray(0, looked), (values, first, lanes) => {
    const { counts, peaks, most } = findPeaks(values, lanes);
    for (let lane = 0; lane < lanes; lane++) {
      let count = 0;
      for (let k = 2 * lane * most, end = k + 2 * counts[lane]!; k < end; k += 2) {
        const at = peaks[k]!, height = peaks[k + 1]!;
        const hz = sampleRateHz / at, local = height > 1 ? 1 / height : height;
        if (hz > ceilingHz) continue;
        let place = count;
        if (count < mostCandidates) count += 1;
        else {
          place = -1;
          let weakest = local - octaveCost * Math.log2(floorHz / hz);
          for (let c = 0; c < count; c++) {
            const other = foundStrength[c]! - octaveCost * Math.log2(floorHz / foundHz[c]!);
            if (other < weakest) { weakest = other; place = c; }
          }
          if (place < 0) continue;
        }
        foundHz[place] = hz;
        foundStrength[place] = local;
      }
      for (let c = 0; c < count; c++) { f0Hz.push(foundHz[c]!); strength.push(foundStrength[c]!); }
      starts[wanted[first + lane]! + 1] = f0Hz.length;
    }
  });
  for (let f = 0; f < frames; f++) starts[f + 1] = Math.max(starts[f]!, starts[f + 1]!); // frames that were not looked at have none
  return { starts, f0Hz: f0Hz.view(), strength: strength.view(), intensity };
}

/** The largest distance from the mean of all samples. */
function peakAround(samples: Float32Array): number {
  if (samples.length === 0) return 0;
  const { sum, high, low } = levelSums(samples), mean = sum / samples.length;
  if (low < 0 && high > 0) return Math.max(high - mean, mean - low);
  return samples.reduce((peak, x) => Math.max(peak, Math.abs(x - mean)), 0); // all on one side of 0
}
