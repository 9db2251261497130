import { assertPositiveInteger } from '../pcm.js';

/**
 * RMS level of frames centred on every hop; the ends are padded with zeros (GPT-SoVITS 48b1a01, tools/slicer2.py, get_rms).
 * @param samples - One channel.
 * @param frameSamples - Samples per frame; a positive integer.
 * @param hopSamples - Samples between frames; a positive integer.
 * @returns Linear RMS, shape `[frames]`, `frames = floor((samples + 2·floor(frame/2) − frame) / hop) + 1`; sums in double precision.
 * @throws {AudioError} AUDIO_OPTION_INVALID when a size is not a positive integer.
 */
export function levelCurve(samples: Float32Array, frameSamples: number, hopSamples: number): Float64Array {
  assertPositiveInteger(frameSamples, 'frameSamples');
  assertPositiveInteger(hopSamples, 'hopSamples');
  const padding = Math.floor(frameSamples / 2);
  const frames = Math.max(0, Math.floor((samples.length + 2 * padding - frameSamples) / hopSamples) + 1);
  const levels = new Float64Array(frames);
  if (padding % hopSamples === 0 && frameSamples === 2 * padding) {
    const energies = hopEnergies(samples, hopSamples);
    const side = padding / hopSamples;
    for (let i = 0; i < frames; i++) {
      let sum = 0;
      for (let h = Math.max(0, i - side); h < i + side && h < energies.length; h++) sum += energies[h]!;
      levels[i] = Math.sqrt(sum / frameSamples);
    }
    return levels;
  }
  for (let i = 0; i < frames; i++) {
    const from = i * hopSamples - padding;
    levels[i] = Math.sqrt(energy(samples, from, from + frameSamples) / frameSamples);
  }
  return levels;
}

function hopEnergies(samples: Float32Array, hop: number): Float64Array {
  const energies = new Float64Array(Math.ceil(samples.length / hop));
  for (let h = 0; h < energies.length; h++) energies[h] = energy(samples, h * hop, (h + 1) * hop);
  return energies;
}

function energy(samples: Float32Array, from: number, to: number): number {
  let sum = 0;
  for (let i = Math.max(0, from), end = Math.min(to, samples.length); i < end; i++) {
    const x = samples[i]!;
    sum += x * x;
  }
  return sum;
}
