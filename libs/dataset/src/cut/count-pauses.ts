import { mapSilence } from './silence-map.js';

/** A pause between phrases lasts so long; shorter ones are stops inside words. Source: ours, the slicer's `min_interval` of 300 ms (GPT-SoVITS 48b1a01, webui.py). */
const PAUSE_MS = 300;
const HOP_MS = 10;

/**
 * Counts the pauses of 0.3 s and more inside a clip's speech; silence at its ends is none.
 * @param samples - Mono, nominal −1…1; shape `[samples]`.
 */
export function countPauses(samples: Float32Array, sampleRateHz: number): number {
  const hop = Math.max(1, Math.round((sampleRateHz * HOP_MS) / 1000));
  const levels = new Float64Array(Math.ceil(samples.length / hop));
  for (let at = 0; at < levels.length; at += 1) {
    let sum = 0;
    const end = Math.min(samples.length, (at + 1) * hop);
    for (let i = at * hop; i < end; i += 1) sum += samples[i]! * samples[i]!;
    levels[at] = Math.sqrt(sum / (end - at * hop));
  }
  const { silent } = mapSilence(levels, hop);
  let pauses = 0;
  let run = 0;
  let spoken = false;
  for (const flag of silent) {
    if (flag === 1) run += 1;
    else {
      if (spoken && run * HOP_MS >= PAUSE_MS) pauses += 1;
      spoken = true;
      run = 0;
    }
  }
  return pauses;
}
