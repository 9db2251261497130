import { AudioError } from '../errors.js';
import { type Slice } from './join-slices.js';
import { createLevelCurve } from './level-curve.js';
import { planFromLevels } from './plan-slices.js';
import { sliceGrid, type SliceOptions } from './slice-options.js';

/** What a slicer listens to. */
export type SlicerOptions = SliceOptions & {
  /** Rate of the samples, hertz; a positive integer. */
  readonly sampleRateHz: number;
};

/** Plans the slices of a recording that comes in blocks. */
export type Slicer = {
  /** Takes samples, of one channel, in blocks of any size; the array may be reused afterwards. */
  push(samples: Float32Array): void;
  /** Gives the plan of everything pushed; nothing may be pushed afterwards. */
  end(): readonly Slice[];
};

/**
 * `planSlices` for blocks: the same plan, however the recording is cut. It keeps levels, not samples: 8 bytes a hop, 3 MB for an hour in hops of 10 ms.
 * @throws {AudioError} AUDIO_OPTION_INVALID for options that contradict each other, and for anything after the end.
 */
export function createSlicer({ sampleRateHz, ...options }: SlicerOptions): Slicer {
  const grid = sliceGrid(sampleRateHz, options);
  const curve = createLevelCurve(grid.frameSamples, grid.hopSamples);
  let count = 0, ended = false;
  const refuseAfterEnd = (): void => { if (ended) throw new AudioError('AUDIO_OPTION_INVALID', 'a slicer takes nothing after its end'); };
  return {
    push(samples) {
      refuseAfterEnd();
      count += samples.length;
      curve.push(samples);
    },
    end() {
      refuseAfterEnd();
      ended = true;
      return count === 0 ? [] : planFromLevels(curve.end(), count, grid);
    },
  };
}
