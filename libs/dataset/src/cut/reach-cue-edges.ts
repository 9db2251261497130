import type { Cue } from '../transcript/cue.js';

/** So much after (before) a cue's edge must be silent. Source: ours; the pauses between turns are longer. */
const SILENT_SEC = 0.1;
/** Silent is what lies so far below the speech, as a factor: 20 dB. In more noise nothing can be told, and nothing is done. Source: ours. */
const SILENT_BELOW = 0.1;

type Stretch = { readonly startSec: number; readonly endSec: number };

/**
 * Widens a stretch that one speaker says alone to the edges of its cues, where those lie a little beyond it and the sound stops there: who speaks is told in windows, so a
 * stretch may end before its last word does, and what stops at a cue's end is that word. What goes on beyond the cue may be another's, and is left.
 * @param within - Other stretches are not reached into.
 */
export function reachCueEdges({ startSec, endSec }: Stretch, cues: readonly Cue[], within: Stretch, samples: Float32Array, sampleRateHz: number): Stretch {
  const level = (fromSec: number, toSec: number): number => {
    const part = samples.subarray(Math.max(0, Math.round(fromSec * sampleRateHz)), Math.max(0, Math.round(toSec * sampleRateHz)));
    return part.length === 0 ? 0 : Math.sqrt(part.reduce((sum, value) => sum + value * value, 0) / part.length);
  };
  const silent = SILENT_BELOW * level(startSec, endSec);
  const first = Math.max(within.startSec, cues.reduce((least, cue) => Math.min(least, cue.startSec), startSec));
  const last = Math.min(within.endSec, cues.reduce((most, cue) => Math.max(most, cue.endSec), endSec));
  return {
    startSec: first < startSec && level(first - SILENT_SEC, first) < silent ? first : startSec,
    endSec: last > endSec && level(last, last + SILENT_SEC) < silent ? last : endSec,
  };
}
