import { DFT_BINS, DFT_POINTS } from './dft-321.js';

/**
 * Which librosa the front end of DNSMOS follows. Its repository pins 0.8.1, which resamples with kaiser_best, puts the 161 bins of
 * a 321-point transform at multiples of 50 Hz and mirrors the signal at its ends; 0.11 resamples with soxr HQ, puts the bins at
 * 49.844 Hz and adds zeros.
 */
export type MelVariant = 'librosa-0.8.1' | 'librosa-0.11';

/** Bands of the P.808 feature. Source: microsoft/DNS-Challenge 591184a, DNSMOS/dnsmos_local.py, audio_melspec. */
export const MEL_BANDS = 120;

const NYQUIST_HZ = 8000; // Source: half of dnsmos_local.py's SAMPLING_RATE
const LINEAR_HZ_PER_MEL = 200 / 3; // Source: librosa 0.8.1, core/convert.py, hz_to_mel (Slaney, Auditory Toolbox)
const LOG_START_HZ = 1000; // Source: the same function
const LOG_STEP = Math.log(6.4) / 27; // Source: the same function

/** One triangular filter: its weights for bins `firstBin`, `firstBin + 1` … */
export type MelFilter = { readonly firstBin: number; readonly weights: Float64Array };

/** Hertz to mel on Slaney's scale. */
export const hzToMel = (hz: number): number => (hz < LOG_START_HZ ? hz / LINEAR_HZ_PER_MEL : LOG_START_HZ / LINEAR_HZ_PER_MEL + Math.log(hz / LOG_START_HZ) / LOG_STEP);
/** Mel on Slaney's scale to hertz. */
export const melToHz = (mel: number): number => (mel * LINEAR_HZ_PER_MEL < LOG_START_HZ ? mel * LINEAR_HZ_PER_MEL : LOG_START_HZ * Math.exp(LOG_STEP * (mel - LOG_START_HZ / LINEAR_HZ_PER_MEL)));

/** The 120 Slaney-normalised filters over 161 bins, 0…8000 Hz. Source: librosa filters.mel (norm="slaney", htk=False). */
export function melFilters(variant: MelVariant): readonly MelFilter[] {
  const binHz = variant === 'librosa-0.8.1' ? NYQUIST_HZ / (DFT_BINS - 1) : (2 * NYQUIST_HZ) / DFT_POINTS;
  const topMel = hzToMel(NYQUIST_HZ);
  const edgesHz = Array.from({ length: MEL_BANDS + 2 }, (_, i) => melToHz((topMel * i) / (MEL_BANDS + 1)));
  return Array.from({ length: MEL_BANDS }, (_, band) => {
    const [low, centre, high] = [edgesHz[band]!, edgesHz[band + 1]!, edgesHz[band + 2]!];
    const weights: number[] = [];
    let firstBin = 0;
    for (let bin = 0; bin < DFT_BINS; bin += 1) {
      const hz = bin * binHz;
      const height = Math.min((hz - low) / (centre - low), (high - hz) / (high - centre));
      if (height <= 0) continue;
      if (weights.length === 0) firstBin = bin;
      weights.push(Math.fround((height * 2) / (high - low))); // librosa keeps the filters as float32
    }
    return { firstBin, weights: Float64Array.from(weights) };
  });
}
