import { clippedRuns } from './clipped-runs.js';
import { levelSums } from './level-sums.js';
import { type MeterPart } from './meter-part.js';

/** Levels over all channels, linear. */
export type Levels = {
  /** Samples of each channel. */
  readonly samples: number;
  readonly peak: number;
  /** Mean of all squared samples; 0 for none. */
  readonly power: number;
  /** The mean sample of the channel where it is largest, with its sign. */
  readonly dcOffset: number;
  /** Clipped samples of all channels, and the runs in which they lie. */
  readonly clippedSamples: number;
  readonly clippedRuns: number;
};

/** Peak, power, DC offset and clipping, streamed. */
export function createLevelMeter(channels: number): MeterPart<Levels> {
  const sums = new Float64Array(channels);
  const runs = Array.from({ length: channels }, () => clippedRuns());
  let samples = 0, peak = 0, squares = 0;
  return {
    push(block) {
      samples += block[0]!.length;
      block.forEach((channel, c) => {
        const found = levelSums(channel);
        peak = Math.max(peak, found.peak);
        sums[c]! += found.sum;
        squares += found.squares;
        runs[c]!.push(channel, found.peak);
      });
    },
    end() {
      const dc = samples === 0 ? 0 : sums.reduce((most, sum) => (Math.abs(sum) > Math.abs(most) ? sum : most), 0) / samples;
      const clipped = runs.map((run) => run.end());
      return {
        samples, peak, power: samples === 0 ? 0 : squares / (samples * channels), dcOffset: dc,
        clippedSamples: clipped.reduce((sum, c) => sum + c.samples, 0), clippedRuns: clipped.reduce((sum, c) => sum + c.runs, 0),
      };
    },
  };
}
