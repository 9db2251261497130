import { powerToDb } from '../units.js';

/** Gates of ITU-R BS.1770-5: −70 LKFS absolute, then −10 LU relative. */
const ABSOLUTE_GATE_LUFS = -70;
const RELATIVE_GATE_LU = -10;
/** Blocks of 400 ms overlap by 75 %: steps of 100 ms. */
const STEP_SEC = 0.1;
const STEPS_A_BLOCK = 4;
/** Below this rate the pre-filter's shelf (1682 Hz) has no room. */
const LOWEST_RATE_HZ = 4000;

type Biquad = { b0: number; b1: number; b2: number; a1: number; a2: number };

/** The two K-weighting filters at any rate (B. De Man, "Evaluation of implementations of the EBU R128 loudness measurement", 2018). */
export function kWeighting(sampleRateHz: number): readonly [Biquad, Biquad] {
  const shelfK = Math.tan((Math.PI * 1681.974450955533) / sampleRateHz), shelfQ = 0.7071752369554196;
  const high = 10 ** (3.999843853973347 / 20), band = high ** 0.4996667741545416;
  const shelf0 = 1 + shelfK / shelfQ + shelfK * shelfK;
  const passK = Math.tan((Math.PI * 38.13547087602444) / sampleRateHz), passQ = 0.5003270373238773;
  const pass0 = 1 + passK / passQ + passK * passK;
  return [
    {
      b0: (high + (band * shelfK) / shelfQ + shelfK * shelfK) / shelf0, b1: (2 * (shelfK * shelfK - high)) / shelf0,
      b2: (high - (band * shelfK) / shelfQ + shelfK * shelfK) / shelf0,
      a1: (2 * (shelfK * shelfK - 1)) / shelf0, a2: (1 - shelfK / shelfQ + shelfK * shelfK) / shelf0,
    },
    { b0: 1, b1: -2, b2: 1, a1: (2 * (passK * passK - 1)) / pass0, a2: (1 - passK / passQ + passK * passK) / pass0 },
  ];
}

/**
 * Integrated loudness of one channel (ITU-R BS.1770-5).
 * @returns LUFS; `-Infinity` when every block is gated out; NaN below 400 ms or 4 kHz.
 */
export function measureLoudness(samples: Float32Array, sampleRateHz: number): number {
  if (sampleRateHz < LOWEST_RATE_HZ) return NaN;
  const steps = Math.floor(samples.length / (STEP_SEC * sampleRateHz) + 1e-9);
  if (steps < STEPS_A_BLOCK) return NaN;
  const energies = weightedEnergies(samples, sampleRateHz, steps);
  const blocks = new Float64Array(steps - STEPS_A_BLOCK + 1);
  const blockSamples = STEPS_A_BLOCK * STEP_SEC * sampleRateHz;
  for (let i = 0; i < blocks.length; i++) blocks[i] = (energies[i]! + energies[i + 1]! + energies[i + 2]! + energies[i + 3]!) / blockSamples;
  const absolute = gatedMean(blocks, ABSOLUTE_GATE_LUFS);
  return toLufs(gatedMean(blocks, Math.max(ABSOLUTE_GATE_LUFS, toLufs(absolute) + RELATIVE_GATE_LU)));
}

function weightedEnergies(samples: Float32Array, sampleRateHz: number, steps: number): Float64Array {
  const [shelf, pass] = kWeighting(sampleRateHz);
  const energies = new Float64Array(steps);
  let x1 = 0, x2 = 0, y1 = 0, y2 = 0, z1 = 0, z2 = 0;
  for (let step = 0, i = 0; step < steps; step++) {
    const end = Math.round((step + 1) * STEP_SEC * sampleRateHz);
    let sum = 0;
    for (; i < end && i < samples.length; i++) {
      const x = samples[i]!;
      const y = shelf.b0 * x + shelf.b1 * x1 + shelf.b2 * x2 - shelf.a1 * y1 - shelf.a2 * y2;
      const z = y - 2 * y1 + y2 - pass.a1 * z1 - pass.a2 * z2;
      x2 = x1; x1 = x; y2 = y1; y1 = y; z2 = z1; z1 = z;
      sum += z * z;
    }
    energies[step] = sum;
  }
  return energies;
}

const toLufs = (power: number): number => -0.691 + powerToDb(power);

/** Mean power of the blocks above a gate; 0 when there is none. */
function gatedMean(blocks: Float64Array, gateLufs: number): number {
  let sum = 0, count = 0;
  for (const power of blocks) if (toLufs(power) > gateLufs) { sum += power; count += 1; }
  return count === 0 ? 0 : sum / count;
}
