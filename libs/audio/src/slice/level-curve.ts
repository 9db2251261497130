import { createRuns } from '../measure/run-sums.js';
import { assertPositiveInteger } from '../pcm.js';

/** A level curve that is measured while the samples come. */
export type LevelCurve = {
  /** Takes samples, of one channel, in blocks of any size; the array may be reused afterwards. */
  push(samples: Float32Array): void;
  /** Gives the levels of everything pushed; nothing may be pushed afterwards. */
  end(): Float64Array;
};

/**
 * RMS level of frames centred on every hop; the ends are padded with zeros (GPT-SoVITS 48b1a01, tools/slicer2.py, get_rms).
 * @param samples - One channel.
 * @param frameSamples - Samples per frame; a positive integer.
 * @param hopSamples - Samples between frames; a positive integer.
 * @returns Linear RMS, shape `[frames]`, `frames = floor((samples + 2·floor(frame/2) − frame) / hop) + 1`; sums in double precision.
 * @throws {AudioError} AUDIO_OPTION_INVALID when a size is not a positive integer.
 */
export function levelCurve(samples: Float32Array, frameSamples: number, hopSamples: number): Float64Array {
  const curve = createLevelCurve(frameSamples, hopSamples);
  curve.push(samples);
  return curve.end();
}

/**
 * `levelCurve` block by block: the same levels to the bit, however the samples are cut. Holds 8 bytes a hop.
 * @throws {AudioError} AUDIO_OPTION_INVALID when a size is not a positive integer.
 */
export function createLevelCurve(frameSamples: number, hopSamples: number): LevelCurve {
  assertPositiveInteger(frameSamples, 'frameSamples');
  assertPositiveInteger(hopSamples, 'hopSamples');
  const padding = Math.floor(frameSamples / 2);
  const wholeHops = padding % hopSamples === 0 && frameSamples === 2 * padding;
  return wholeHops ? ofHops(frameSamples, hopSamples, padding) : ofFrames(frameSamples, hopSamples, padding);
}

const framesIn = (samples: number, frame: number, hop: number, padding: number): number => Math.max(0, Math.floor((samples + 2 * padding - frame) / hop) + 1);

/** A frame is a whole number of hops: each sample is squared once. */
function ofHops(frame: number, hop: number, padding: number): LevelCurve {
  const energies = growingList(), runs = createRuns('energies', hop), side = padding / hop;
  let count = 0;
  return {
    push(samples) {
      count += samples.length;
      for (const energy of runs.push(samples)) energies.add(energy);
    },
    end() {
      const rest = runs.rest();
      if (rest.samples > 0) energies.add(rest.value);
      const hops = energies.values(), levels = new Float64Array(framesIn(count, frame, hop, padding));
      for (let i = 0; i < levels.length; i++) {
        let total = 0;
        for (let h = Math.max(0, i - side); h < i + side && h < hops.length; h++) total += hops[h]!;
        levels[i] = Math.sqrt(total / frame);
      }
      return levels;
    },
  };
}

/** Any frame: what the next frames need of the past is kept. */
function ofFrames(frame: number, hop: number, padding: number): LevelCurve {
  const levels = growingList();
  let tail = new Float32Array(0), tailAt = 0, count = 0, next = 0; // tail[0] is sample tailAt; `next` is the frame to measure next
  const measure = (samples: Float32Array, until: number): void => {
    for (; next < until; next++) {
      const from = next * hop - padding - tailAt;
      levels.add(Math.sqrt(energy(samples, Math.max(0, from), Math.min(from + frame, samples.length)) / frame));
    }
  };
  return {
    push(block) {
      const samples = new Float32Array(tail.length + block.length);
      samples.set(tail);
      samples.set(block, tail.length);
      count += block.length;
      // Frame i ends at i · hop − padding + frame, which must have come.
      measure(samples, Math.max(next, Math.floor((count + padding - frame) / hop) + 1));
      const unneeded = Math.min(samples.length, Math.max(0, next * hop - padding - tailAt));
      tail = samples.slice(unneeded);
      tailAt += unneeded;
    },
    end() {
      measure(tail, framesIn(count, frame, hop, padding));
      return levels.values();
    },
  };
}

function energy(samples: Float32Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) {
    const x = samples[i]!;
    sum += x * x;
  }
  return sum;
}

/** Numbers by the hundred thousand, 8 bytes each. */
function growingList(): { add(value: number): void; values(): Float64Array } {
  let list = new Float64Array(1024), length = 0;
  return {
    add(value) {
      if (length === list.length) {
        const grown = new Float64Array(2 * length);
        grown.set(list);
        list = grown;
      }
      list[length++] = value;
    },
    values: () => list.slice(0, length),
  };
}
