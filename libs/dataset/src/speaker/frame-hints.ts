// What the windows of a recording say of its frames.
import { CEPSTRA_HOP_SEC } from './cepstra.js';
import type { Span } from './find-speech-by-level.js';
import type { SpeakerWindow } from './plan-speaker-windows.js';
import type { Seed } from './trace-voices.js';

/** Windows of less than this vary more in where they lie. Source: ours. */
const SHORT_SEC = 1.2;

export const isShort = (w: Span): boolean => w.endSec - w.startSec < SHORT_SEC - 1e-9;

/** Frames that every window over them gives to one side, this far inside the windows, say how that side sounds. Source: ours. */
const SEED_INSET_SEC = 0.2;
const SEED_SHARE = [0.3, 0.7] as const;

export function seedsOf(windows: readonly SpeakerWindow[], shares: readonly number[], totalSec: number): readonly Seed[] {
  const frames = Math.ceil(totalSec / CEPSTRA_HOP_SEC);
  const least = new Float32Array(frames).fill(Infinity);
  const most = new Float32Array(frames).fill(-Infinity);
  windows.forEach((w, i) => {
    if (isShort(w)) return;
    const share = shares[i]!;
    for (let t = Math.round((w.startSec + SEED_INSET_SEC) / CEPSTRA_HOP_SEC); t < Math.min(frames, (w.endSec - SEED_INSET_SEC) / CEPSTRA_HOP_SEC); t += 1) {
      least[t] = Math.min(least[t]!, share);
      most[t] = Math.max(most[t]!, share);
    }
  });
  return Array.from(least, (share, t) => (share === Infinity ? null : share > SEED_SHARE[1] ? 'speaker' : most[t]! < SEED_SHARE[0] ? 'other' : null));
}

/** Shorter windows tell nothing. Source: ours. */
const LEAST_TELLING_SEC = 0.8;
/** A window tells of its last part, for the encoder is a recurrent net. Seconds. Source: ours. */
const TELLS_SEC = 1;

/** For each frame the mean share of the windows that tell of it, within 0 … 1; 0.5 where none does. */
export function leaningOf(windows: readonly SpeakerWindow[], shares: readonly number[], totalSec: number): Float32Array {
  const frames = Math.ceil(totalSec / CEPSTRA_HOP_SEC);
  const [sum, count] = [new Float32Array(frames), new Float32Array(frames)];
  windows.forEach(({ startSec, endSec }, i) => {
    if (endSec - startSec < LEAST_TELLING_SEC) return;
    for (let t = Math.round(Math.max(startSec, endSec - TELLS_SEC) / CEPSTRA_HOP_SEC); t < Math.min(frames, endSec / CEPSTRA_HOP_SEC); t += 1) {
      sum[t]! += Math.min(1, Math.max(0, shares[i]!));
      count[t]! += 1;
    }
  });
  return sum.map((value, t) => (count[t] === 0 ? 0.5 : value / count[t]!));
}
