import type { Span } from './find-speech-by-level.js';

/** One window to embed. What it tells is told of its end: the encoder is a recurrent net, and the last half second outweighs what came before. */
export type SpeakerWindow = Span & { /** Which stretch of speech it lies in. */ readonly speech: number };

/** Shorter speech says too little of who speaks. Source: ours, from GE2E on telephone speech. */
const LEAST_SEC = 0.4;

/**
 * Lays windows over stretches of speech; none reaches over a pause, where the speaker may change. The first of a
 * stretch holds its first 0.4 s; each next one ends up to a hop later and reaches back at most `windowSec`; the last ends with it.
 * @param windowSec - Longest window. @param hopSec - From one window's end to the next's at most.
 */
export function planSpeakerWindows(speech: readonly Span[], windowSec: number, hopSec: number): readonly SpeakerWindow[] {
  return speech.flatMap(({ startSec, endSec }, index) => {
    const length = endSec - startSec;
    if (length < LEAST_SEC) return [];
    const hops = Math.ceil((length - LEAST_SEC) / hopSec - 1e-9);
    return Array.from({ length: hops + 1 }, (_, i) => {
      const end = i === hops ? endSec : startSec + LEAST_SEC + i * hopSec;
      return { startSec: Math.max(startSec, end - windowSec), endSec: end, speech: index };
    });
  });
}

/** The samples of a window; fewer than the model takes are repeated, so that the last of them come last. */
export function windowSamples(samples: Float32Array, sampleRateHz: number, { startSec, endSec }: Span, lengthSamples: number): Float32Array {
  const end = Math.min(samples.length, Math.round(endSec * sampleRateHz));
  const start = Math.max(0, Math.min(end - 1, Math.round(startSec * sampleRateHz)), end - lengthSamples);
  const piece = samples.subarray(start, end);
  const window = new Float32Array(lengthSamples);
  for (let to = lengthSamples; to > 0; to -= piece.length) window.set(piece.subarray(Math.max(0, piece.length - to)), Math.max(0, to - piece.length));
  return window;
}
