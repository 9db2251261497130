/** Analysis hop, seconds: speech changes no faster (10 ms is the customary frame of speech analysis). */
export const SPEECH_HOP_SEC = 0.01;
/** Half of the span that a frame's level is averaged over. Source: ours; 30 ms hold a few pitch periods of the lowest voice. */
const HALF_WINDOW_SEC = 0.015;
/** Speech lies within this many dB of the loudest speech of its recording. Source: ours; two parties of a call differ by up to 20 dB, and a syllable's end by 20 more. */
const SPEECH_RANGE_DB = 40;
/** How far from the floor to the top the threshold lies in noise. Source: ours. */
const NOISE_SHARE = 0.3;
/** A pause shorter than this is part of the speech around it. Source: ours; a turn that follows faster is found by its sound. */
const BRIDGE_SEC = 0.3;
/** A sound shorter than this is no speech. Source: ours. */
const LEAST_SPEECH_SEC = 0.1;

/** A stretch of time, seconds from the start; half-open. */
export type Span = { readonly startSec: number; readonly endSec: number };

/**
 * Finds where anyone speaks, by level: the threshold follows the recording's own floor and top, so that a quiet call and a noisy one are both read.
 * @param samples - Mono, nominal −1…1; shape `[samples]`.
 * @returns Stretches in order, apart from each other by 0.3 s or more.
 */
export function findSpeechByLevel(samples: Float32Array, sampleRateHz: number): readonly Span[] {
  const hop = Math.max(1, Math.round(SPEECH_HOP_SEC * sampleRateHz));
  const levels = frameLevels(samples, hop, Math.round(HALF_WINDOW_SEC * sampleRateHz));
  if (levels.length === 0) return [];
  const ordered = levels.slice().sort();
  const floor = ordered[Math.floor(ordered.length * 0.05)]!;
  const top = ordered[Math.floor(ordered.length * 0.95)]!;
  if (top <= SILENT_DB) return [];
  const threshold = Math.max(top - SPEECH_RANGE_DB, floor + NOISE_SHARE * (top - floor));
  const found: { start: number; end: number }[] = [];
  for (let i = 0; i < levels.length; i += 1) {
    if (levels[i]! < threshold) continue;
    const last = found.at(-1);
    if (last !== undefined && (i - last.end) * SPEECH_HOP_SEC < BRIDGE_SEC) last.end = i + 1;
    else found.push({ start: i, end: i + 1 });
  }
  const total = samples.length / sampleRateHz;
  const sec = hop / sampleRateHz;
  return found.filter(({ start, end }) => (end - start) * sec >= LEAST_SPEECH_SEC).map(({ start, end }) => ({ startSec: start * sec, endSec: Math.min(total, end * sec) }));
}

/** Level of a silent frame: below any 16-bit sound. */
const SILENT_DB = -100;

function frameLevels(samples: Float32Array, hop: number, half: number): Float64Array {
  const levels = new Float64Array(Math.floor(samples.length / hop));
  for (let frame = 0; frame < levels.length; frame += 1) {
    const from = Math.max(0, frame * hop + (hop >> 1) - half);
    const to = Math.min(samples.length, frame * hop + (hop >> 1) + half);
    let sum = 0;
    for (let i = from; i < to; i += 1) sum += samples[i]! * samples[i]!;
    levels[frame] = Math.max(SILENT_DB, 10 * Math.log10(sum / Math.max(1, to - from) + 1e-12));
  }
  return levels;
}
