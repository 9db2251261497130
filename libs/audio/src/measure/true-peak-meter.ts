import { levelSums } from './level-sums.js';
import { type MeterPart } from './meter-part.js';
import { createLook } from './true-peak-look.js';
import { TAPS } from './true-peak-points.js';

/** The largest absolute value between and at the samples of all channels, linear; streamed. */
export function createTruePeakMeter(channels: number, look = createLook()): MeterPart<number> {
  let best = 0;
  /** The last samples of each channel, before those that are new. */
  const tails = Array.from({ length: channels }, () => new Float32Array(TAPS));
  return {
    push(block) {
      for (const channel of block) best = Math.max(best, levelSums(channel).peak);
      block.forEach((channel, c) => {
        const joined = new Float32Array(TAPS - 1 + Math.min(channel.length, TAPS));
        joined.set(tails[c]!.subarray(1));
        joined.set(channel.subarray(0, TAPS), TAPS - 1);
        best = look(joined, best); // the seam, then the block itself
        if (channel.length > TAPS) best = look(channel.subarray(1), best);
        tails[c] = Float32Array.from({ length: TAPS }, (_, i) => { const at = channel.length - TAPS + i; return at >= 0 ? channel[at]! : tails[c]![TAPS + at]!; });
      });
    },
    end() {
      for (const tail of tails) {
        const joined = new Float32Array(2 * TAPS);
        joined.set(tail.subarray(1));
        best = look(joined, best);
      }
      return best;
    },
  };
}
